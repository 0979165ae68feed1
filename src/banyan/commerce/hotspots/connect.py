"""People scan the code of a network, connect, and open the homepage."""

import msgspec

from banyan.base.errors import NotFound
from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.hotspots import store
from banyan.commerce.hotspots.read_shops import access_shop
from banyan.commerce.hotspots.rules import compute_day, read_channel
from banyan.commerce.hotspots.types import Network, WifiConnected, WifiOffer, WifiShop, WifiToken
from banyan.reach.channels import (
    Channel,
    FollowerState,
    access_channel,
    ensure_openids,
    find_follower,
    follow_channel,
)
from banyan.reach.pushes import PushKind, note_push


class ScanWifi(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which network is this the code of?"""

    token: WifiToken


class ConnectWifi(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Connect me to the network whose code I scanned."""

    token: WifiToken
    follows: bool = False
    """Follow the account as well."""


class OpenHomepage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Open what the store shows to those who are connected."""

    token: WifiToken


@reading(permission=Permission.PUBLIC)
async def scan_wifi(work: Work, query: ScanWifi) -> WifiOffer:
    """Return the network without its password. Raises NotFound `hotspots.no_such_code`."""
    channel, network, shop = await _access(work, query.token)
    return await _offer(work, channel, network, shop)


@single(permission=Permission.PERSON)
async def connect_wifi(work: Work, command: ConnectWifi) -> WifiOffer:
    """Return the network with its password; the account's server is told who connected.

    Raises NotFound `hotspots.no_such_code`.
    """
    channel, network, shop = await _access(work, command.token)
    person_id = work.actor.person_id
    openids = await ensure_openids(work, channel.channel_id, [person_id])
    openid, is_new = openids[person_id], False
    if command.follows:
        is_new = (await follow_channel(work, channel, person_id)).is_new
    key = (int(channel.channel_id), int(shop.store_id), compute_day(work.now), person_id)
    await store.add_day(work.db, key, connects=1, is_new=is_new)
    work.record(
        WifiConnected(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            person_id=person_id,
            store_id=int(shop.store_id),
            openid=openid,
            ssid=network.ssid,
            is_new_follower=is_new,
        )
    )
    place = str(int(shop.store_id))
    fields = {
        "connect_time": int(work.now.timestamp()),
        "expire_time": 0,
        "vendor_id": "",
        "shop_id": place,
        "place_id": place,
        "device_no": await store.find_first_router(work.db, channel.channel_id, network),
    }
    await note_push(work, channel, person_id, openid, PushKind.WIFI_CONNECTED, fields)
    offer = await _offer(work, channel, network, shop)
    return msgspec.structs.replace(offer, password=network.password)


@single(permission=Permission.PERSON)
async def open_homepage(work: Work, command: OpenHomepage) -> WifiOffer:
    """Count the visit, and return where it leads. Raises NotFound `hotspots.no_such_code`."""
    channel, network, shop = await _access(work, command.token)
    day_on = compute_day(work.now)
    key = (int(channel.channel_id), int(shop.store_id), day_on, work.actor.person_id)
    await store.add_day(work.db, key, visits=1)
    return await _offer(work, channel, network, shop)


async def _access(work: Work, token: str) -> tuple[Channel, Network, WifiShop]:
    channel_id = read_channel(token)
    network = None
    if channel_id is not None:
        network = await store.find_by_token(work.db, channel_id, token)
    if channel_id is None or network is None:
        raise NotFound("hotspots.no_such_code")
    channel = await access_channel(work.db, channel_id)
    return channel, network, await access_shop(work, channel, network.store_id)


async def _offer(work: Work, channel: Channel, network: Network, shop: WifiShop) -> WifiOffer:
    known = await find_follower(work.db, channel.channel_id, work.actor.person_id)
    return WifiOffer(
        merchant_id=channel.merchant_id,
        store_id=shop.store_id,
        store_name=shop.name,
        channel_id=channel.channel_id,
        channel_name=channel.name,
        ssid=network.ssid,
        is_following=known is not None and known.state is FollowerState.FOLLOWING,
        password="",
        homepage_url=shop.homepage_url,
    )
