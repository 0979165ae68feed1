"""Products: what an account says about things to whoever scans their barcode."""

from __future__ import annotations

import msgspec

from banyan.commerce.barcodes import (
    CATEGORIES,
    AddGoods,
    ChangeGoods,
    CheckTicket,
    DeleteGoods,
    Goods,
    GoodsState,
    ListBrands,
    ListGoods,
    NamedGoods,
    PublishGoods,
    SetTesters,
    Standard,
    add_goods,
    change_goods,
    check_ticket,
    delete_goods,
    list_brands,
    list_goods,
    publish_goods,
    read_goods,
    set_testers,
)
from banyan.doors.wechat.endpoint import Wire, endpoint
from banyan.doors.wechat.errors import WireError

_listed_max = 100
_wrong = WireError(40097, "invalid args")


class BaseInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a thing is."""

    title: str = ""
    thumb_url: str = ""
    brand_tag: str = ""
    category_id: int = 0
    store_mgr_type: str = ""
    store_vendorid_list: list[str] = []
    color: str = "auto"


class BannerPart(msgspec.Struct, frozen=True, kw_only=True):
    """A picture at the top."""

    link: str = ""


class DetailPart(msgspec.Struct, frozen=True, kw_only=True):
    """A line about it."""

    title: str = ""
    desc: str = ""


class DetailInfo(msgspec.Struct, frozen=True, kw_only=True):
    """More about it."""

    banner_list: list[BannerPart] = []
    detail_list: list[DetailPart] = []


class ActionPart(msgspec.Struct, frozen=True, kw_only=True):
    """Something to tap."""

    type: str = ""
    name: str = ""
    link: str = ""
    image: str = ""
    number: str = ""
    text: str = ""
    code: str = ""


class ActionInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What can be tapped."""

    action_list: list[ActionPart] = []


class BrandInfo(msgspec.Struct, frozen=True, kw_only=True):
    """All that is said."""

    base_info: BaseInfo = BaseInfo()
    detail_info: DetailInfo = DetailInfo()
    action_info: ActionInfo = ActionInfo()


class ProductBody(msgspec.Struct, frozen=True, kw_only=True):
    """A call about one thing."""

    keystandard: str = ""
    keystr: str = ""
    status: str = ""
    brand_info: BrandInfo = BrandInfo()


class ListBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/scan/product/getlist`."""

    offset: int = 0
    limit: int = 10
    status: str | None = None
    keystr: str | None = None


class TicketBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/scan/scanticket/check`."""

    ticket: str = ""


class TestersBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/scan/testwhitelist/set`."""

    openid: list[str] = []
    username: list[str] = []


@endpoint("GET", "/scan/merchantinfo/get")
async def merchantinfo(wire: Wire) -> dict[str, object]:
    """What the account may say something about: any category, and its brands."""
    brands = await wire.run(list_brands, wire.command(ListBrands))
    return {
        "verified_cate_list": [
            {"verified_cate_id": number, "verified_cate_name": name}
            for number, name in CATEGORIES.items()
        ],
        "verified_firm_code_list": [],
        "brand_tag_list": list(dict.fromkeys([brands.channel_name, *brands.items])),
    }


@endpoint("POST", "/scan/product/create")
async def create(wire: Wire, body: ProductBody) -> dict[str, str]:
    """Say something about a thing; nobody sees it before it is published."""
    command = wire.command(AddGoods, **_key(body), facts=_facts(body.brand_info))
    return {"pid": _pid(await wire.run(add_goods, command))}


@endpoint("POST", "/scan/product/update")
async def update(wire: Wire, body: ProductBody) -> dict[str, str]:
    """Say it anew; what was published is checked once more."""
    command = wire.command(ChangeGoods, **_key(body), facts=_facts(body.brand_info))
    return {"pid": _pid(await wire.run(change_goods, command))}


@endpoint("POST", "/scan/product/modstatus")
async def modstatus(wire: Wire, body: ProductBody) -> None:
    """Have it checked and shown, or shown no more."""
    if body.status not in {"on", "off"}:
        raise _wrong
    command = wire.command(PublishGoods, **_key(body), is_shown=body.status == "on")
    await wire.run(publish_goods, command)


@endpoint("POST", "/scan/product/get")
async def get(wire: Wire, body: ProductBody) -> dict[str, object]:
    """What is said about a thing."""
    goods = await wire.run(read_goods, wire.command(NamedGoods, **_key(body)))
    return {"brand_info": _render(goods)}


@endpoint("POST", "/scan/product/getlist")
async def getlist(wire: Wire, body: ListBody) -> dict[str, object]:
    """Some of all of it."""
    state = None if body.status in {None, "", "all"} else body.status
    if state is not None and state not in set(GoodsState):
        raise _wrong
    command = wire.command(
        ListGoods,
        state=state,
        part=body.keystr or "",
        offset=max(body.offset, 0),
        limit=min(max(body.limit, 1), _listed_max),
    )
    found = await wire.run(list_goods, command)
    return {
        "total": found.total,
        "key_list": [
            {
                "keystandard": one.standard.value,
                "keystr": one.code,
                "category_id": one.facts.category_id,
                "category_name": CATEGORIES[one.facts.category_id],
                "update_time": int(one.updated_at.timestamp()),
                "status": one.state.value,
            }
            for one in found.items
        ],
    }


@endpoint("POST", "/scan/product/clear")
async def clear(wire: Wire, body: ProductBody) -> None:
    """Say nothing about a thing any more."""
    await wire.run(delete_goods, wire.command(DeleteGoods, **_key(body)))


@endpoint("POST", "/scan/scanticket/check")
async def scanticket(wire: Wire, body: TicketBody) -> dict[str, object]:
    """Who came from the page of a thing."""
    told = await wire.run(check_ticket, wire.command(CheckTicket, ticket=body.ticket))
    return {
        "keystandard": told.standard.value,
        "keystr": told.code,
        "openid": told.openid,
        "scene": "scan",
        "is_check": told.was_checked,
        "is_contact": told.is_follower,
    }


@endpoint("POST", "/scan/testwhitelist/set")
async def testwhitelist(wire: Wire, body: TestersBody) -> None:
    """Who sees what is not published; by openid alone."""
    if body.username:
        raise WireError(40132, "invalid username")
    await wire.run(set_testers, wire.command(SetTesters, openids=body.openid))


def _key(body: ProductBody) -> dict[str, str]:
    if body.keystandard not in set(Standard):
        raise WireError(40097, "invalid args: keystandard")
    return {"standard": body.keystandard, "code": body.keystr}


def _facts(info: BrandInfo) -> dict[str, object]:
    base = info.base_info
    return {
        "title": base.title,
        "picture": base.thumb_url,
        "brand": base.brand_tag,
        "category_id": base.category_id,
        "color": base.color,
        "store_mode": base.store_mgr_type,
        "store_ids": base.store_vendorid_list,
        "banners": [one.link for one in info.detail_info.banner_list],
        "details": [{"title": one.title, "text": one.desc} for one in info.detail_info.detail_list],
        "actions": [
            {
                "kind": one.type,
                "name": one.name,
                "link": one.link,
                "image": one.image,
                "number": one.number,
                "text": one.text,
                "code": one.code,
            }
            for one in info.action_info.action_list
        ],
    }


def _pid(goods: Goods) -> str:
    return str(int(goods.goods_id))


def _render(goods: Goods) -> dict[str, object]:
    facts = goods.facts
    return {
        "base_info": {
            "title": facts.title,
            "thumb_url": facts.picture,
            "brand_tag": facts.brand,
            "category_id": facts.category_id,
            "store_mgr_type": facts.store_mode,
            "store_vendorid_list": facts.store_ids,
            "color": facts.color,
            "status": goods.state.value,
        },
        "detail_info": {
            "banner_list": [{"link": one} for one in facts.banners],
            "detail_list": [{"title": one.title, "desc": one.text} for one in facts.details],
        },
        "action_info": {
            "action_list": [
                {
                    "type": one.kind,
                    "name": one.name,
                    "link": one.link,
                    "image": one.image,
                    "number": one.number,
                    "text": one.text,
                    "code": one.code,
                }
                for one in facts.actions
            ]
        },
        "module_info": {"module_list": []},
    }
