"""Reads what is published, and takes it back."""

import msgspec

from banyan.base.errors import Invalid, NotFound
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.articles import store
from banyan.reach.articles.types import (
    ArticlesTakenBack,
    Count,
    Offset,
    PackId,
    Place,
    Publication,
    Publications,
    PublishNumber,
)
from banyan.reach.channels import ChannelId, access_own


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
