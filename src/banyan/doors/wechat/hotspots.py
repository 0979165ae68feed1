"""The Wi-Fi of stores: routers, codes to print, what opens once connected, and who connected."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated

import msgspec

from banyan.commerce.hotspots import (
    CHINA,
    PART_MAX,
    AddRouter,
    ChangeNetwork,
    CountWifi,
    DeleteRouter,
    ListRouters,
    ListShops,
    Network,
    ReadShop,
    SetHomepage,
    WifiShop,
    add_router,
    change_network,
    count_wifi,
    delete_router,
    list_routers,
    list_shops,
    read_shop,
    set_homepage,
)
from banyan.doors.papers.posters import ORIGIN
from banyan.doors.wechat.endpoint import Wire, endpoint
from banyan.doors.wechat.errors import WireError

_nothing, _by_password = 0, 4
"""Kinds of shops by their routers: those without, and those with a password."""
_all_shops = -1

Number = Annotated[int, msgspec.Meta(ge=-(2**62), le=2**62)]
Index = Annotated[int, msgspec.Meta(ge=1, le=100_000)]
Size = Annotated[int, msgspec.Meta(ge=1, le=PART_MAX)]


class PartBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of a list, of one shop or of all."""

    pageindex: Index = 1
    pagesize: Size = PART_MAX
    shop_id: Number | None = None


class ShopBody(msgspec.Struct, frozen=True, kw_only=True):
    """A shop."""

    shop_id: Number = 0


class RouterBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/bizwifi/device/add`."""

    shop_id: Number = 0
    ssid: str = ""
    password: str = ""
    bssid: str = ""


class BssidBody(msgspec.Struct, frozen=True, kw_only=True):
    """A router."""

    bssid: str = ""


class NetworkBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/bizwifi/shop/update`."""

    shop_id: Number = 0
    old_ssid: str = ""
    ssid: str = ""
    password: str | None = None


class CodeBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/bizwifi/qrcode/get`."""

    shop_id: Number = 0
    ssid: str | None = None
    img_id: Number = 0


class Homepage(msgspec.Struct, frozen=True, kw_only=True):
    """An address that opens."""

    url: str = ""


class HomepageBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/bizwifi/homepage/set`."""

    shop_id: Number = 0
    template_id: Number = 0
    struct: Homepage = Homepage()


class DaysBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/bizwifi/statistics/list`."""

    begin_date: str = ""
    end_date: str = ""
    shop_id: Number = _all_shops


@endpoint("POST", "/bizwifi/shop/list")
async def shop_list(wire: Wire, body: PartBody) -> dict[str, object]:
    """All stores."""
    query = ListShops(**wire.own, skip=_skip(body), limit=body.pagesize)
    found = await wire.run(list_shops, query)
    records = [
        {
            "shop_id": int(one.store_id),
            "shop_name": one.name,
            "ssid": one.networks[0].ssid if one.networks else "",
            "ssid_list": [network.ssid for network in one.networks],
            "protocol_type": _protocol(one),
            "sid": "",
        }
        for one in found.items
    ]
    return {"data": _part(body, found.total, records)}


@endpoint("POST", "/bizwifi/shop/get")
async def shop_get(wire: Wire, body: ShopBody) -> dict[str, object]:
    """One store with its networks."""
    shop = await _read(wire, body.shop_id)
    first = shop.networks[0] if shop.networks else None
    return {
        "data": {
            "shop_name": shop.name,
            "ssid": first.ssid if first else "",
            "ssid_list": [one.ssid for one in shop.networks],
            "ssid_password_list": [
                {"ssid": one.ssid, "password": one.password} for one in shop.networks
            ],
            "password": first.password if first else "",
            "protocol_type": _protocol(shop),
            "ap_count": shop.routers_count,
            "template_id": shop.template_id,
            "homepage_url": shop.homepage_url,
            "bar_type": 0,
        }
    }


@endpoint("POST", "/bizwifi/shop/update")
async def shop_update(wire: Wire, body: NetworkBody) -> None:
    """Call a network otherwise, or let it have another password."""
    command = wire.command(
        ChangeNetwork,
        store_id=_id(body.shop_id),
        old_ssid=body.old_ssid,
        ssid=body.ssid,
        password=body.password,
    )
    await wire.run(change_network, command)


@endpoint("POST", "/bizwifi/device/add")
async def device_add(wire: Wire, body: RouterBody) -> None:
    """Have one more router."""
    command = wire.command(
        AddRouter,
        store_id=_id(body.shop_id),
        ssid=body.ssid,
        password=body.password,
        bssid=body.bssid,
    )
    await wire.run(add_router, command)


@endpoint("POST", "/bizwifi/device/list")
async def device_list(wire: Wire, body: PartBody) -> dict[str, object]:
    """The routers of a store, or of all."""
    query = wire.command(
        ListRouters,
        store_id=None if body.shop_id is None else _id(body.shop_id),
        skip=_skip(body),
        limit=body.pagesize,
    )
    found = await wire.run(list_routers, query)
    records = [
        {
            "shop_id": int(one.store_id),
            "ssid": one.ssid,
            "bssid": one.bssid,
            "protocol_type": _by_password,
        }
        for one in found.items
    ]
    return {"data": _part(body, found.total, records)}


@endpoint("POST", "/bizwifi/device/delete")
async def device_delete(wire: Wire, body: BssidBody) -> None:
    """Have a router no more."""
    await wire.run(delete_router, wire.command(DeleteRouter, bssid=body.bssid))


@endpoint("POST", "/bizwifi/qrcode/get")
async def qrcode_get(wire: Wire, body: CodeBody) -> dict[str, object]:
    """Where the picture of a network's code is: alone, or as a card to stand on a table."""
    shop = await _read(wire, body.shop_id)
    network = _choose(shop, body.ssid)
    if body.img_id not in {0, 1}:
        raise WireError(40035, "invalid parameter: img_id")
    name = "card" if body.img_id else "code"
    return {"data": {"qrcode_url": f"{ORIGIN.wifi_link(network.token)}/{name}.png"}}


@endpoint("POST", "/bizwifi/homepage/set")
async def homepage_set(wire: Wire, body: HomepageBody) -> None:
    """Choose what opens once somebody is connected."""
    command = wire.command(
        SetHomepage,
        store_id=_id(body.shop_id),
        template_id=body.template_id,
        url=body.struct.url,
    )
    await wire.run(set_homepage, command)


@endpoint("POST", "/bizwifi/homepage/get")
async def homepage_get(wire: Wire, body: ShopBody) -> dict[str, object]:
    """What opens once somebody is connected."""
    shop = await _read(wire, body.shop_id)
    told = {"template_id": shop.template_id, "url": shop.homepage_url}
    return {"data": {"shop_id": int(shop.store_id), **told}}


@endpoint("POST", "/bizwifi/statistics/list")
async def statistics_list(wire: Wire, body: DaysBody) -> dict[str, object]:
    """Who connected, day by day, at one store or at all."""
    is_all = body.shop_id == _all_shops
    query = wire.command(
        CountWifi,
        store_id=None if is_all else _id(body.shop_id),
        begins_on=body.begin_date,
        ends_on=body.end_date,
    )
    days = (await wire.run(count_wifi, query)).items
    return {
        "data": [
            {
                "shop_id": str(body.shop_id),
                "statis_time": _milliseconds(datetime.combine(one.day_on, time(), CHINA)),
                "total_user": one.people_count,
                "homepage_uv": one.visitors_count,
                "new_fans": one.followers_count,
                "total_fans": one.followers_total,
            }
            for one in days
        ]
    }


async def _read(wire: Wire, shop_id: int) -> WifiShop:
    return await wire.run(read_shop, wire.command(ReadShop, store_id=_id(shop_id)))


def _choose(shop: WifiShop, ssid: str | None) -> Network:
    for one in shop.networks:
        if ssid in {None, one.ssid}:
            return one
    raise WireError(40035, "invalid parameter: the shop has no such network")


def _protocol(shop: WifiShop) -> int:
    return _by_password if shop.networks else _nothing


def _id(shop_id: int) -> str:
    return str(max(shop_id, 0))


def _skip(body: PartBody) -> int:
    return (body.pageindex - 1) * body.pagesize


def _part(body: PartBody, total: int, records: list[dict[str, object]]) -> dict[str, object]:
    return {
        "totalcount": total,
        "pageindex": body.pageindex,
        "pagecount": -(-total // body.pagesize),
        "records": records,
    }


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1_000)
