"""How cards are handed out: codes to scan, pages, words for an article, gifts for paying."""

from __future__ import annotations

from html import escape
from typing import Any

import msgspec

from banyan.base.errors import Invalid, Refusal
from banyan.base.json import decode_special
from banyan.commerce.cards import ReadCard, read_card
from banyan.commerce.handouts import (
    AddPayRule,
    EndPayRule,
    ListPayRules,
    MakeShelf,
    PayRule,
    ReadPayRule,
    Shelf,
    ShelfKind,
    add_pay_rule,
    end_pay_rule,
    list_pay_rules,
    make_shelf,
    read_pay_rule,
)
from banyan.commerce.stores import ListStores, OpenStore, Store, list_stores, open_store
from banyan.doors.papers.posters import ORIGIN
from banyan.doors.wechat.card_forms import Number, check_ref, instant_of
from banyan.doors.wechat.endpoint import Wire, endpoint
from banyan.doors.wechat.errors import WireError
from banyan.doors.wechat.openids import check_openid

_life_max = 31_536_000
_exact_max = 2**53 - 1
"""Greatest number that every program reads exactly; nothing asks for a page by its number."""
_rules_max = 50
_member_type = "RULE_TYPE_PAY_MEMBER_CARD"
_single_type = "RULE_TYPE_SINGLE_PAY"
_scenes = frozenset(
    {
        "SCENE_NEAR_BY",
        "SCENE_MENU",
        "SCENE_QRCODE",
        "SCENE_ARTICLE",
        "SCENE_H5",
        "SCENE_IVR",
        "SCENE_CARD_CUSTOM_CELL",
    }
)


class ItemPart(msgspec.Struct, frozen=True, kw_only=True):
    """A card that a code hands out."""

    card_id: str = ""
    code: str = ""
    openid: str = ""
    is_unique_code: bool = False
    outer_id: Number = 0
    outer_str: str = ""
    thumb_url: str = ""


class ManyPart(msgspec.Struct, frozen=True, kw_only=True):
    """Several cards."""

    card_list: list[ItemPart] = []


class ActionPart(msgspec.Struct, frozen=True, kw_only=True):
    """What a code hands out."""

    card: ItemPart | None = None
    multiple_card: ManyPart | None = None


class CodeBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/qrcode/create`."""

    action_name: str = ""
    action_info: ActionPart = ActionPart()
    expire_seconds: Number | None = None


class PageBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/landingpage/create`."""

    banner: str = ""
    page_title: str = ""
    can_share: bool = False
    scene: str = ""
    card_list: list[ItemPart] = []


class CardBody(msgspec.Struct, frozen=True, kw_only=True):
    """A call about a card."""

    card_id: str = ""


class RuleBase(msgspec.Struct, frozen=True, kw_only=True):
    """When, and at whom paying counts."""

    mchid_list: list[str] = []
    begin_time: Number = 0
    end_time: Number = 0


class RuleGift(msgspec.Struct, frozen=True, kw_only=True):
    """Which card, and for which sums."""

    card_id: str = ""
    least_cost: Number = 0
    max_cost: Number = 0
    jump_url: str = ""


class RuleInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A rule."""

    type: str = ""
    base_info: RuleBase = RuleBase()
    member_rule: RuleGift | None = None
    single_pay: RuleGift | None = None


class RuleBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/paygiftcard/add`."""

    rule_info: RuleInfo = RuleInfo()


class RuleIdBody(msgspec.Struct, frozen=True, kw_only=True):
    """A call about a rule."""

    rule_id: Number | str = 0


class RulesBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/paygiftcard/batchget`."""

    type: str = _member_type
    effective: bool = True
    offset: Number = 0
    count: Number = 10


class LocationPart(msgspec.Struct, frozen=True, kw_only=True):
    """A place of business."""

    business_name: str = ""
    branch_name: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    address: str = ""
    telephone: str = ""
    longitude: float | str | None = None
    latitude: float | str | None = None


class LocationsBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/location/batchadd`."""

    location_list: list[LocationPart] = []


class PartBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/location/batchget`."""

    offset: Number = 0
    count: Number = 0


@endpoint("POST", "/card/qrcode/create")
async def create_code(wire: Wire, body: CodeBody) -> dict[str, object]:
    """Have a code to scan that hands out a card, or several."""
    match body.action_name:
        case "QR_CARD":
            items = [body.action_info.card] if body.action_info.card else []
        case "QR_MULTIPLE_CARD":
            many = body.action_info.multiple_card
            items = many.card_list if many else []
        case _:
            raise WireError(40052, "invalid action name")
    if not items:
        raise WireError(40053, "invalid action info")
    life_s = body.expire_seconds
    if life_s is not None and not 0 < life_s <= _life_max:
        raise WireError(40035, "invalid parameter: expire_seconds")
    shelf = await _make(wire, ShelfKind.CODE, items, life_s=life_s)
    return {
        "ticket": shelf.ticket,
        "expire_seconds": life_s or _life_max,
        "url": ORIGIN.shelf_link(shelf.token),
        "show_qrcode_url": ORIGIN.ticket_link(shelf.ticket),
    }


@endpoint("POST", "/card/landingpage/create")
async def create_page(wire: Wire, body: PageBody) -> dict[str, object]:
    """Have a page that offers cards."""
    if body.scene not in _scenes:
        raise WireError(40035, "invalid parameter: scene")
    shelf = await _make(
        wire,
        ShelfKind.PAGE,
        body.card_list,
        title=body.page_title,
        banner_url=body.banner,
        scene=body.scene,
        may_share=body.can_share,
    )
    return {"url": ORIGIN.shelf_link(shelf.token), "page_id": int(shelf.shelf_id) & _exact_max}


@endpoint("POST", "/card/mpnews/gethtml")
async def gethtml(wire: Wire, body: CardBody) -> dict[str, object]:
    """What an article says to hand a card out: a link to where it can be taken."""
    report = await wire.run(read_card, wire.command(ReadCard, ref=check_ref(body.card_id)))
    shelf = await _make(wire, ShelfKind.CODE, [ItemPart(card_id=report.ref)])
    face = report.card.face
    words = escape(f"{face.brand_name} {face.title}")
    link = escape(ORIGIN.shelf_link(shelf.token), quote=True)
    return {"content": f'<p><a href="{link}">{words}</a></p>'}


@endpoint("POST", "/card/paygiftcard/add")
async def add_rule(wire: Wire, body: RuleBody) -> dict[str, object]:
    """Give whoever pays within a sum a card: at the account's own merchant, and nobody else's."""
    info = body.rule_info
    gift = info.member_rule if info.type == _member_type else info.single_pay
    if info.type not in {_member_type, _single_type} or gift is None:
        raise WireError(40035, "invalid parameter: type")
    ours = str(int(wire.channel.merchant_id))
    theirs = [one for one in info.base_info.mchid_list if one != ours]
    failed = [
        {"mchid": one, "errcode": 40035, "errmsg": "not a merchant of this account"}
        for one in theirs
    ]
    if ours not in info.base_info.mchid_list:
        return {"rule_id": 0, "fail_mchid_list": failed, "succ_mchid_list": []}
    command = wire.command(
        AddPayRule,
        ref=check_ref(gift.card_id),
        cost_min_fen=gift.least_cost,
        cost_max_fen=gift.max_cost,
        begins_at=instant_of(info.base_info.begin_time),
        ends_at=instant_of(info.base_info.end_time),
        jump_url=gift.jump_url,
    )
    rule = await wire.run(add_pay_rule, command)
    return {"rule_id": int(rule.rule_id), "fail_mchid_list": failed, "succ_mchid_list": [ours]}


@endpoint("POST", "/card/paygiftcard/delete")
async def delete_rule(wire: Wire, body: RuleIdBody) -> None:
    """Let a rule end."""
    await wire.run(end_pay_rule, wire.command(EndPayRule, rule_id=_rule_id(body)))


@endpoint("POST", "/card/paygiftcard/getbyid")
async def get_rule(wire: Wire, body: RuleIdBody) -> dict[str, object]:
    """A rule."""
    rule = await wire.run(read_pay_rule, wire.command(ReadPayRule, rule_id=_rule_id(body)))
    return {"rule_info": _render_rule(wire, rule)}


@endpoint("POST", "/card/paygiftcard/batchget")
async def list_rules(wire: Wire, body: RulesBody) -> dict[str, object]:
    """A part of the account's rules."""
    if not 0 < body.count <= _rules_max:
        raise WireError(40035, "invalid parameter: count")
    query = wire.command(
        ListPayRules,
        is_member=body.type == _member_type,
        is_in_force=body.effective,
        offset=body.offset,
        limit=body.count,
    )
    found = await wire.run(list_pay_rules, query)
    return {
        "total_count": found.total,
        "rule_list": [_render_rule(wire, one) for one in found.items],
    }


@endpoint("POST", "/card/location/batchadd")
async def add_locations(wire: Wire, body: LocationsBody) -> dict[str, object]:
    """Open stores; -1 stands for one that can't be."""
    ids: list[int] = []
    for one in body.location_list[:_rules_max]:
        try:
            command = msgspec.convert(_store(wire, one), OpenStore, dec_hook=decode_special)
            ids.append(int((await wire.run(open_store, command)).store_id))
        except (msgspec.ValidationError, ValueError, Refusal, Invalid):
            ids.append(-1)
    return {"location_id_list": ids}


@endpoint("POST", "/card/location/batchget")
async def get_locations(wire: Wire, body: PartBody) -> dict[str, object]:
    """A part of the merchant's stores; a count of 0 means all that are told at once."""
    if body.offset < 0 or not 0 <= body.count <= _rules_max:
        raise WireError(40035, "invalid parameter: count")
    stores: list[Store] = []
    cursor = None
    while len(stores) < body.offset + (body.count or _rules_max):
        page = await wire.run(
            list_stores,
            ListStores(merchant_id=wire.own["merchant_id"], limit=100, cursor=cursor),
        )
        stores += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    part = stores[body.offset :][: body.count or _rules_max]
    return {"location_list": [_location(one) for one in part], "count": len(part)}


async def _make(wire: Wire, kind: ShelfKind, items: list[ItemPart], **fields: Any) -> Shelf:  # noqa: ANN401 - fields of the command
    offered = [
        {
            "ref": check_ref(one.card_id),
            "code": one.code,
            "openid": check_openid(one.openid) if one.openid else "",
            "is_once": one.is_unique_code,
            "outer_id": one.outer_id,
            "outer_str": one.outer_str,
            "thumb_url": one.thumb_url,
        }
        for one in items
    ]
    return await wire.run(
        make_shelf, wire.command(MakeShelf, kind=kind.value, items=offered, **fields)
    )


def _rule_id(body: RuleIdBody) -> str:
    text = str(body.rule_id)
    if not (text.isascii() and text.isdigit()):
        raise WireError(40035, "invalid parameter: rule_id")
    return text


def _render_rule(wire: Wire, rule: PayRule) -> dict[str, Any]:
    is_over = rule.deleted_at is not None
    gift = {
        "card_id": rule.ref,
        "least_cost": rule.cost_min_fen,
        "max_cost": rule.cost_max_fen,
        "jump_url": rule.jump_url,
    }
    return {
        "type": _member_type if rule.is_member else _single_type,
        "rule_id": int(rule.rule_id),
        "base_info": {
            "mchid_list": [str(int(wire.channel.merchant_id))],
            "begin_time": int(rule.begins_at.timestamp()),
            "end_time": int(rule.ends_at.timestamp()),
            "status": "RULE_STATUS_INVALID" if is_over else "RULE_STATUS_OK",
            "create_time": int(rule.created_at.timestamp()),
            "update_time": int((rule.deleted_at or rule.created_at).timestamp()),
        },
        "member_rule" if rule.is_member else "single_pay": gift,
    }


def _store(wire: Wire, one: LocationPart) -> dict[str, Any]:
    name = f"{one.business_name} {one.branch_name}".strip()
    address = f"{one.province}{one.city}{one.district}{one.address}"
    merchant_id = str(int(wire.channel.merchant_id))
    told: dict[str, Any] = {"merchant_id": merchant_id, "name": name, "address": address}
    if one.telephone:
        told["phone"] = one.telephone
    if one.longitude is not None and one.latitude is not None:
        told |= {"longitude": float(one.longitude), "latitude": float(one.latitude)}
    return told


def _location(store: Store) -> dict[str, Any]:
    return {
        "id": int(store.store_id),
        "name": store.name,
        "phone": store.phone or "",
        "address": store.address,
        "longitude": store.longitude,
        "latitude": store.latitude,
    }
