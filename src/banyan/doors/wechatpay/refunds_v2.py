"""Refunds in the second interface."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec

from banyan.base.errors import NotFound
from banyan.doors.wechatpay.asking import READS
from banyan.doors.wechatpay.callers import Directory
from banyan.doors.wechatpay.endpoint import Call, endpoint_v2
from banyan.doors.wechatpay.errors import bad
from banyan.doors.wechatpay.forms_v2 import (
    render_hidden_refund,
    render_parties,
    render_refund,
    render_refunds,
)
from banyan.doors.wechatpay.notices import ToldV2, renders_v2
from banyan.doors.wechatpay.orders_v2 import OrderName, act_for_v2, find_order
from banyan.doors.wechatpay.refunds import find_refund
from banyan.doors.wechatpay.transactions import name_charge
from banyan.pay.charges import (
    REFUNDED,
    ChargeRefund,
    Funds,
    ListRefundsOf,
    RefundCharge,
    RefundMade,
    charge_id_of,
    list_refunds_of,
    refund_charge,
    refund_id_of,
)
from banyan.pay.notifications import Telling
from banyan.pay.payees import Scope

_short = Annotated[str, msgspec.Meta(max_length=256)]
_funds = {
    "REFUND_SOURCE_RECHARGE_FUNDS": Funds.AVAILABLE,
    "REFUND_SOURCE_UNSETTLED_FUNDS": Funds.UNSETTLED,
}
_lacks = "no client certificate is asked for"
_page = 10


class RefundFields(OrderName, frozen=True, kw_only=True):
    """Give so much of an order back."""

    out_refund_no: _short
    total_fee: int
    refund_fee: int
    refund_desc: Annotated[str, msgspec.Meta(max_length=80)] = ""
    refund_account: _short = ""
    notify_url: _short = ""


class QueryFields(OrderName, frozen=True, kw_only=True):
    """Refunds of an order, or one refund."""

    out_refund_no: _short = ""
    refund_id: _short = ""
    offset: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0


@endpoint_v2("/secapi/pay/refund", lacks=_lacks)
async def refund(call: Call, body: RefundFields) -> dict[str, Any]:
    """Give money back at once; the same number again is the same refund."""
    return await _refund(call, body)


@endpoint_v2("/secapi/pay/refundv2", lacks=_lacks)
async def refundv2(call: Call, body: RefundFields) -> dict[str, Any]:
    """The same, of orders with goods."""
    return await _refund(call, body)


@endpoint_v2("/pay/refundquery")
async def refundquery(call: Call, body: QueryFields) -> dict[str, Any]:
    """One refund, or ten of an order."""
    return await _query(call, body)


@endpoint_v2("/pay/refundqueryv2")
async def refundqueryv2(call: Call, body: QueryFields) -> dict[str, Any]:
    """The same, of orders with goods."""
    return await _query(call, body)


@renders_v2(REFUNDED)
async def tell_refunded(directory: Directory, telling: Telling, told: RefundMade) -> ToldV2:
    """Money went back."""
    del telling
    parties = await render_parties(directory, told.charge)
    return ToldV2(fields=parties, hidden=render_hidden_refund(told.charge, told.refund))


async def _refund(call: Call, body: RefundFields) -> dict[str, Any]:
    payee, call = await act_for_v2(call, body, Scope.REFUND)
    charge_id = charge_id_of(body.transaction_id)
    if not charge_id and not body.out_trade_no:
        if body.transaction_id:
            raise NotFound("charges.not_found")
        raise bad("transaction_id与out_trade_no须填其一")
    if body.refund_account and body.refund_account not in _funds:
        raise bad("refund_account参数错误")
    funds = _funds.get(body.refund_account)
    command = name_charge(
        call,
        RefundCharge,
        payee,
        "" if charge_id else body.out_trade_no,
        charge_id=charge_id,
        out_refund_no=body.out_refund_no,
        refund_fen=body.refund_fee,
        total_fen=body.total_fee,
        reason=body.refund_desc,
        funds=funds.value if funds else None,
        facts={"notify_url": body.notify_url},
    )
    made = await call.run(refund_charge, command)
    return render_refund(made.charge, made.refund)


async def _query(call: Call, body: QueryFields) -> dict[str, Any]:
    payee, call = await act_for_v2(call, body, *READS)
    if body.refund_id or body.out_refund_no:
        refund_id = refund_id_of(body.refund_id) if body.refund_id else None
        if refund_id is not None and not refund_id:
            raise NotFound("charges.refund_not_found")
        found = await find_refund(call, payee, "" if refund_id else body.out_refund_no, refund_id)
        return render_refunds(found.charge, [found.refund], 0, 1)
    charge = await find_order(call, payee, body)
    listing = name_charge(call, ListRefundsOf, payee, charge_id=charge.charge_id)
    refunds: Sequence[ChargeRefund] = await call.run(list_refunds_of, listing)
    if not refunds:
        raise NotFound("charges.refund_not_found")
    return render_refunds(charge, refunds, body.offset, _page)
