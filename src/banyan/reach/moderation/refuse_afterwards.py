"""Takes from people's eyes what had passed, when it turns out that it must not be seen."""

from collections.abc import Sequence

import msgspec

from banyan.books.work import Work
from banyan.reach.channels import Channel
from banyan.reach.moderation import store
from banyan.reach.moderation.ask_check import tell
from banyan.reach.moderation.rules import decide_verdict
from banyan.reach.moderation.types import Check, CheckId, CheckState, Content, Evidence, Subject


async def refuse_afterwards(
    work: Work,
    channel: Channel,
    subject: Subject,
    content: Content,
    evidence: Sequence[Evidence],
    note: str,
) -> bool:
    """Refuse what is seen; False if it was refused already, or never let out.

    What went out as a part of something else was checked with that; its own check begins here. Its
    account may appeal.
    """
    before = await store.lock_of_subject(work.db, int(channel.channel_id), subject)
    if before is not None and before.state is not CheckState.PASSED:
        return False
    verdict = decide_verdict([*evidence, *(before.evidence if before else [])])
    check = before or Check(
        merchant_id=channel.merchant_id,
        channel_id=channel.channel_id,
        check_id=CheckId(work.ids.next()),
        subject=subject,
        content=content,
        state=CheckState.PASSED,
        reason=None,
        evidence=[],
        created_at=work.now,
        decided_at=work.now,
    )
    if before is None:
        await store.insert_check(work.db, check)
    check = msgspec.structs.replace(
        check,
        state=CheckState.REFUSED,
        reason=verdict.reason,
        evidence=verdict.evidence,
        note=note,
        decided_at=work.now,
        decided_by=work.actor.person_id,
        # Whatever was appealed against before, this is another matter.
        appeal="",
    )
    await store.set_decided(work.db, check)
    await tell(work, channel, check, is_by_people=True)
    return True
