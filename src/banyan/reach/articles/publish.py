"""Publishes drafts, reads what is out, and takes it back."""

import msgspec

from banyan.base.errors import Invalid, NotFound
from banyan.base.ids import NONE
from banyan.books.room import Timer
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.articles import store
from banyan.reach.articles.ports import PORTS
from banyan.reach.articles.types import (
    ArticlesTakenBack,
    Count,
    Offset,
    PackId,
    PackPublished,
    PackState,
    Place,
    Publication,
    Publications,
    PublishNumber,
)
from banyan.reach.channels import ChannelId, access_channel, access_own
from banyan.reach.pushes import PushKind, note_push

PUBLISH = "articles.publish"
FIRST_NUMBER = 100_000_000
"""The numbers of an account's publications count on from here."""


class SubmitPack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let anybody read a draft of mine."""

    merchant_id: MerchantId
    channel_id: ChannelId
    media_id: PackId


class ReadPublication(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far is it?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    publish_number: PublishNumber


class ReadPublished(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give me what I have published."""

    merchant_id: MerchantId
    channel_id: ChannelId
    article_id: PackId


class ListPublished(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What have I published?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    offset: Offset = 0
    limit: Count = 20


class TakeBack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let nobody read it any more."""

    merchant_id: MerchantId
    channel_id: ChannelId
    article_id: PackId
    place: Place = 0
    """Which article, counted from 1; 0 for all."""


@single(permission=Permission.CHANNELS_WRITE)
async def submit_pack(work: Work, command: SubmitPack) -> Publication:
    """Begin to publish a draft, which is none any more; a moment later it is out.

    Raises NotFound `channels.not_found`, `articles.not_found`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    pack = await store.lock_pack(work.db, channel.channel_id, command.media_id, work.now)
    if pack is None or pack.state is not PackState.DRAFT:
        raise NotFound("articles.not_found")
    await store.delete_pack(work.db, channel.channel_id, command.media_id, [PackState.DRAFT])
    article_id = PORTS.draw_id()
    number = await store.insert_publication(work.db, pack, article_id, FIRST_NUMBER, work.now)
    # A timer's subject is one number, and an account may publish several packs at once.
    data = f"{channel.channel_id:d} {number}".encode()
    work.later(PUBLISH, work.ids.next(), work.now, data)
    return Publication(
        channel_id=channel.channel_id,
        publish_number=number,
        article_id=article_id,
        articles=pack.articles,
        deleted=[],
        submitted_at=work.now,
        published_at=None,
    )


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
        "publish_status": 0,
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


@reading(permission=Permission.CHANNELS_READ)
async def read_publication(work: Work, query: ReadPublication) -> Publication:
    """Return a publication. Raises NotFound `channels.not_found`, `articles.not_submitted`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    found = await store.find_publication(work.db, channel.channel_id, query.publish_number)
    if found is None:
        raise NotFound("articles.not_submitted")
    return found


@reading(permission=Permission.CHANNELS_READ)
async def read_published(work: Work, query: ReadPublished) -> Publication:
    """Return what is out. Raises NotFound `channels.not_found`, `articles.not_published`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    return await _access(work, int(channel.channel_id), query.article_id)


@reading(permission=Permission.CHANNELS_READ)
async def list_published(work: Work, query: ListPublished) -> Publications:
    """Return some of what is out. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    total, items = await store.list_published(
        work.db, channel.channel_id, query.offset, query.limit
    )
    return Publications(items=items, total=total)


@single(permission=Permission.CHANNELS_WRITE)
async def take_back(work: Work, command: TakeBack) -> None:
    """Take back one article or all; what was taken back before stays so.

    Raises NotFound `channels.not_found`, `articles.not_published`; Invalid
    `articles.no_such_place`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    found = await _access(work, int(channel.channel_id), command.article_id)
    places = set(range(1, len(found.articles) + 1))
    if command.place:
        if command.place not in places:
            raise Invalid("articles.no_such_place")
        places = {command.place}
    fresh = places - set(found.deleted)
    if not fresh:
        return
    await store.set_deleted(
        work.db, channel.channel_id, command.article_id, sorted({*found.deleted, *fresh})
    )
    work.record(
        ArticlesTakenBack(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            article_id=found.article_id,
            count=len(fresh),
        )
    )


async def _access(work: Work, channel_id: int, article_id: str) -> Publication:
    found = await store.find_published(work.db, channel_id, article_id)
    if found is None or found.is_gone:
        raise NotFound("articles.not_published")
    return found


TIMERS = {PUBLISH: publish}
