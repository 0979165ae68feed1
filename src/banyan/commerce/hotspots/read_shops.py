"""Reads the stores of an account's merchant with their Wi-Fi."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from banyan.base.limits import PAGE_MAX
from banyan.books.work import Permission, Work, reading
from banyan.commerce.hotspots import store
from banyan.commerce.hotspots.types import PART_MAX, Router, WifiShop
from banyan.commerce.stores import ListStores, Store, StoreId, access_store, list_stores
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, ChannelId, access_own

Skip = Annotated[int, msgspec.Meta(ge=0, le=2**31)]
Asked = Annotated[int, msgspec.Meta(ge=1, le=PART_MAX)]


class ListShops(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List the stores with their Wi-Fi, the oldest first."""

    merchant_id: MerchantId
    channel_id: ChannelId
    skip: Skip = 0
    limit: Asked = PART_MAX


class ReadShop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read one store with its Wi-Fi."""

    merchant_id: MerchantId
    channel_id: ChannelId
    store_id: StoreId


class ListRouters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List the routers of one store, or of all."""

    merchant_id: MerchantId
    channel_id: ChannelId
    store_id: StoreId | None = None
    skip: Skip = 0
    limit: Asked = PART_MAX


class ShopPart(msgspec.Struct, frozen=True, kw_only=True):
    """Some stores, and how many there are."""

    total: int
    items: list[WifiShop]


class RouterPart(msgspec.Struct, frozen=True, kw_only=True):
    """Some routers, and how many there are."""

    total: int
    items: list[Router]


@reading(permission=Permission.CHANNELS_READ)
async def list_shops(work: Work, query: ListShops) -> ShopPart:
    """Return stores. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    stores: list[Store] = []
    cursor = None
    while True:
        part = ListStores(merchant_id=query.merchant_id, limit=PAGE_MAX, cursor=cursor)
        page = await list_stores(work, part)
        stores += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    shown = stores[query.skip : query.skip + query.limit]
    return ShopPart(total=len(stores), items=await _with_wifi(work, channel, shown))


@reading(permission=Permission.CHANNELS_READ)
async def read_shop(work: Work, query: ReadShop) -> WifiShop:
    """Return a store. Raises NotFound `channels.not_found`, `stores.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    return await access_shop(work, channel, query.store_id)


@reading(permission=Permission.CHANNELS_READ)
async def list_routers(work: Work, query: ListRouters) -> RouterPart:
    """Return routers. Raises NotFound `channels.not_found`, `stores.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    if query.store_id is not None:
        await access_store(work.db, channel.merchant_id, query.store_id)
    total, items = await store.list_routers(
        work.db, channel.channel_id, query.store_id, query.skip, query.limit
    )
    return RouterPart(total=total, items=items)


async def access_shop(work: Work, channel: Channel, store_id: int) -> WifiShop:
    """Return a store of the account's merchant. Raises NotFound `stores.not_found`."""
    found = await access_store(work.db, channel.merchant_id, store_id)
    return (await _with_wifi(work, channel, [found]))[0]


async def _with_wifi(work: Work, channel: Channel, stores: Sequence[Store]) -> list[WifiShop]:
    ids = [int(one.store_id) for one in stores]
    networks = await store.list_networks(work.db, channel.channel_id, ids)
    counts = await store.count_routers(work.db, channel.channel_id, ids)
    homepages = await store.find_homepages(work.db, channel.channel_id, ids)
    shops = []
    for one in stores:
        template_id, url = homepages.get(int(one.store_id), (0, ""))
        shops.append(
            WifiShop(
                store_id=one.store_id,
                name=one.name,
                networks=networks.get(int(one.store_id), []),
                routers_count=counts.get(int(one.store_id), 0),
                template_id=template_id,
                homepage_url=url,
            )
        )
    return shops
