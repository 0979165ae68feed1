"""Charges and refunds in the words of WeChat Pay's second interface."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from banyan.doors.wechatpay.callers import Directory
from banyan.doors.wechatpay.charge_forms import BANK_TYPE, RECEIVED, state_of, trade_type_of
from banyan.doors.wechatpay.endpoint import wire_time_v2
from banyan.pay.charges import Charge, ChargeRefund, Funds

_accounts = {
    Funds.UNSETTLED: "REFUND_SOURCE_UNSETTLED_FUNDS",
    Funds.AVAILABLE: "REFUND_SOURCE_RECHARGE_FUNDS",
}


def render_paid(charge: Charge) -> dict[str, Any]:
    """What was paid, by whom and how."""
    off = charge.voucher_fen + charge.discount_fen
    told: dict[str, Any] = {
        "openid": charge.openid,
        "is_subscribe": "N",
        "sub_openid": charge.sub_openid,
        "trade_type": trade_type_of(charge),
        "bank_type": BANK_TYPE,
        "total_fee": charge.total_fen,
        "fee_type": charge.currency,
        "cash_fee": charge.payer_fen,
        "cash_fee_type": charge.currency,
        "transaction_id": charge.transaction_no,
        "out_trade_no": charge.out_no,
        "attach": charge.facts.attach,
        "time_end": wire_time_v2(charge.paid_at),
        "device_info": charge.facts.scene.get("device_id", ""),
    }
    if off:
        told |= {"settlement_total_fee": charge.settled_fen, "coupon_fee": off}
        told["coupon_count"] = len(charge.promotions)
        for place, one in enumerate(charge.promotions):
            told[f"coupon_type_{place}"] = "CASH" if one.is_cash else "NO_CASH"
            told[f"coupon_id_{place}"] = str(int(one.voucher_id))
            told[f"coupon_fee_{place}"] = one.amount_fen
    return told


def render_order(charge: Charge) -> dict[str, Any]:
    """A charge, paid or not."""
    state, sentence = state_of(charge)
    told: dict[str, Any] = {"trade_state": state, "trade_state_desc": sentence}
    if charge.is_paid:
        return {**render_paid(charge), **told}
    return {
        **told,
        "out_trade_no": charge.out_no,
        "total_fee": charge.total_fen,
        "fee_type": charge.currency,
        "trade_type": trade_type_of(charge),
        "attach": charge.facts.attach,
    }


def render_refund(charge: Charge, refund: ChargeRefund) -> dict[str, Any]:
    """A part of a charge that went back."""
    told: dict[str, Any] = {
        "transaction_id": charge.transaction_no,
        "out_trade_no": charge.out_no,
        "out_refund_no": refund.out_refund_no,
        "refund_id": refund.refund_no,
        "refund_fee": refund.refund_fen,
        "settlement_refund_fee": refund.settled_fen,
        "total_fee": charge.total_fen,
        "settlement_total_fee": charge.settled_fen,
        "fee_type": charge.currency,
        "cash_fee": charge.payer_fen,
        "cash_refund_fee": refund.payer_fen,
    }
    off = refund.refund_fen - refund.payer_fen
    if off:
        told |= {"coupon_refund_fee": off, "coupon_refund_count": len(charge.promotions)}
    return told


def render_refunds(
    charge: Charge, refunds: Sequence[ChargeRefund], offset: int, limit: int
) -> dict[str, Any]:
    """Refunds of a charge, a page of them, each with its place in the names."""
    shown = refunds[offset : offset + limit]
    told: dict[str, Any] = {
        "transaction_id": charge.transaction_no,
        "out_trade_no": charge.out_no,
        "total_fee": charge.total_fen,
        "settlement_total_fee": charge.settled_fen,
        "fee_type": charge.currency,
        "cash_fee": charge.payer_fen,
        "refund_fee": sum(one.refund_fen for one in refunds),
        "total_refund_count": len(refunds),
        "refund_count": len(shown),
    }
    for place, one in enumerate(shown):
        fields = {
            "out_refund_no": one.out_refund_no,
            "refund_id": one.refund_no,
            "refund_channel": "ORIGINAL",
            "refund_fee": one.refund_fen,
            "settlement_refund_fee": one.settled_fen,
            "refund_status": "SUCCESS",
            "refund_account": _accounts[one.funds],
            "refund_recv_accout": RECEIVED,
            "refund_success_time": _spoken(one),
        }
        told |= {f"{name}_{place}": value for name, value in fields.items()}
    return told


def render_hidden_refund(charge: Charge, refund: ChargeRefund) -> dict[str, Any]:
    """What a server is told of a refund, to be hidden."""
    return {
        "out_refund_no": refund.out_refund_no,
        "out_trade_no": charge.out_no,
        "refund_account": _accounts[refund.funds],
        "refund_fee": refund.refund_fen,
        "refund_id": refund.refund_no,
        "refund_recv_accout": RECEIVED,
        "refund_request_source": "API",
        "refund_status": "SUCCESS",
        "settlement_refund_fee": refund.settled_fen,
        "settlement_total_fee": charge.settled_fen,
        "success_time": _spoken(refund),
        "total_fee": charge.total_fen,
        "transaction_id": charge.transaction_no,
    }


async def render_parties(directory: Directory, charge: Charge) -> dict[str, Any]:
    """Who is told, and of whom."""
    appids = await directory.list_appids([charge.channel_id, charge.sub_channel_id])
    mchids = await directory.list_mchids([charge.merchant_id, charge.provider_id])
    mchid, provider = mchids[int(charge.merchant_id)], mchids[int(charge.provider_id)]
    return {
        "appid": appids[int(charge.channel_id)],
        "mch_id": provider or mchid,
        "sub_appid": appids[int(charge.sub_channel_id)],
        "sub_mch_id": mchid if provider else "",
    }


def _spoken(refund: ChargeRefund) -> str:
    digits = wire_time_v2(refund.refunded_at)
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]} {digits[8:10]}:{digits[10:12]}:{digits[12:]}"
