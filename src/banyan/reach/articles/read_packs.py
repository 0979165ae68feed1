"""Reads packs of articles, for whoever wrote them."""

import msgspec

from banyan.base.errors import NotFound
from banyan.books.work import Permission, Work, reading
from banyan.parties.merchants import MerchantId
from banyan.reach.articles import store
from banyan.reach.articles.types import Count, Offset, Pack, PackId, Packs, PackState
from banyan.reach.channels import ChannelId, access_own


class ReadPack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give me one of my packs."""

    merchant_id: MerchantId
    channel_id: ChannelId
    media_id: PackId


class ListPacks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which packs have I?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    state: PackState
    offset: Offset = 0
    limit: Count = 20


@reading(permission=Permission.CHANNELS_READ)
async def read_pack(work: Work, query: ReadPack) -> Pack:
    """Return a pack. Raises NotFound `channels.not_found`, `articles.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    pack = await store.find_pack(work.db, channel.channel_id, query.media_id, work.now)
    if pack is None:
        raise NotFound("articles.not_found")
    return pack


@reading(permission=Permission.CHANNELS_READ)
async def list_packs(work: Work, query: ListPacks) -> Packs:
    """Return some packs. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    key = (channel.channel_id, query.state)
    return Packs(
        items=await store.list_packs(work.db, *key, query.offset, query.limit),
        total=await store.count_packs(work.db, *key),
    )
