"""Charges and refunds in the words of WeChat Pay's third interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from banyan.base.money import allocate
from banyan.doors.wechatpay.callers import Directory
from banyan.doors.wechatpay.endpoint import pruned, wire_time
from banyan.pay.charges import (
    Charge,
    ChargeRefund,
    ChargeState,
    CombinedCharges,
    Funds,
    Promotion,
    Way,
)

BANK_TYPE = "OTHERS"
"""From which bank the money came: people here pay from their wallets."""
RECEIVED = "支付用户零钱"
"""Where what goes back is put."""
_states = {
    ChargeState.UNPAID: ("NOTPAY", "订单未支付"),
    ChargeState.PAYING: ("USERPAYING", "用户支付中，需要输入密码"),
    ChargeState.PAID: ("SUCCESS", "支付成功"),
    ChargeState.FAILED: ("PAYERROR", "支付失败"),
    ChargeState.CLOSED: ("CLOSED", "订单已关闭"),
    ChargeState.REVOKED: ("REVOKED", "订单已撤销"),
}
_refunded = ("REFUND", "订单发生过退款")
_trade_types = {
    Way.JSAPI: "JSAPI",
    Way.NATIVE: "NATIVE",
    Way.DESK: "NATIVE",
    Way.APP: "APP",
    Way.H5: "MWEB",
    Way.CODE: "MICROPAY",
}
_other_type = "AUTH"
_funds = {Funds.UNSETTLED: "UNSETTLED", Funds.AVAILABLE: "AVAILABLE"}


def state_of(charge: Charge) -> tuple[str, str]:
    """How far a charge is: the word for it and a sentence."""
    if charge.state is ChargeState.PAID and charge.refunded_fen:
        return _refunded
    return _states[charge.state]


def trade_type_of(charge: Charge) -> str:
    """How whoever pays was reached."""
    return _trade_types.get(charge.way, _other_type)


def promotions_of(charge: Charge) -> list[dict[str, Any]]:
    """What was taken off inside the payment."""
    return [_render_promotion(one, charge.currency) for one in charge.promotions]


async def render_transaction(directory: Directory, charge: Charge) -> dict[str, Any]:
    """A charge as its merchant sees it, or the provider who asked in its name.

    What is not paid tells no more of itself than that.
    """
    told = await _render_parties(directory, charge)
    state, sentence = state_of(charge)
    told |= {"out_trade_no": charge.out_no, "trade_state": state, "trade_state_desc": sentence}
    if not charge.is_paid:
        return pruned({**told, "amount": {"total": charge.total_fen, "currency": charge.currency}})
    told |= {
        "transaction_id": charge.transaction_no,
        "trade_type": trade_type_of(charge),
        "bank_type": BANK_TYPE,
        "attach": charge.facts.attach,
        "success_time": wire_time(charge.paid_at),
        "amount": {
            "total": charge.total_fen,
            "payer_total": charge.payer_fen,
            "currency": charge.currency,
            "payer_currency": charge.currency,
        },
        "scene_info": {"device_id": charge.facts.scene.get("device_id", "")},
        "promotion_detail": promotions_of(charge),
    }
    return pruned(told)


async def _render_parties(directory: Directory, charge: Charge) -> dict[str, Any]:
    appids = await directory.list_appids([charge.channel_id, charge.sub_channel_id])
    mchids = await directory.list_mchids([charge.merchant_id, charge.provider_id])
    appid, sub_appid = appids[int(charge.channel_id)], appids[int(charge.sub_channel_id)]
    mchid = mchids[int(charge.merchant_id)]
    if not charge.provider_id:
        return {"appid": appid, "mchid": mchid, "payer": {"openid": charge.openid}}
    return {
        "sp_appid": appid,
        "sp_mchid": mchids[int(charge.provider_id)],
        "sub_appid": sub_appid,
        "sub_mchid": mchid,
        "payer": {"sp_openid": charge.openid, "sub_openid": charge.sub_openid},
    }


async def render_combination(directory: Directory, found: CombinedCharges) -> dict[str, Any]:
    """What is paid at once, and each part of it."""
    first = found.charges[0]
    appids = await directory.list_appids([first.channel_id])
    told = {
        "combine_appid": appids[int(first.channel_id)],
        "combine_mchid": await directory.find_mchid(int(found.combination.merchant_id)),
        "combine_out_trade_no": found.combination.out_no,
        "combine_payer_info": {"openid": first.openid},
        "scene_info": {"device_id": found.combination.facts.scene.get("device_id", "")},
        "sub_orders": [await _render_part(directory, one) for one in found.charges],
    }
    return pruned(told)


async def _render_part(directory: Directory, charge: Charge) -> dict[str, Any]:
    mchids = await directory.list_mchids([charge.merchant_id, charge.provider_id])
    appids = await directory.list_appids([charge.sub_channel_id])
    mchid, provider = mchids[int(charge.merchant_id)], mchids[int(charge.provider_id)]
    amount: dict[str, Any] = {"total_amount": charge.total_fen, "currency": charge.currency}
    told: dict[str, Any] = {
        "mchid": provider or mchid,
        "sub_mchid": mchid if provider else "",
        "sub_appid": appids[int(charge.sub_channel_id)],
        "sub_openid": charge.sub_openid,
        "out_trade_no": charge.out_no,
        "trade_type": trade_type_of(charge),
        "trade_state": state_of(charge)[0],
        "attach": charge.facts.attach,
        "amount": amount,
    }
    if charge.is_paid:
        amount |= {"payer_amount": charge.payer_fen, "payer_currency": charge.currency}
        told |= {
            "transaction_id": charge.transaction_no,
            "bank_type": BANK_TYPE,
            "success_time": wire_time(charge.paid_at),
            "promotion_detail": promotions_of(charge),
        }
    return pruned(told)


def render_refund(charge: Charge, refund: ChargeRefund) -> dict[str, Any]:
    """A part of a charge that went back."""
    told = {
        "refund_id": refund.refund_no,
        "out_refund_no": refund.out_refund_no,
        "transaction_id": charge.transaction_no,
        "out_trade_no": charge.out_no,
        "channel": "ORIGINAL",
        "user_received_account": RECEIVED,
        "success_time": wire_time(refund.refunded_at),
        "create_time": wire_time(refund.refunded_at),
        "status": "SUCCESS",
        "funds_account": _funds[refund.funds],
        "amount": {
            "total": charge.total_fen,
            "refund": refund.refund_fen,
            "from": [],
            "payer_total": charge.payer_fen,
            "payer_refund": refund.payer_fen,
            "settlement_refund": refund.settled_fen,
            "settlement_total": charge.settled_fen,
            "discount_refund": refund.refund_fen - refund.payer_fen,
            "currency": charge.currency,
            "refund_fee": refund.fee_fen,
        },
        "promotion_detail": promotions_back(charge, refund),
    }
    return pruned(told)


def promotions_back(charge: Charge, refund: ChargeRefund) -> list[dict[str, Any]]:
    """What of the money off went back with a refund, shared out as it was given."""
    found: list[dict[str, Any]] = []
    for is_cash, back_fen in ((True, refund.voucher_fen), (False, refund.discount_fen)):
        given = [one for one in charge.promotions if one.is_cash is is_cash]
        if not given or not back_fen:
            continue
        shares = allocate(back_fen, [one.amount_fen for one in given])
        found += [
            {
                "promotion_id": str(int(one.voucher_id)),
                "scope": _scope(one),
                "type": "COUPON" if is_cash else "DISCOUNT",
                "amount": one.amount_fen,
                "refund_amount": share,
            }
            for one, share in zip(given, shares, strict=True)
        ]
    return found


async def render_refund_notice(
    directory: Directory, charge: Charge, refund: ChargeRefund
) -> Mapping[str, Any]:
    """What a server is told of a refund."""
    mchids = await directory.list_mchids([charge.merchant_id, charge.provider_id])
    mchid, provider = mchids[int(charge.merchant_id)], mchids[int(charge.provider_id)]
    parties = {"sp_mchid": provider, "sub_mchid": mchid} if provider else {"mchid": mchid}
    return {
        **parties,
        "out_trade_no": charge.out_no,
        "transaction_id": charge.transaction_no,
        "out_refund_no": refund.out_refund_no,
        "refund_id": refund.refund_no,
        "refund_status": "SUCCESS",
        "success_time": wire_time(refund.refunded_at),
        "user_received_account": RECEIVED,
        "amount": {
            "total": charge.total_fen,
            "refund": refund.refund_fen,
            "payer_total": charge.payer_fen,
            "payer_refund": refund.payer_fen,
        },
    }


def _render_promotion(one: Promotion, currency: str) -> dict[str, Any]:
    told = {
        "coupon_id": str(int(one.voucher_id)),
        "name": one.name,
        "scope": _scope(one),
        "type": "CASH" if one.is_cash else "NOCASH",
        "amount": one.amount_fen,
        "stock_id": str(int(one.stock_id)),
        "wechatpay_contribute": one.platform_fen,
        "merchant_contribute": one.merchant_fen,
        "other_contribute": one.other_fen,
        "currency": currency,
        "goods_detail": _render_goods(one.goods),
    }
    return pruned(told)


def _render_goods(goods: Sequence[tuple[str, int, int, int]]) -> list[dict[str, Any]]:
    return [
        {
            "goods_id": goods_id,
            "quantity": quantity,
            "unit_price": unit_price,
            "discount_amount": off,
        }
        for goods_id, quantity, unit_price, off in goods
    ]


def _scope(one: Promotion) -> str:
    return "SINGLE" if one.is_single else "GLOBAL"
