"""Publishes drafts, now or at a time, once nothing stands against it."""

from datetime import timedelta

import msgspec

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.base.ids import NONE
from banyan.books.room import Timer
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.reach.articles import store
from banyan.reach.articles.ports import PORTS
from banyan.reach.articles.rules import check_articles, check_publish_at
from banyan.reach.articles.show_content import show_content
from banyan.reach.articles.types import (
    Instant,
    Pack,
    PackId,
    PackPublished,
    PackState,
    Publication,
)
from banyan.reach.channels import Channel, ChannelId, access_channel, access_own
from banyan.reach.moderation import Subject, ask_check
from banyan.reach.penalties import PenaltyKind, check_penalty
from banyan.reach.pushes import PushKind, note_push

SUBJECT = "articles.publication"
FIRST_NUMBER = 100_000_000
"""The numbers of an account's publications count on from here."""
PUBLISHED = 0
"""What a program hears of a publication that is out."""
PUBLISH = "articles.publish"
_scheduled = "articles.scheduled"
_often_max = 10
_often = timedelta(minutes=1)


class SubmitPack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let anybody read a draft of mine."""

    merchant_id: MerchantId
    channel_id: ChannelId
    media_id: PackId


class SchedulePack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let anybody read a draft of mine from then on; without an instant, don't."""

    merchant_id: MerchantId
    channel_id: ChannelId
    media_id: PackId
    publish_at: Instant | None = None


@single(permission=Permission.CHANNELS_WRITE)
async def submit_pack(work: Work, command: SubmitPack) -> Publication:
    """Begin to publish a draft, which is none any more; it is out once it has been checked.

    Raises NotFound `channels.not_found`, `articles.not_found`; Refusal `articles.not_ready`,
    `articles.too_often`, `penalties.sending_stopped`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await check_penalty(work, int(channel.channel_id), PenaltyKind.SENDING_STOPPED)
    pack = await _lock_draft(work, channel, command.media_id)
    since = work.now - _often
    if await store.count_submitted(work.db, channel.channel_id, since) >= _often_max:
        raise Refusal("articles.too_often")
    return await _submit(work, channel, pack)


@single(permission=Permission.CHANNELS_WRITE)
async def schedule_pack(work: Work, command: SchedulePack) -> Pack:
    """Have a draft published at a time, or no more; until then it may be changed.

    Raises NotFound `channels.not_found`, `articles.not_found`; Invalid
    `articles.time_out_of_range`; Refusal `articles.not_ready`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    pack = await _lock_draft(work, channel, command.media_id)
    await cancel_schedule(work, pack)
    schedule_id = 0
    if command.publish_at is not None:
        check_publish_at(command.publish_at, work.now)
        _check_ready(pack)
        schedule_id = work.ids.next()
        data = f"{channel.channel_id:d} {pack.media_id}".encode()
        work.later(_scheduled, schedule_id, command.publish_at, data)
    await store.set_schedule(
        work.db, channel.channel_id, pack.media_id, command.publish_at, schedule_id
    )
    return msgspec.structs.replace(pack, publish_at=command.publish_at)


async def cancel_schedule(work: Work, pack: Pack) -> None:
    """Let a pack not be published by itself any more."""
    schedule_id = await store.find_schedule(work.db, pack.channel_id, pack.media_id)
    if schedule_id:
        work.cancel_later(_scheduled, schedule_id)


async def on_scheduled(work: Work, timer: Timer) -> None:
    """Publish a draft whose time has come."""
    channel_id, media_id = timer.data.decode().split()
    channel = await access_channel(work.db, int(channel_id))
    pack = await store.lock_pack(work.db, channel.channel_id, media_id, work.now)
    schedule_id = await store.find_schedule(work.db, channel.channel_id, media_id)
    if pack is None or schedule_id != timer.subject:
        return
    try:
        await check_penalty(work, int(channel.channel_id), PenaltyKind.SENDING_STOPPED)
        _check_ready(pack)
    except Refusal:
        # It stays a draft, for whoever wrote it to mend, or to publish when the penalty is over.
        await store.set_schedule(work.db, channel.channel_id, media_id, None, 0)
        return
    await _submit(work, channel, pack)


async def publish(work: Work, timer: Timer) -> None:
    """Let a submitted pack out, and tell the account's server."""
    channel_id, number = (int(text) for text in timer.data.split())
    if not await store.set_published(work.db, channel_id, number, work.now):
        return
    channel = await access_channel(work.db, channel_id)
    found = await store.find_publication(work.db, channel_id, number)
    assert found is not None
    links = [
        {"idx": place, "article_url": PORTS.link(channel_id, found.article_id, place)}
        for place in range(1, len(found.articles) + 1)
    ]
    told = {
        "publish_id": str(number),
        "publish_status": PUBLISHED,
        "article_id": found.article_id,
        "article_detail": {"count": len(links), "item": links},
    }
    await note_push(work, channel, NONE, "", PushKind.PUBLISHED, {"publish_event_info": told})
    work.record(
        PackPublished(
            merchant_id=int(channel.merchant_id),
            channel_id=channel_id,
            article_id=found.article_id,
            articles_count=len(links),
        )
    )


async def _lock_draft(work: Work, channel: Channel, media_id: str) -> Pack:
    pack = await store.lock_pack(work.db, channel.channel_id, media_id, work.now)
    if pack is None or pack.state is not PackState.DRAFT:
        raise NotFound("articles.not_found")
    return pack


async def _submit(work: Work, channel: Channel, pack: Pack) -> Publication:
    _check_ready(pack)
    await cancel_schedule(work, pack)
    await store.delete_pack(work.db, channel.channel_id, pack.media_id, [PackState.DRAFT])
    article_id = PORTS.draw_id()
    number = await store.insert_publication(work.db, pack, article_id, FIRST_NUMBER, work.now)
    subject = Subject(kind=SUBJECT, subject_id=number)
    content = await show_content(work, channel, pack.articles)
    content = msgspec.structs.replace(content, is_writing=True)
    await ask_check(work, channel, subject, content)
    return Publication(
        channel_id=channel.channel_id,
        publish_number=number,
        article_id=article_id,
        articles=pack.articles,
        deleted=[],
        submitted_at=work.now,
        published_at=None,
        media_id=pack.media_id,
    )


def _check_ready(pack: Pack) -> None:
    """Accept a draft that can be read. Raises Refusal `articles.not_ready`."""
    try:
        check_articles(pack.articles)
    except Failure as failure:
        raise Refusal("articles.not_ready", why=failure.code) from None
    if not all(one.thumb_media_id for one in pack.articles):
        raise Refusal("articles.not_ready", why="articles.cover_missing")


TIMERS = {PUBLISH: publish, _scheduled: on_scheduled}
