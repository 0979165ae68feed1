"""What programs ask people to pay, in Alipay's words, as a charge is asked for."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import msgspec

from banyan.base.errors import Refusal
from banyan.base.links import split_link
from banyan.doors.alipay.endpoint import CHINA, Call, parse_time
from banyan.doors.alipay.errors import WireError
from banyan.pay.alipayapps import FindNamed, find_named
from banyan.pay.charges import (
    Charge,
    ChargeState,
    CreateCharges,
    Protocol,
    ReadCharge,
    Way,
    create_charges,
    read_charge,
)
from banyan.wire.alipay import parse_yuan

AMOUNT_MAX_FEN = 10**10
LIVES_MAX = timedelta(days=15)
_lives_min = timedelta(minutes=1, seconds=10)
_link_max = 2_000
_balance = "balance"
_express = re.compile(r"([1-9][0-9]{0,4})([mhd])")
_steps = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_too_much = WireError("40004", "ACQ.TOTAL_FEE_EXCEED", "订单总金额超过限额")


class NewGoods(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is paid for."""

    goods_id: str = ""
    alipay_goods_id: str = ""
    goods_name: str = ""
    quantity: str = "1"
    price: str = "0"


class NewTrade(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody shall pay."""

    out_trade_no: str = ""
    total_amount: str = ""
    subject: str = ""
    body: str = ""
    seller_id: str = ""
    buyer_id: str = ""
    buyer_open_id: str = ""
    buyer_logon_id: str = ""
    product_code: str = ""
    timeout_express: str = ""
    qr_code_timeout_express: str = ""
    time_expire: str = ""
    passback_params: str = ""
    store_id: str = ""
    operator_id: str = ""
    terminal_id: str = ""
    quit_url: str = ""
    enable_pay_channels: str = ""
    disable_pay_channels: str = ""
    goods_detail: list[NewGoods] = []
    extend_params: dict[str, Any] = {}


async def ask_for(call: Call, asked: NewTrade, way: Way, *, payer_id: int = 0) -> Charge:
    """Ask for a charge; asked again in the same words it is the same.

    Raises WireError, Failure.
    """
    command = build_command(call, asked, way, payer_id=payer_id)
    try:
        return (await call.run(create_charges, command)).charges[0]
    except Refusal as failure:
        until = await find_until(call, asked) if failure.code == "charges.out_no_used" else None
        if until is None:
            raise
    # How long it may take was said in minutes: it ends when it would have from the first time on.
    command = build_command(call, asked, way, payer_id=payer_id, until=until)
    return (await call.run(create_charges, command)).charges[0]


async def find_until(call: Call, asked: NewTrade) -> datetime | None:
    """When what was asked for with the same patience ends; None if it was not."""
    if not _patience(asked):
        return None
    query = call.command(ReadCharge, protocol=Protocol.ALIPAY.value, out_no=asked.out_trade_no)
    known = await call.run(read_charge, query)
    is_same = known.facts.extra.get("timeout") == _patience(asked)
    return known.expires_at if is_same and known.state is ChargeState.UNPAID else None


def build_command(
    call: Call,
    asked: NewTrade,
    way: Way,
    *,
    payer_id: int = 0,
    until: datetime | None = None,
) -> CreateCharges:
    """The command that asks for it. Raises WireError."""
    return call.command(CreateCharges, **build_fields(call, asked, way, payer_id, until))


def build_fields(
    call: Call, asked: NewTrade, way: Way, payer_id: int = 0, until: datetime | None = None
) -> dict[str, Any]:
    """The fields of the command. Raises WireError."""
    for name in ("out_trade_no", "total_amount", "subject"):
        if not getattr(asked, name):
            raise call.wrong(name)
    _check_channels(call, asked)
    if asked.seller_id and asked.seller_id != call.caller.seller_id:
        raise call.wrong("seller_id")
    ask = {
        "payee_id": str(int(call.caller.merchant_id)),
        "out_no": asked.out_trade_no,
        "total_fen": _read_total(call, asked.total_amount),
        "wanted_payer_id": str(int(payer_id)),
        "expires_at": until or _read_until(call, asked),
        "is_shared": str(asked.extend_params.get("royalty_freeze", "")).lower() == "true",
        "facts": _read_facts(call, asked),
    }
    return {"protocol": Protocol.ALIPAY.value, "way": way.value, "asks": [ask]}


async def find_buyer(call: Call, asked: NewTrade) -> int:
    """Who is to pay, if the program says so; 0 for anybody. Raises WireError."""
    named = (asked.buyer_id, asked.buyer_open_id, asked.buyer_logon_id)
    if not any(named):
        return 0
    query = FindNamed(
        app_id=call.caller.app.app_id,
        merchant_id=call.caller.merchant_id,
        number=asked.buyer_id[:64],
        open_id=asked.buyer_open_id[:128],
        logon_id=asked.buyer_logon_id[:64],
    )
    found = await call.run_as_banyan(find_named, query)
    if not found.person_id:
        raise call.wrong("buyer_id")
    return int(found.person_id)


def _check_channels(call: Call, asked: NewTrade) -> None:
    """Refuse what could not be paid from a wallet: here nobody has a bank card to pay by."""
    enabled, disabled = asked.enable_pay_channels, asked.disable_pay_channels
    if enabled and (disabled or _balance not in enabled.split(",")):
        raise call.wrong("enable_pay_channels")
    if _balance in disabled.split(","):
        raise call.wrong("disable_pay_channels")


def _read_total(call: Call, text: str) -> int:
    amount_fen = parse_yuan(text)
    if not amount_fen:
        raise call.wrong("total_amount")
    if amount_fen > AMOUNT_MAX_FEN:
        raise _too_much
    return amount_fen


def _patience(asked: NewTrade) -> str:
    return asked.timeout_express or asked.qr_code_timeout_express


def _read_until(call: Call, asked: NewTrade) -> datetime | None:
    if asked.time_expire:
        until = parse_time(asked.time_expire)
        if until is None:
            raise call.wrong("time_expire")
        return until
    text = _patience(asked)
    if not text:
        return None
    if text == "1c":
        end = call.now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
        return max(end + timedelta(days=1), call.now + _lives_min)
    found = _express.fullmatch(text)
    if found is None:
        raise call.wrong("timeout_express")
    lives = int(found[1]) * _steps[found[2]]
    if lives > LIVES_MAX:
        raise call.wrong("timeout_express")
    return call.now + max(lives, _lives_min)


def _read_facts(call: Call, asked: NewTrade) -> dict[str, Any]:
    given = call.parameters
    notify_url = given.get("notify_url") or call.caller.app.notify_url
    return_url = given.get("return_url")
    for name, url in (("notify_url", notify_url), ("return_url", return_url)):
        if url and (len(url) > _link_max or split_link(url) is None):
            raise call.wrong(name)
    extra = {
        "app_id": str(int(call.caller.app.app_id)),
        "method": call.method,
        "body": asked.body[:400],
        "passback_params": asked.passback_params[:512],
        "return_url": return_url,
        "sign_type": given.get("sign_type"),
        "timeout": _patience(asked),
    }
    scene = {
        "store_id": asked.store_id[:64],
        "operator_id": asked.operator_id[:64],
        "terminal_id": asked.terminal_id[:64],
    }
    return {
        "description": asked.subject,
        "notify_url": notify_url,
        "goods": [_read_goods(call, one) for one in asked.goods_detail],
        "scene": {name: value for name, value in scene.items() if value},
        "extra": {name: value for name, value in extra.items() if value},
    }


def _read_goods(call: Call, one: NewGoods) -> dict[str, Any]:
    price_fen = parse_yuan(one.price)
    if price_fen is None or not one.quantity.isascii() or not one.quantity.isdigit():
        raise call.wrong("goods_detail")
    return {
        "goods_id": one.goods_id,
        "platform_goods_id": one.alipay_goods_id,
        "name": one.goods_name,
        "quantity": int(one.quantity[:12]),
        "unit_price_fen": price_fen,
    }
