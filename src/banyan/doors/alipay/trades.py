"""Trades: asked for, taken at the till, looked up, closed and cancelled."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.doors.alipay.asking import NewTrade, ask_for, build_fields, find_buyer
from banyan.doors.alipay.endpoint import Call, endpoint, render_time
from banyan.doors.alipay.errors import WireError
from banyan.doors.alipay.telling import (
    TradeStatus,
    describe_buyer,
    describe_money,
    describe_numbers,
    describe_paid,
    read_status,
)
from banyan.pay.charges import (
    Charge,
    ChargeState,
    CloseCharge,
    Protocol,
    ReadCharge,
    ReverseCharge,
    TakeCharge,
    Way,
    charge_id_of,
    close_charge,
    read_charge,
    reverse_charge,
    take_charge,
)
from banyan.pay.paycodes import TakeCode, take_codes

C = TypeVar("C")

_scenes = frozenset({"bar_code", "wave_code", "security_code"})
_wrong_code = WireError("40004", "ACQ.PAYMENT_AUTH_CODE_INVALID", "支付授权码无效")
_wrong_status = WireError("40004", "ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
_auth_code = re.compile(r"[0-9]{16,24}")


class NewTillTrade(NewTrade, frozen=True, kw_only=True):
    """What whoever showed a code shall pay."""

    scene: str = ""
    auth_code: str = ""


class NamedTrade(msgspec.Struct, frozen=True, kw_only=True):
    """A trade by either number; ours goes first."""

    trade_no: str = ""
    out_trade_no: str = ""


@endpoint("alipay.trade.precreate")
async def precreate(call: Call, asked: NewTrade) -> dict[str, Any]:
    """A code that the customer scans to pay."""
    charge = await ask_for(call, asked, Way.NATIVE)
    return {
        "out_trade_no": charge.out_no,
        "qr_code": f"{call.base_url}/pay/{charge.token}",
    }


@endpoint("alipay.trade.create")
async def create(call: Call, asked: NewTrade) -> dict[str, Any]:
    """A trade that a person pays on a page within the phone app."""
    charge = await ask_for(call, asked, Way.JSAPI, payer_id=await find_buyer(call, asked))
    return describe_numbers(charge)


@endpoint("alipay.trade.pay")
async def pay(call: Call, asked: NewTillTrade) -> dict[str, Any]:
    """Take money from whoever showed their payment code."""
    if asked.scene not in _scenes:
        raise call.wrong("scene")
    if not _auth_code.fullmatch(asked.auth_code):
        raise call.wrong("auth_code")
    fields = build_fields(call, asked, Way.CODE)
    known = await _find(call, out_no=asked.out_trade_no)
    if known is None or known.state is ChargeState.UNPAID:
        known = await _take(call, asked, fields)
    elif known.state is not ChargeState.PAYING:
        raise _refuse_again(known)
    elif known.total_fen != fields["asks"][0]["total_fen"]:
        raise Refusal("charges.out_no_used", out_no=known.out_no)
    if known.is_paid:
        return describe_paid(known, await call.name(int(known.payer_id)))
    return {"code": "10003", **describe_numbers(known), **describe_money(known)}


@endpoint("alipay.trade.query", lacks="that a code was scanned: its trade shows once it is paid")
async def query(call: Call, asked: NamedTrade) -> dict[str, Any]:
    """How far a trade is."""
    charge = await read_trade(call, asked)
    status = read_status(charge, call.now)
    # What only waits to be scanned Alipay has not heard of.
    if status is TradeStatus.WAITING and charge.way is Way.NATIVE:
        raise NotFound("charges.not_found")
    told = describe_numbers(charge) | {"trade_status": status.value} | describe_money(charge)
    told |= {"subject": charge.facts.description}
    if charge.facts.extra.get("body"):
        told["body"] = charge.facts.extra["body"]
    if charge.paid_at is not None:
        told["send_pay_date"] = render_time(charge.paid_at)
    for name in ("store_id", "terminal_id"):
        if name in charge.facts.scene:
            told[name] = charge.facts.scene[name]
    return told | describe_buyer(await call.name(int(charge.payer_id)))


@endpoint("alipay.trade.close")
async def close(call: Call, asked: NamedTrade) -> dict[str, Any]:
    """Let nobody pay a trade any more."""
    charge = await read_trade(call, asked)
    if read_status(charge, call.now) is not TradeStatus.WAITING:
        raise _wrong_status
    try:
        closed = await call.run(close_charge, _name(call, CloseCharge, charge))
    except Refusal:
        # It was paid in the meantime, or its payer is asked for their password.
        raise _wrong_status from None
    return describe_numbers(closed)


@endpoint("alipay.trade.cancel")
async def cancel(call: Call, asked: NamedTrade) -> dict[str, Any]:
    """Take a trade back whole, whether it was paid or not."""
    done = {"retry_flag": "N", "out_trade_no": asked.out_trade_no}
    try:
        charge = await read_trade(call, asked)
    except NotFound:
        return done
    done = describe_numbers(charge) | {"retry_flag": "N"}
    if charge.state in {ChargeState.CLOSED, ChargeState.FAILED}:
        return done | {"action": "close"}
    reversed_charge = await call.run(reverse_charge, _name(call, ReverseCharge, charge))
    return done | {"action": "refund" if reversed_charge.is_paid else "close"}


async def read_trade(call: Call, asked: NamedTrade) -> Charge:
    """A trade of the merchant's, by either number. Raises WireError, NotFound."""
    if not asked.trade_no and not asked.out_trade_no:
        raise call.wrong("trade_no, out_trade_no")
    found = None
    if asked.trade_no:
        charge_id = int(charge_id_of(asked.trade_no))
        found = await _find(call, charge_id=str(charge_id)) if charge_id else None
    else:
        found = await _find(call, out_no=asked.out_trade_no)
    if found is None or found.protocol is not Protocol.ALIPAY:
        raise NotFound("charges.not_found")
    return found


async def _find(call: Call, **by: str) -> Charge | None:
    reading = call.command(ReadCharge, protocol=Protocol.ALIPAY.value, **by)
    try:
        return await call.run(read_charge, reading)
    except NotFound:
        return None


async def _take(call: Call, asked: NewTillTrade, fields: dict[str, Any]) -> Charge:
    subject = f"alipay {asked.out_trade_no}"
    try:
        taking = call.command(TakeCode, code=asked.auth_code, subject=subject)
    except WireError:
        raise _wrong_code from None
    holder = await call.run(take_codes, taking)
    command = call.command(
        TakeCharge,
        **fields,
        payer_id=str(int(holder.person_id)),
        session_id=str(int(holder.session_id)),
        shown_at=holder.taken_at,
    )
    return await call.run(take_charge, command)


def _refuse_again(charge: Charge) -> Refusal:
    return Refusal("charges.already_paid" if charge.is_paid else "charges.closed")


def _name(call: Call, kind: type[C], charge: Charge) -> C:
    return call.command(kind, protocol=Protocol.ALIPAY.value, charge_id=str(int(charge.charge_id)))


ENDPOINTS = (precreate, create, pay, query, close, cancel)
