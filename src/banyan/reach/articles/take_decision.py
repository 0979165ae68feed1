"""What becomes of a publication once it has been checked, or once somebody complained."""

from banyan.base.ids import NONE
from banyan.books.work import Work
from banyan.reach.articles import store
from banyan.reach.articles.publish import PUBLISH
from banyan.reach.articles.types import Pack, PackRefused, PackRestored, PackState, Publication
from banyan.reach.channels import Channel
from banyan.reach.moderation import Check, CheckState
from banyan.reach.pushes import PushKind, note_push

REFUSED, BANNED = 4, 6
"""What a program hears of a publication, as WeChat numbers it."""


async def on_decided(work: Work, channel: Channel, check: Check) -> None:
    """Let out what passed; what was refused becomes a draft again, or is seen no more."""
    channel_id, number = int(channel.channel_id), check.subject.subject_id
    found = await store.find_publication(work.db, channel_id, number)
    assert found is not None
    where = {"merchant_id": int(channel.merchant_id), "channel_id": channel_id}
    if check.state is CheckState.PASSED:
        await store.set_refused(work.db, channel_id, number, None, "")
        if found.published_at is None:
            # A timer's subject is one number, and an account may publish several packs at once.
            data = f"{channel_id} {number}".encode()
            work.later(PUBLISH, work.ids.next(), work.now, data)
        elif found.refused_at is not None:
            work.record(PackRestored(**where, article_id=found.article_id))
        return
    reason = check.reason.value if check.reason else "other"
    await store.set_refused(work.db, channel_id, number, work.now, reason)
    was_out = found.published_at is not None
    if not was_out:
        await _give_back(work, found)
    told = {
        "publish_id": str(number),
        "publish_status": BANNED if was_out else REFUSED,
        "fail_idx": list(range(1, len(found.articles) + 1)),
    }
    await note_push(work, channel, NONE, "", PushKind.PUBLISHED, {"publish_event_info": told})
    work.record(PackRefused(**where, article_id=found.article_id, reason=reason, was_out=was_out))


async def _give_back(work: Work, found: Publication) -> None:
    pack = Pack(
        channel_id=found.channel_id,
        media_id=found.media_id,
        state=PackState.DRAFT,
        articles=found.articles,
        created_at=found.submitted_at,
        updated_at=work.now,
    )
    if await store.find_pack(work.db, pack.channel_id, pack.media_id, work.now) is None:
        await store.insert_pack(work.db, pack)
