"""Refunds that platforms give for their merchants, and money that leaves merchants' purses."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from banyan.base.errors import NotFound
from banyan.doors.wechatpay.asking import READS, Yuan
from banyan.doors.wechatpay.endpoint import Call, command_of, endpoint, pruned, wire_time
from banyan.doors.wechatpay.errors import WireError
from banyan.doors.wechatpay.shares import Number, find_charge_id
from banyan.pay.charges import (
    ChargeId,
    Funds,
    Protocol,
    ReadRefund,
    RefundCharge,
    RefundFacts,
    RefundOfCharge,
    read_refund,
    refund_charge,
    refund_id_of,
)
from banyan.pay.payees import Payee, Scope
from banyan.pay.payouts import (
    Payout,
    PayoutId,
    PayoutState,
    ReadPayout,
    WithdrawPurse,
    read_payout,
    withdraw_purse,
)

_funds = {"AVAILABLE": Funds.AVAILABLE, "UNSETTLED": Funds.UNSETTLED}
_ADVANCE = "REFUND_SOURCE_PARTNER_ADVANCE"
_OWN = "REFUND_SOURCE_SUB_MERCHANT"
_NO_ADVANCE = WireError(403, "NO_AUTH", "平台未开通垫付退款权限")
_STATES = {
    PayoutState.ACCEPTED: "CREATE_SUCCESS",
    PayoutState.PAID: "SUCCESS",
    PayoutState.FAILED: "FAIL",
}


class PlatformRefundAmount(msgspec.Struct, frozen=True, kw_only=True):
    """How much of how much."""

    refund: int
    total: int
    currency: Yuan = "CNY"


class PlatformRefundBody(msgspec.Struct, frozen=True, kw_only=True):
    """Give so much of an order back."""

    sub_mchid: str
    out_refund_no: Number
    amount: PlatformRefundAmount
    transaction_id: Number = ""
    out_trade_no: Number = ""
    reason: str = ""
    notify_url: str = ""
    refund_account: str = _OWN
    funds_account: str = ""


class PlatformRefundQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A refund by one of its numbers."""

    sub_mchid: str
    refund_id: Number = ""
    out_refund_no: Number = ""


class Sending(msgspec.Struct, frozen=True, kw_only=True):
    """Send so much of a purse to the bank."""

    out_request_no: Number
    amount: int
    remark: Annotated[str, msgspec.Meta(max_length=56)] = ""
    bank_memo: Annotated[str, msgspec.Meta(max_length=32)] = ""
    account_type: str = ""
    notify_url: str = ""


class WithdrawBody(Sending, frozen=True, kw_only=True):
    """The same of one for whom the caller acts."""

    sub_mchid: str


class WithdrawQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What was sent, by one of its numbers."""

    sub_mchid: str
    withdraw_id: Number = ""
    out_request_no: Number = ""


@endpoint("POST", "/v3/ecommerce/refunds/apply", lacks="refunds that the platform advances")
async def apply_refund(call: Call, body: PlatformRefundBody) -> dict[str, Any]:
    """Give money back at once; the same number again is the same refund."""
    if body.refund_account == _ADVANCE:
        raise _NO_ADVANCE
    payee, _ = await call.act_for(body.sub_mchid or call.payee.mchid, Scope.REFUND)
    command = call.command(
        RefundCharge,
        payee_id=payee.merchant_id,
        protocol=Protocol.WECHAT,
        out_no="" if body.transaction_id else body.out_trade_no,
        charge_id=find_charge_id(body.transaction_id) if body.transaction_id else ChargeId(0),
        out_refund_no=body.out_refund_no,
        refund_fen=body.amount.refund,
        total_fen=body.amount.total,
        reason=body.reason,
        funds=_funds.get(body.funds_account),
        facts=RefundFacts(notify_url=body.notify_url),
    )
    made = await call.run(refund_charge, command)
    told = _tell(made)
    names = ("refund_id", "out_refund_no", "create_time", "amount", "refund_account")
    return {name: told[name] for name in names}


@endpoint("GET", "/v3/ecommerce/refunds/id/{refund_id}")
async def read_platform_refund(call: Call, query: PlatformRefundQuery) -> dict[str, Any]:
    """A refund, by our number."""
    return await _read_refund(call, query)


@endpoint("GET", "/v3/ecommerce/refunds/out-refund-no/{out_refund_no}")
async def read_platform_refund_by_no(call: Call, query: PlatformRefundQuery) -> dict[str, Any]:
    """A refund, by the platform's own number."""
    return await _read_refund(call, query)


@endpoint("POST", "/v3/ecommerce/fund/withdraw")
async def withdraw(call: Call, body: WithdrawBody) -> dict[str, Any]:
    """Money of a merchant goes to its bank."""
    payee, granted = await call.act_for(body.sub_mchid, Scope.FUNDS)
    made = await send_to_bank(granted, payee, body)
    return {
        "sub_mchid": payee.mchid,
        "withdraw_id": _withdraw_no(made),
        "out_request_no": made.out_no,
    }


@endpoint("GET", "/v3/ecommerce/fund/withdraw/out-request-no/{out_request_no}")
async def read_withdrawal_by_no(call: Call, query: WithdrawQuery) -> dict[str, Any]:
    """What became of it, by the platform's own number."""
    return await _read_withdrawal(call, query)


@endpoint("GET", "/v3/ecommerce/fund/withdraw/{withdraw_id}")
async def read_withdrawal(call: Call, query: WithdrawQuery) -> dict[str, Any]:
    """What became of it, by our number."""
    return await _read_withdrawal(call, query)


async def _read_refund(call: Call, query: PlatformRefundQuery) -> dict[str, Any]:
    payee, _ = await call.act_for(query.sub_mchid or call.payee.mchid, *READS)
    refund_id = refund_id_of(query.refund_id)
    if query.refund_id and not refund_id:
        raise NotFound("charges.refund_not_found")
    reading = call.command(
        ReadRefund,
        payee_id=payee.merchant_id,
        protocol=Protocol.WECHAT,
        out_refund_no=query.out_refund_no,
        refund_id=refund_id,
    )
    return _tell(await call.run(read_refund, reading))


def _tell(made: RefundOfCharge) -> dict[str, Any]:
    charge, refund = made.charge, made.refund
    return {
        "refund_id": refund.refund_no,
        "out_refund_no": refund.out_refund_no,
        "transaction_id": charge.transaction_no,
        "out_trade_no": charge.out_no,
        "channel": "ORIGINAL",
        "user_received_account": "支付用户零钱",
        "success_time": wire_time(refund.refunded_at),
        "create_time": wire_time(refund.refunded_at),
        "status": "SUCCESS",
        "amount": {
            "refund": refund.refund_fen,
            "payer_refund": refund.payer_fen,
            "discount_refund": refund.refund_fen - refund.payer_fen,
            "currency": charge.currency,
        },
        "refund_account": _OWN,
        "funds_account": "AVAILABLE" if refund.funds is Funds.AVAILABLE else "UNSETTLED",
    }


async def send_to_bank(call: Call, payee: Payee, body: Sending) -> Payout:
    """Have money of a merchant sent to its bank."""
    fields = {
        "merchant_id": payee.merchant_id,
        "amount_fen": body.amount,
        "out_no": body.out_request_no,
        "remark": body.remark,
        "bank_memo": body.bank_memo,
        "notify_url": body.notify_url,
    }
    return await call.run(withdraw_purse, command_of(WithdrawPurse, fields))


async def read_payout_of(call: Call, payee: Payee, number: str, out_request_no: str) -> Payout:
    """What was sent, by one of its numbers. Raises NotFound `payouts.not_found`."""
    is_number = number.isascii() and number.isdigit() and 0 < int(number) < 1 << 63
    if number and not is_number:
        raise NotFound("payouts.not_found")
    fields = {
        "merchant_id": payee.merchant_id,
        "payout_id": PayoutId(int(number or 0)),
        "out_no": "" if number else out_request_no,
    }
    return await call.run(read_payout, command_of(ReadPayout, fields))


async def _read_withdrawal(call: Call, query: WithdrawQuery) -> dict[str, Any]:
    payee, granted = await call.act_for(query.sub_mchid, Scope.BILLS, Scope.FUNDS)
    found = await read_payout_of(granted, payee, query.withdraw_id, query.out_request_no)
    return tell_withdrawal(call, payee, found)


def tell_withdrawal(call: Call, payee: Payee, one: Payout) -> dict[str, Any]:
    """What became of what was sent."""
    return pruned(
        {
            "sub_mchid": payee.mchid,
            "sp_mchid": call.payee.mchid,
            "status": _STATES[one.state],
            "withdraw_id": _withdraw_no(one),
            "out_request_no": one.out_no,
            "amount": one.amount_fen,
            "create_time": wire_time(one.created_at),
            "update_time": wire_time(one.changed_at),
            "reason": one.why,
            "remark": one.remark,
            "bank_memo": one.bank_memo,
            "account_number": one.number_tail,
            "account_bank": one.bank_name,
        }
    )


def _withdraw_no(one: Payout) -> str:
    return str(int(one.payout_id))
