"""Says which Wi-Fi stores have, and what opens when somebody is connected."""

from datetime import date
from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.hotspots import store
from banyan.commerce.hotspots.ports import draw
from banyan.commerce.hotspots.read_shops import access_shop
from banyan.commerce.hotspots.rules import (
    CHANCE_BYTES,
    check_days,
    check_homepage,
    check_ssid,
    render_token,
)
from banyan.commerce.hotspots.types import (
    ROUTERS_MAX,
    Bssid,
    Network,
    Password,
    Router,
    Ssid,
    Url,
    WifiDay,
    WifiShop,
)
from banyan.commerce.stores import StoreId
from banyan.parties.merchants import MerchantId, access_merchant
from banyan.reach.channels import ChannelId, access_own


class AddRouter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have one more router, and its network if it is new."""

    merchant_id: MerchantId
    channel_id: ChannelId
    store_id: StoreId
    ssid: Ssid
    password: Password
    bssid: Bssid


class DeleteRouter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a router no more; a network goes with its last one."""

    merchant_id: MerchantId
    channel_id: ChannelId
    bssid: Bssid


class ChangeNetwork(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Call a network otherwise, or let it have another password."""

    merchant_id: MerchantId
    channel_id: ChannelId
    store_id: StoreId
    old_ssid: Ssid
    ssid: Ssid
    password: Password | None = None


class SetHomepage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Choose what opens when somebody is connected."""

    merchant_id: MerchantId
    channel_id: ChannelId
    store_id: StoreId
    template_id: Annotated[int, msgspec.Meta(ge=0, le=1)] = 0
    url: Url = ""


class CountWifi(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many connected on these days, at one store or at all?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    store_id: StoreId | None = None
    begins_on: date
    ends_on: date


class WifiDays(msgspec.Struct, frozen=True, kw_only=True):
    """The days on which somebody connected, in order."""

    items: list[WifiDay]


@single(permission=Permission.CHANNELS_WRITE)
async def add_router(work: Work, command: AddRouter) -> Router:
    """Add a router; all of a network have the password that was said last.

    Raises NotFound `channels.not_found`, `stores.not_found`; Refusal `hotspots.ssid_prefix`,
    `hotspots.router_known`, `hotspots.too_many`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    merchant = await access_merchant(work.db, channel.merchant_id)
    check_ssid(command.ssid, is_verified=merchant.is_verified)
    await access_shop(work, channel, command.store_id)
    await store.lock_channel(work.db, channel.channel_id)
    if await store.count_all_routers(work.db, channel.channel_id) >= ROUTERS_MAX:
        raise Refusal("hotspots.too_many", routers_max=ROUTERS_MAX)
    network = Network(
        store_id=command.store_id,
        ssid=command.ssid,
        password=command.password,
        token=render_token(int(channel.channel_id), draw(CHANCE_BYTES)),
    )
    await store.insert_network(work.db, channel.channel_id, network, work.now)
    router = Router(store_id=command.store_id, ssid=command.ssid, bssid=command.bssid)
    if not await store.insert_router(work.db, channel.channel_id, router, work.now):
        raise Refusal("hotspots.router_known")
    return router


@single(permission=Permission.CHANNELS_WRITE)
async def delete_router(work: Work, command: DeleteRouter) -> None:
    """Delete a router. Raises NotFound `channels.not_found`, `hotspots.no_such_router`."""
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await store.lock_channel(work.db, channel.channel_id)
    if not await store.delete_router(work.db, channel.channel_id, command.bssid):
        raise NotFound("hotspots.no_such_router")


@single(permission=Permission.CHANNELS_WRITE)
async def change_network(work: Work, command: ChangeNetwork) -> WifiShop:
    """Write it; the code of the network stays.

    Raises NotFound `channels.not_found`, `stores.not_found`, `hotspots.no_such_network`; Refusal
    `hotspots.ssid_prefix`, `hotspots.ssid_taken`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    merchant = await access_merchant(work.db, channel.merchant_id)
    check_ssid(command.ssid, is_verified=merchant.is_verified)
    await store.lock_channel(work.db, channel.channel_id)
    shop = await access_shop(work, channel, command.store_id)
    names = {one.ssid for one in shop.networks}
    if command.ssid != command.old_ssid and command.ssid in names:
        raise Refusal("hotspots.ssid_taken")
    if not await store.change_network(
        work.db,
        channel.channel_id,
        command.store_id,
        command.old_ssid,
        command.ssid,
        command.password,
    ):
        raise NotFound("hotspots.no_such_network")
    return await access_shop(work, channel, command.store_id)


@single(permission=Permission.CHANNELS_WRITE)
async def set_homepage(work: Work, command: SetHomepage) -> WifiShop:
    """Write what opens.

    Raises NotFound `channels.not_found`, `stores.not_found`; Invalid `hotspots.homepage_malformed`.
    """
    check_homepage(command.template_id, command.url)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await access_shop(work, channel, command.store_id)
    url = command.url if command.template_id else ""
    await store.set_homepage(
        work.db, channel.channel_id, command.store_id, command.template_id, url
    )
    return await access_shop(work, channel, command.store_id)


@reading(permission=Permission.CHANNELS_READ)
async def count_wifi(work: Work, query: CountWifi) -> WifiDays:
    """Return the days.

    Raises NotFound `channels.not_found`, `stores.not_found`; Invalid `hotspots.days_out_of_range`.
    """
    check_days(query.begins_on, query.ends_on)
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    if query.store_id is not None:
        await access_shop(work, channel, query.store_id)
    days = await store.list_days(
        work.db, channel.channel_id, query.store_id, query.begins_on, query.ends_on
    )
    return WifiDays(items=days)
