"""Invoices that people hand in: seen, locked, given back and closed."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from banyan.commerce.invoices import (
    InvoiceState,
    MoveIssued,
    MoveShown,
    ReadShown,
    SeenInvoice,
    move_issued,
    move_shown,
    read_shown,
)
from banyan.doors.wechat.endpoint import Wire, endpoint
from banyan.doors.wechat.errors import WireError

_states = {
    "INVOICE_REIMBURSE_INIT": InvoiceState.INIT,
    "INVOICE_REIMBURSE_LOCK": InvoiceState.LOCK,
    "INVOICE_REIMBURSE_CLOSURE": InvoiceState.CLOSURE,
}
_names = {state: name for name, state in _states.items()} | {
    InvoiceState.REVERSED: "INVOICE_REIMBURSE_CANCEL"
}
_held = {
    InvoiceState.INIT: "EMUM_REIMBURSE_INIT",
    InvoiceState.LOCK: "EMUM_REIMBURSE_LOCK",
    InvoiceState.CLOSURE: "EMUM_REIMBURSE_CLOSURE",
    InvoiceState.REVERSED: "EMUM_REIMBURSE_CANCEL",
}
_life = timedelta(days=3_650)
_seen_max = 50


class StatusBody(msgspec.Struct, frozen=True, kw_only=True):
    """A call that moves an invoice of one's own."""

    code: str = ""
    reimburse_status: str = ""


class SeenPart(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice that somebody let the account see."""

    card_id: str = ""
    encrypt_code: str = ""
    reimburse_status: str = ""


class SeenBody(msgspec.Struct, frozen=True, kw_only=True):
    """A call about several of them."""

    openid: str = ""
    reimburse_status: str = ""
    invoice_list: list[SeenPart] = []
    item_list: list[SeenPart] = []


@endpoint("POST", "/card/invoice/platform/updatestatus")
async def updatestatus(wire: Wire, body: StatusBody) -> None:
    """Move an invoice of one's own."""
    command = wire.command(MoveIssued, code=body.code, state=_state(body.reimburse_status))
    await wire.run(move_issued, command)


@endpoint("POST", "/card/invoice/reimburse/getinvoiceinfo")
async def getinvoiceinfo(wire: Wire, body: SeenPart) -> dict[str, object]:
    """An invoice that somebody let the account see."""
    return await _read(wire, body)


@endpoint("POST", "/card/invoice/reimburse/getinvoicebatch")
async def getinvoicebatch(wire: Wire, body: SeenBody) -> dict[str, object]:
    """Several of them, up to fifty."""
    if len(body.item_list) > _seen_max:
        raise WireError(40097, "invalid args: item_list")
    return {"item_list": [await _read(wire, one) for one in body.item_list]}


@endpoint("POST", "/card/invoice/reimburse/updateinvoicestatus")
async def updateinvoicestatus(wire: Wire, body: SeenPart) -> None:
    """Lock an invoice, give it back or close it."""
    await _move(wire, [body], body.reimburse_status, None)


@endpoint("POST", "/card/invoice/reimburse/updatestatusbatch")
async def updatestatusbatch(wire: Wire, body: SeenBody) -> None:
    """Move several invoices of one person: all, or none."""
    await _move(wire, body.invoice_list, body.reimburse_status, body.openid)


async def _read(wire: Wire, part: SeenPart) -> dict[str, object]:
    seen = await wire.run(read_shown, wire.command(ReadShown, token=part.encrypt_code))
    if seen.invoice.kind_id != part.card_id:
        raise WireError(40099, "invalid code")
    return _render(seen)


async def _move(wire: Wire, parts: list[SeenPart], status: str, openid: str | None) -> None:
    command = wire.command(
        MoveShown,
        tokens=[one.encrypt_code for one in parts],
        state=_state(status),
        openid=openid,
    )
    await wire.run(move_shown, command)


def _render(seen: SeenInvoice) -> dict[str, object]:
    invoice, facts = seen.invoice, seen.invoice.facts
    return {
        "card_id": invoice.kind_id,
        "begin_time": int(invoice.created_at.timestamp()),
        "end_time": int((invoice.created_at + _life).timestamp()),
        "openid": seen.openid,
        "user_card_status": _held[invoice.state],
        "type": invoice.kind_name,
        "payee": invoice.payee,
        "detail": facts.remarks,
        "user_info": {
            "title": facts.title,
            "fee": facts.amount_fen,
            "fee_without_tax": facts.before_tax_fen,
            "tax": facts.tax_fen,
            "billing_no": facts.number,
            "billing_code": facts.billing_code,
            "billing_time": int(facts.billed_at.timestamp()),
            "info": [
                {"name": one.name, "unit": one.unit, "num": one.count, "price": one.price_fen}
                for one in facts.items
            ],
            "check_code": facts.check_code,
            "reimburse_status": _names[invoice.state],
            "order_id": invoice.order_name,
            "buyer_number": facts.buyer_number,
            "buyer_address_and_phone": facts.buyer_address,
            "buyer_bank_account": facts.buyer_bank,
            "seller_number": facts.seller_number,
            "seller_address_and_phone": facts.seller_address,
            "seller_bank_account": facts.seller_bank,
            "remarks": facts.remarks,
            "maker": facts.maker,
            "cashier": facts.cashier,
        },
    }


def _state(name: str) -> InvoiceState:
    state = _states.get(name)
    if state is None:
        raise WireError(72024, "invalid invoice status")
    return state
