"""Refunds: of a merchant's own orders, and of those that it asked for as a provider."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from banyan.base.text import END
from banyan.doors.wechatpay.asking import READS, NotifyUrl, OutTradeNo, Short, Total, Yuan
from banyan.doors.wechatpay.charge_forms import render_refund
from banyan.doors.wechatpay.endpoint import Call, endpoint
from banyan.doors.wechatpay.errors import WireError, bad
from banyan.doors.wechatpay.transactions import name_charge
from banyan.parties.ids import MerchantId
from banyan.pay.charges import (
    ChargeId,
    ChargeRefundId,
    Funds,
    Protocol,
    ReadRefund,
    RefundCharge,
    RefundOfCharge,
    charge_id_of,
    read_refund,
    refund_charge,
    refund_id_of,
)
from banyan.pay.payees import Payee, Scope

_base = "/v3/refund/domestic/refunds"
OutRefundNo = Annotated[str, msgspec.Meta(pattern=rf"^[0-9A-Za-z_\-|*@]{{1,64}}{END}")]
_funds = {"AVAILABLE": Funds.AVAILABLE, "UNSETTLED": Funds.UNSETTLED}
_sources = {"AVAILABLE": Funds.AVAILABLE, "UNAVAILABLE": Funds.UNSETTLED}
NOT_ABNORMAL = WireError(400, "INVALID_REQUEST", "退款单状态不是退款异常，无法发起异常退款")


class From(msgspec.Struct, frozen=True, kw_only=True):
    """From which of the merchant's money how much is taken."""

    account: Short
    amount: Total


class RefundAmount(msgspec.Struct, frozen=True, kw_only=True):
    """How much of how much."""

    refund: Total
    total: Total
    currency: Yuan = "CNY"
    from_: Annotated[list[From], msgspec.Meta(max_length=10)] = msgspec.field(
        default_factory=list, name="from"
    )


class RefundGoods(msgspec.Struct, frozen=True, kw_only=True):
    """What of the goods came back."""

    merchant_goods_id: Short
    wechatpay_goods_id: Short = ""
    goods_name: Annotated[str, msgspec.Meta(max_length=256)] = ""
    unit_price: Annotated[int, msgspec.Meta(ge=0, le=10**12)] = 0
    refund_amount: Annotated[int, msgspec.Meta(ge=0, le=10**12)]
    refund_quantity: Annotated[int, msgspec.Meta(ge=0, le=10**6)]


class RefundBody(msgspec.Struct, frozen=True, kw_only=True):
    """Give so much of an order back."""

    transaction_id: Short = ""
    out_trade_no: OutTradeNo | None = None
    out_refund_no: OutRefundNo
    amount: RefundAmount
    reason: Annotated[str, msgspec.Meta(max_length=80)] = ""
    notify_url: NotifyUrl | None = None
    funds_account: Short = ""
    goods_detail: (
        Annotated[list[RefundGoods], msgspec.Meta(max_length=1_000)] | RefundGoods | None
    ) = None
    sub_mchid: Short = ""


class ByOutRefundNo(msgspec.Struct, frozen=True, kw_only=True):
    """A refund by the merchant's number."""

    out_refund_no: OutRefundNo
    sub_mchid: Short = ""


class AbnormalBody(msgspec.Struct, frozen=True, kw_only=True):
    """Give it back in another way."""

    refund_id: Short
    out_refund_no: OutRefundNo
    type: Short
    bank_type: Short = ""
    bank_account: Annotated[str, msgspec.Meta(max_length=1_024)] = ""
    real_name: Annotated[str, msgspec.Meta(max_length=1_024)] = ""
    sub_mchid: Short = ""


@endpoint("POST", _base, lacks="amounts from several of the merchant's funds: one gives it all")
async def create(call: Call, body: RefundBody) -> dict[str, Any]:
    """Give money back at once; the same number again is the same refund."""
    payee, call = await _act_for(call, body.sub_mchid, Scope.REFUND)
    command = _build(call, payee, body)
    made = await call.run(refund_charge, command)
    return render_refund(made.charge, made.refund)


@endpoint("GET", f"{_base}/{{out_refund_no}}")
async def read(call: Call, query: ByOutRefundNo) -> dict[str, Any]:
    """A refund."""
    payee, call = await _act_for(call, query.sub_mchid, *READS)
    found = await find_refund(call, payee, query.out_refund_no)
    return render_refund(found.charge, found.refund)


@endpoint(
    "POST",
    f"{_base}/{{refund_id}}/apply-abnormal-refund",
    lacks="a wallet always takes back what it paid",
)
async def mend(call: Call, body: AbnormalBody) -> dict[str, Any]:
    """Refuse: whoever paid has a wallet that can't be closed, so no refund becomes abnormal."""
    payee, call = await _act_for(call, body.sub_mchid, Scope.REFUND)
    if body.type not in {"USER_BANK_CARD", "MERCHANT_BANK_CARD"}:
        raise bad("type无效", "type")
    call.decrypt(body.bank_account, "bank_account")
    call.decrypt(body.real_name, "real_name")
    found = await find_refund(call, payee, "", refund_id_of(body.refund_id))
    if found.refund.out_refund_no != body.out_refund_no:
        raise bad("out_refund_no与refund_id不匹配", "out_refund_no")
    raise NOT_ABNORMAL


async def find_refund(
    call: Call,
    payee: Payee,
    out_refund_no: str,
    refund_id: ChargeRefundId | None = None,
) -> RefundOfCharge:
    """A refund by either number. Raises NotFound `charges.refund_not_found`."""
    is_own = payee.merchant_id == call.payee.merchant_id
    reading = call.command(
        ReadRefund,
        payee_id=MerchantId(0) if is_own else payee.merchant_id,
        protocol=Protocol.WECHAT.value,
        out_refund_no=out_refund_no,
        refund_id=refund_id or ChargeRefundId(0),
    )
    return await call.run(read_refund, reading)


def _build(call: Call, payee: Payee, body: RefundBody) -> RefundCharge:
    charge_id = ChargeId(0)
    if body.transaction_id:
        charge_id = charge_id_of(body.transaction_id)
    if not charge_id and body.out_trade_no is None:
        if body.transaction_id:
            raise WireError(404, "RESOURCE_NOT_EXISTS", "订单不存在")
        raise bad("transaction_id与out_trade_no须填其一", "transaction_id")
    goods = body.goods_detail or []
    if isinstance(goods, RefundGoods):
        goods = [goods]
    funds = _find_funds(body)
    return name_charge(
        call,
        RefundCharge,
        payee,
        "" if charge_id else body.out_trade_no or "",
        charge_id=charge_id,
        out_refund_no=body.out_refund_no,
        refund_fen=body.amount.refund,
        total_fen=body.amount.total,
        reason=body.reason,
        funds=funds.value if funds else None,
        facts={
            "notify_url": body.notify_url or "",
            "goods": [_render_goods(one) for one in goods],
        },
    )


def _find_funds(body: RefundBody) -> Funds | None:
    """Which of the merchant's funds the program wants to give; None to let us choose."""
    if body.funds_account:
        if body.funds_account not in _funds:
            raise bad("funds_account无效", "funds_account")
        return _funds[body.funds_account]
    sources = body.amount.from_
    if sources and sum(one.amount for one in sources) != body.amount.refund:
        raise bad("出资金额之和与退款金额不一致", "amount/from")
    if any(one.account not in _sources for one in sources):
        raise bad("account无效", "amount/from")
    named = {_sources[one.account] for one in sources}
    return named.pop() if len(named) == 1 else None


def _render_goods(one: RefundGoods) -> dict[str, Any]:
    return {
        "goods_id": one.merchant_goods_id,
        "platform_goods_id": one.wechatpay_goods_id,
        "name": one.goods_name,
        "unit_price_fen": one.unit_price,
        "refund_fen": one.refund_amount,
        "quantity": one.refund_quantity,
    }


async def _act_for(call: Call, sub_mchid: str, scope: Scope, *others: Scope) -> tuple[Payee, Call]:
    return await call.act_for(sub_mchid or call.payee.mchid, scope, *others)
