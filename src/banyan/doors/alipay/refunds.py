"""Giving money back, and what came of it; a number names a refund within its trade."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from typing import Any

import msgspec

from banyan.base.errors import NotFound
from banyan.doors.alipay.endpoint import Call, endpoint, render_time
from banyan.doors.alipay.errors import WireError
from banyan.doors.alipay.telling import describe_buyer, describe_numbers
from banyan.doors.alipay.trades import NamedTrade, read_trade
from banyan.pay.charges import (
    Charge,
    ChargeRefund,
    Protocol,
    ReadRefund,
    RefundCharge,
    RefundOfCharge,
    read_refund,
    refund_charge,
)
from banyan.wire.alipay import parse_yuan, render_yuan

_number_max = 64
_reason_max = 80
_not_whole = WireError("40004", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限")


class BackGoods(msgspec.Struct, frozen=True, kw_only=True):
    """One thing of which some goes back."""

    goods_id: str = ""
    refund_amount: str = ""


class NewRefund(NamedTrade, frozen=True, kw_only=True):
    """How much of a trade shall go back."""

    refund_amount: str = ""
    refund_reason: str = ""
    out_request_no: str = ""
    refund_goods_detail: tuple[BackGoods, ...] = ()


class NamedRefund(NamedTrade, frozen=True, kw_only=True):
    """A refund of a trade."""

    out_request_no: str = ""


@endpoint("alipay.trade.refund", lacks="refunds of what was shared from its receivers")
async def refund(call: Call, asked: NewRefund) -> dict[str, Any]:
    """Give a trade back, in part or whole; the same number again is the same refund."""
    refund_fen = parse_yuan(asked.refund_amount) if asked.refund_amount else None
    if not refund_fen:
        raise call.wrong("refund_amount")
    charge = await read_trade(call, asked)
    if not asked.out_request_no and refund_fen != charge.total_fen:
        raise _not_whole
    ask = secrets.token_hex(8)
    number = asked.out_request_no or charge.out_no
    command = call.command(
        RefundCharge,
        protocol=Protocol.ALIPAY.value,
        charge_id=str(int(charge.charge_id)),
        out_refund_no=name_refund(charge, number),
        refund_fen=refund_fen,
        reason=asked.refund_reason[:_reason_max],
        facts={
            "notify_url": charge.facts.notify_url,
            "goods": _read_goods(call, charge, asked.refund_goods_detail, refund_fen),
            "extra": {"out_request_no": number, "ask": ask},
        },
    )
    done = await call.run(refund_charge, command)
    told = describe_numbers(charge) | describe_buyer(await call.name(int(charge.payer_id)))
    return told | {
        "fund_change": "Y" if done.refund.facts.extra.get("ask") == ask else "N",
        "refund_fee": render_yuan(done.charge.refunded_fen),
        "send_back_fee": render_yuan(done.refund.payer_fen),
        "gmt_refund_pay": render_time(done.refund.refunded_at),
        "refund_detail_item_list": list_given(done.refund),
    }


@endpoint("alipay.trade.fastpay.refund.query")
async def query_refund(call: Call, asked: NamedRefund) -> dict[str, Any]:
    """What came of a refund; without a status there is none."""
    if not asked.out_request_no:
        raise call.wrong("out_request_no")
    charge = await read_trade(call, asked)
    found = await _find(call, charge, asked.out_request_no)
    if found is None:
        return {}
    refunded = found.refund
    return describe_numbers(charge) | {
        "out_request_no": asked.out_request_no,
        "refund_reason": refunded.reason,
        "total_amount": render_yuan(charge.total_fen),
        "refund_amount": render_yuan(refunded.refund_fen),
        "refund_status": "REFUND_SUCCESS",
        "gmt_refund_pay": render_time(refunded.refunded_at),
        "send_back_fee": render_yuan(refunded.payer_fen),
        "refund_detail_item_list": list_given(refunded),
    }


def name_refund(charge: Charge, number: str) -> str:
    """How a refund is called among all of a merchant: a program's numbers hold within a trade."""
    name = f"{int(charge.charge_id)}:{number}"
    if len(name) <= _number_max:
        return name
    return f"{int(charge.charge_id)}:{hashlib.sha256(number.encode()).hexdigest()[:40]}"


def list_given(one: ChargeRefund) -> list[dict[str, str]]:
    """Where a refund went."""
    funds = (
        ("ALIPAYACCOUNT", one.payer_fen),
        ("COUPON", one.voucher_fen),
        ("MDISCOUNT", one.discount_fen),
    )
    return [
        {"fund_channel": name, "amount": render_yuan(amount_fen)}
        for name, amount_fen in funds
        if amount_fen
    ]


def _read_goods(
    call: Call, charge: Charge, goods: Sequence[BackGoods], refund_fen: int
) -> list[dict[str, Any]]:
    """What goes back of which goods of the trade: together all of the refund. Raises WireError."""
    known = {one.goods_id: one for one in charge.facts.goods}
    parts = [(known.get(one.goods_id), parse_yuan(one.refund_amount)) for one in goods]
    if goods and sum(fen or 0 for _, fen in parts) != refund_fen:
        raise call.wrong("refund_goods_detail")
    read = []
    for one, fen in parts:
        if one is None or not fen:
            raise call.wrong("refund_goods_detail")
        read.append({"goods_id": one.goods_id, "name": one.name, "refund_fen": fen})
    return read


async def _find(call: Call, charge: Charge, number: str) -> RefundOfCharge | None:
    reading = call.command(
        ReadRefund, protocol=Protocol.ALIPAY.value, out_refund_no=name_refund(charge, number)
    )
    try:
        return await call.run(read_refund, reading)
    except NotFound:
        return None


ENDPOINTS = (refund, query_refund)
