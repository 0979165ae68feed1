"""Reads what an account says about things, for its program."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, reading
from banyan.commerce.barcodes import store
from banyan.commerce.barcodes.types import Code, Goods, GoodsState, Standard
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, access_own


class NamedGoods(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What does the account say about what has this code?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    standard: Standard
    code: Code


class ListGoods(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List what the account says about things, the oldest first."""

    merchant_id: MerchantId
    channel_id: ChannelId
    state: GoodsState | None = None
    part: Annotated[str, msgspec.Meta(max_length=200, pattern=LINE)] = ""
    """Which their codes contain."""
    offset: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10


class ListBrands(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of which brands does the account say something?"""

    merchant_id: MerchantId
    channel_id: ChannelId


class GoodsPart(msgspec.Struct, frozen=True, kw_only=True):
    """Some of what an account says, and how much there is."""

    items: list[Goods]
    total: int


class Brands(msgspec.Struct, frozen=True, kw_only=True):
    """Brands, and what the account itself is called."""

    channel_name: str
    items: list[str]


@reading(permission=Permission.CHANNELS_READ)
async def read_goods(work: Work, query: NamedGoods) -> Goods:
    """Return it. Raises NotFound `channels.not_found`, `barcodes.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    found = await store.find_goods(work.db, channel.channel_id, query.standard, query.code)
    if found is None:
        raise NotFound("barcodes.not_found")
    return found


@reading(permission=Permission.CHANNELS_READ)
async def list_goods(work: Work, query: ListGoods) -> GoodsPart:
    """Return some of it. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    items, total = await store.list_goods(
        work.db,
        channel.channel_id,
        state=query.state,
        part=query.part,
        offset=query.offset,
        limit=query.limit,
    )
    return GoodsPart(items=items, total=total)


@reading(permission=Permission.CHANNELS_READ)
async def list_brands(work: Work, query: ListBrands) -> Brands:
    """Return the brands. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    items = await store.list_brands(work.db, channel.channel_id)
    return Brands(channel_name=channel.name, items=items)
