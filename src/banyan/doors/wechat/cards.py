"""Cards: made, read, changed, deleted; how many there are; and what else is set about them."""

from __future__ import annotations

from typing import Any

import msgspec

from banyan.commerce.cards import (
    COLORS,
    CardKind,
    CardReport,
    CardStatus,
    ChangeCard,
    ChangeStock,
    CreateCard,
    DeleteCard,
    ListCards,
    ReadCard,
    SelfUse,
    SetTesters,
    change_card,
    change_stock,
    create_card,
    delete_card,
    list_cards,
    read_card,
    set_testers,
)
from banyan.doors.wechat.card_forms import (
    STATUSES,
    Number,
    check_ref,
    find_kind,
    read_base,
    read_dates,
    read_extra,
    read_face,
    read_terms,
    render_card,
)
from banyan.doors.wechat.endpoint import Wire, endpoint
from banyan.doors.wechat.errors import WireError
from banyan.doors.wechat.openids import check_openids

_list_max = 50
_testers_max = 10
_required = ("title", "brand_name", "color", "code_type")


class CreateBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/create`."""

    card: dict[str, Any] = {}


class CardBody(msgspec.Struct, frozen=True, kw_only=True):
    """A call about a card."""

    card_id: str = ""


class ListBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/batchget`."""

    offset: Number = 0
    count: Number = _list_max
    status_list: list[str] = []


class StockBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/modifystock`."""

    card_id: str = ""
    increase_stock_value: Number = 0
    reduce_stock_value: Number = 0


class SwitchBody(msgspec.Struct, frozen=True, kw_only=True):
    """A cell of a card is shown or hidden."""

    card_id: str = ""
    is_open: bool = False
    need_verify_cod: bool = False
    need_remark_amount: bool = False


class TestersBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/testwhitelist/set`."""

    openid: list[str] = []
    username: list[str] = []


class UpdateBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/update`: one of the kinds is there."""

    card_id: str = ""
    groupon: dict[str, Any] | None = None
    cash: dict[str, Any] | None = None
    discount: dict[str, Any] | None = None
    gift: dict[str, Any] | None = None
    general_coupon: dict[str, Any] | None = None
    member_card: dict[str, Any] | None = None
    meeting_ticket: dict[str, Any] | None = None
    scenic_ticket: dict[str, Any] | None = None
    movie_ticket: dict[str, Any] | None = None
    boarding_pass: dict[str, Any] | None = None


@endpoint("POST", "/card/create")
async def create(wire: Wire, body: CreateBody) -> dict[str, object]:
    """Make a card; it is looked through at once, and its server is told what came of it."""
    kind = find_kind(str(body.card.get("card_type", "")))
    own = body.card.get(kind.value)
    if not isinstance(own, dict):
        raise WireError(41011, f"missing required fields: {kind.value}")
    base = read_base(own)
    for name in _required:
        if not getattr(base, name):
            raise WireError(41011, f"missing required fields: {name}")
    if base.sku is None or base.sku.quantity is None or base.sku.quantity < 0:
        raise WireError(40122, "invalid sku quantity")
    command = wire.command(
        CreateCard,
        kind=kind.value,
        face=read_face(kind, base, own),
        terms=read_terms(kind, base, own),
        quantity=base.sku.quantity,
        extra=read_extra(own),
        get_limit=base.get_limit or (1 if kind.is_member else 50),
        is_from_program=True,
        **read_dates(base.date_info, is_member=kind.is_member),
        **_worth(kind, own),
    )
    return {"card_id": (await wire.run(create_card, command)).ref}


@endpoint("POST", "/card/get")
async def get(wire: Wire, body: CardBody) -> dict[str, object]:
    """A card as it is now."""
    return {"card": render_card(await _read(wire, body.card_id))}


@endpoint("POST", "/card/batchget")
async def batchget(wire: Wire, body: ListBody) -> dict[str, object]:
    """A part of the account's cards, by how far they are."""
    if not 0 < body.count <= _list_max:
        raise WireError(40035, "invalid parameter: count")
    statuses = [STATUSES[one].value for one in body.status_list if one in STATUSES]
    if body.status_list and not statuses:
        return {"card_id_list": [], "total_num": 0}
    query = wire.command(ListCards, statuses=statuses, offset=body.offset, limit=body.count)
    found = await wire.run(list_cards, query)
    return {"card_id_list": [one.ref for one in found.items], "total_num": found.total}


@endpoint("POST", "/card/update")
async def update(wire: Wire, body: UpdateBody) -> dict[str, object]:
    """Change a card; new words are looked through before it is given out again."""
    report = await _read(wire, body.card_id)
    card = report.card
    own = getattr(body, card.kind.value)
    if own is None:
        raise WireError(40071, "invalid card type")
    base = read_base(own)
    face = msgspec.to_builtins(card.face) | read_face(card.kind, base, own)
    terms = msgspec.to_builtins(card.terms) | read_terms(card.kind, base, own)
    told = read_extra(own)
    extra = {part: {**card.extra.get(part, {}), **told[part]} for part in ("base_info", "own")}
    until = None
    if base.date_info is not None:
        until = read_dates(base.date_info, is_member=card.kind.is_member).get("valid_until")
    command = wire.command(
        ChangeCard,
        ref=report.ref,
        face=face,
        terms=terms,
        extra=extra,
        get_limit=base.get_limit,
        valid_until=until,
    )
    return {"send_check": (await wire.run(change_card, command)).is_checked_again}


@endpoint("POST", "/card/modifystock")
async def modifystock(wire: Wire, body: StockBody) -> None:
    """Have more of a card, or fewer."""
    if body.increase_stock_value < 0 or body.reduce_stock_value < 0:
        raise WireError(40122, "invalid sku quantity")
    added = body.increase_stock_value - body.reduce_stock_value
    command = wire.command(ChangeStock, ref=check_ref(body.card_id), added=added)
    await wire.run(change_stock, command)


@endpoint("POST", "/card/delete")
async def delete(wire: Wire, body: CardBody) -> None:
    """Give a card out no more; those in hands stay good."""
    await wire.run(delete_card, wire.command(DeleteCard, ref=check_ref(body.card_id)))


@endpoint("GET", "/card/getcolors", is_said_ok=True)
async def getcolors(wire: Wire) -> dict[str, object]:
    """What cards may be coloured with."""
    del wire
    return {"colors": [{"name": name, "value": value} for name, value in COLORS.items()]}


@endpoint("POST", "/card/testwhitelist/set")
async def set_whitelist(wire: Wire, body: TestersBody) -> None:
    """Name who may take cards that are not looked through yet; nobody is known by a name."""
    if body.username:
        raise WireError(40132, "invalid username")
    openids = check_openids(body.openid, _testers_max) if body.openid else []
    await wire.run(set_testers, wire.command(SetTesters, openids=openids))


@endpoint("POST", "/card/paycell/set")
async def set_paycell(wire: Wire, body: SwitchBody) -> None:
    """Show on a card, or no more, that one can order and pay at the shop."""
    command = wire.command(ChangeCard, ref=check_ref(body.card_id), has_pay_cell=body.is_open)
    await wire.run(change_card, command)


@endpoint("POST", "/card/selfconsumecell/set")
async def set_selfconsumecell(wire: Wire, body: SwitchBody) -> None:
    """Let holders check their cards off themselves, or no more."""
    self_use = SelfUse(
        is_open=body.is_open,
        needs_code=body.need_verify_cod,
        needs_amount=body.need_remark_amount,
    )
    command = wire.command(
        ChangeCard, ref=check_ref(body.card_id), self_use=msgspec.to_builtins(self_use)
    )
    await wire.run(change_card, command)


def _worth(kind: CardKind, own: dict[str, Any]) -> dict[str, Any]:
    """What the coupon takes off, and from which sum on. Raises WireError 40035 later."""
    if kind is CardKind.CASH:
        return {
            "threshold_fen": own.get("least_cost", 0),
            "amount_off_fen": own.get("reduce_cost", 0),
        }
    if kind is CardKind.DISCOUNT:
        discount = own.get("discount", 0)
        return {"percent_bp": discount * 100 if isinstance(discount, int) else -1}
    return {}


async def check_card(wire: Wire, card_id: str) -> None:
    """Accept a card of the account that may be given out, as a message hands it out.

    Raises WireError 41012, 40073, 40078.
    """
    report = await _read(wire, card_id)
    if report.card.status is not CardStatus.VERIFIED:
        raise WireError(40078, "invalid card status")


async def _read(wire: Wire, card_id: str) -> CardReport:
    return await wire.run(read_card, wire.command(ReadCard, ref=check_ref(card_id)))
