"""What programs are told of a charge: the same numbers and states in answers and in notices."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from banyan.doors.alipay.endpoint import render_time
from banyan.pay.alipayapps import Named
from banyan.pay.charges import REFUNDABLE_FOR, Charge, ChargeState
from banyan.wire.alipay import render_yuan


class TradeStatus(StrEnum):
    """How far a trade is, in Alipay's words."""

    WAITING = "WAIT_BUYER_PAY"
    SUCCESS = "TRADE_SUCCESS"
    FINISHED = "TRADE_FINISHED"
    """Nothing can go back any more."""
    CLOSED = "TRADE_CLOSED"
    """Never paid, or given back whole."""


def read_status(charge: Charge, now: datetime) -> TradeStatus:
    """How far it is."""
    if charge.paid_at is not None:
        if charge.state is ChargeState.REVOKED or charge.refunded_fen >= charge.total_fen:
            return TradeStatus.CLOSED
        is_over = now > charge.paid_at + REFUNDABLE_FOR
        return TradeStatus.FINISHED if is_over else TradeStatus.SUCCESS
    is_open = charge.state in {ChargeState.UNPAID, ChargeState.PAYING}
    is_late = charge.expires_at is not None and now > charge.expires_at
    return TradeStatus.WAITING if is_open and not is_late else TradeStatus.CLOSED


def describe_numbers(charge: Charge) -> dict[str, Any]:
    """By what it is known on both sides."""
    return {"trade_no": charge.transaction_no, "out_trade_no": charge.out_no}


def describe_buyer(buyer: Named | None) -> dict[str, Any]:
    """Who paid, as the program knows them."""
    if buyer is None:
        return {}
    return {
        "buyer_logon_id": buyer.logon_id,
        "buyer_user_id": buyer.number,
        "buyer_open_id": buyer.open_id,
    }


def describe_money(charge: Charge) -> dict[str, Any]:
    """What was to be paid, who gave what of it, and what the merchant receives."""
    told: dict[str, Any] = {"total_amount": render_yuan(charge.total_fen)}
    if not charge.is_paid:
        return told
    told |= {
        "receipt_amount": render_yuan(charge.settled_fen),
        "buyer_pay_amount": render_yuan(charge.payer_fen),
        "point_amount": render_yuan(0),
        "invoice_amount": render_yuan(charge.payer_fen),
        "fund_bill_list": list_funds(charge),
    }
    if charge.discount_fen:
        told["mdiscount_amount"] = render_yuan(charge.discount_fen)
    if charge.voucher_fen:
        told["discount_amount"] = render_yuan(charge.voucher_fen)
    vouchers = list_vouchers(charge)
    if vouchers:
        told["voucher_detail_list"] = vouchers
    return told


def list_funds(charge: Charge) -> list[dict[str, str]]:
    """From where the whole of it came."""
    funds = (
        ("ALIPAYACCOUNT", charge.payer_fen),
        ("COUPON", charge.voucher_fen),
        ("MDISCOUNT", charge.discount_fen),
    )
    return [
        {"fund_channel": name, "amount": render_yuan(amount_fen)}
        for name, amount_fen in funds
        if amount_fen
    ]


def list_vouchers(charge: Charge) -> list[dict[str, str]]:
    """Money off, and who bore it."""
    return [
        {
            "id": str(int(one.voucher_id)),
            "name": one.name,
            "type": "ALIPAY_FIX_VOUCHER",
            "amount": render_yuan(one.amount_fen),
            "merchant_contribute": render_yuan(one.merchant_fen),
            "other_contribute": render_yuan(one.platform_fen + one.other_fen),
        }
        for one in charge.promotions
    ]


def describe_paid(charge: Charge, buyer: Named | None) -> dict[str, Any]:
    """A trade that was paid at a till."""
    told = describe_numbers(charge) | describe_money(charge) | describe_buyer(buyer)
    if charge.paid_at is not None:
        told["gmt_payment"] = render_time(charge.paid_at)
    if "store_id" in charge.facts.scene:
        told["store_id"] = charge.facts.scene["store_id"]
    return told
