"""What merchants hold now and held at the end of a day, and what they send to their banks."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import msgspec

from banyan.doors.wechatpay.endpoint import Call, china, endpoint
from banyan.doors.wechatpay.errors import WireError, bad
from banyan.doors.wechatpay.platform_refunds import (
    Sending,
    read_payout_of,
    send_to_bank,
    tell_withdrawal,
)
from banyan.pay.payees import Payee, Scope
from banyan.pay.settle import ReadBalances, read_balances
from banyan.views.bills import ReadDayEnd, read_day_end

_ONE_ACCOUNT = WireError(403, "NOT_ENOUGH", "该账户余额不足")
_merchant = "/v3/merchant/fund"
_platform = "/v3/ecommerce/fund"

Account = Literal["BASIC", "OPERATION", "FEES", "DEPOSIT"]
Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\n)")]


class SubBody(msgspec.Struct, frozen=True, kw_only=True):
    """Whose money."""

    sub_mchid: Annotated[str, msgspec.Meta(max_length=32)]
    account_type: Account = "BASIC"


class SubDayBody(SubBody, frozen=True, kw_only=True):
    """Whose money at the end of which day."""

    on: Day = msgspec.field(name="date")


class OwnBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which account."""

    account_type: Account


class OwnDayBody(OwnBody, frozen=True, kw_only=True):
    """Which account at the end of which day."""

    on: Day = msgspec.field(name="date")


class OwnWithdrawQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What was sent, by one of its numbers."""

    withdraw_id: Annotated[str, msgspec.Meta(max_length=64)] = ""
    out_request_no: Annotated[str, msgspec.Meta(max_length=64)] = ""


@endpoint("GET", f"{_platform}/balance/{{sub_mchid}}")
async def read_sub_balance(call: Call, body: SubBody) -> dict[str, Any]:
    """What a merchant holds for whom the caller acts."""
    payee, own = await call.act_for(body.sub_mchid, Scope.BILLS, Scope.FUNDS)
    held = await _read(own, payee, body.account_type)
    return {"sub_mchid": payee.mchid, "account_type": body.account_type, **held}


@endpoint("GET", f"{_platform}/enddaybalance/{{sub_mchid}}")
async def read_sub_day_end(call: Call, body: SubDayBody) -> dict[str, Any]:
    """What it held at the end of a day."""
    payee, own = await call.act_for(body.sub_mchid, Scope.BILLS, Scope.FUNDS)
    held = await _read_day_end(own, payee, body.account_type, body.on)
    return {"sub_mchid": payee.mchid, "account_type": body.account_type, **held}


@endpoint("GET", f"{_merchant}/balance/{{account_type}}")
async def read_own_balance(call: Call, body: OwnBody) -> dict[str, Any]:
    """What the caller holds."""
    return await _read(call, call.payee, body.account_type)


@endpoint("GET", f"{_merchant}/dayendbalance/{{account_type}}")
async def read_own_day_end(call: Call, body: OwnDayBody) -> dict[str, Any]:
    """What it held at the end of a day."""
    return await _read_day_end(call, call.payee, body.account_type, body.on)


@endpoint("POST", f"{_merchant}/withdraw", lacks="accounts for operations and fees")
async def withdraw_own(call: Call, body: Sending) -> dict[str, Any]:
    """Money of the caller goes to its bank."""
    if body.account_type not in {"", "BASIC"}:
        raise _ONE_ACCOUNT
    made = await send_to_bank(call, call.payee, body)
    return {"withdraw_id": f"{made.payout_id:d}", "out_request_no": made.out_no}


@endpoint("GET", f"{_merchant}/withdraw/out-request-no/{{out_request_no}}")
async def read_own_withdrawal_by_no(call: Call, body: OwnWithdrawQuery) -> dict[str, Any]:
    """What became of it, by the caller's own number."""
    return await _tell_own(call, body)


@endpoint("GET", f"{_merchant}/withdraw/withdraw-id/{{withdraw_id}}")
async def read_own_withdrawal(call: Call, body: OwnWithdrawQuery) -> dict[str, Any]:
    """What became of it, by our number."""
    return await _tell_own(call, body)


async def _tell_own(call: Call, body: OwnWithdrawQuery) -> dict[str, Any]:
    found = await read_payout_of(call, call.payee, body.withdraw_id, body.out_request_no)
    told = tell_withdrawal(call, call.payee, found)
    return {
        **{name: value for name, value in told.items() if name not in {"sub_mchid", "sp_mchid"}},
        "account_type": "BASIC",
    }


async def _read(call: Call, payee: Payee, account_type: Account) -> dict[str, int]:
    if account_type != "BASIC":
        return _held(0, 0)
    query = ReadBalances(merchant_id=payee.merchant_id)
    own = (await call.run(read_balances, query)).items[0]
    return _held(own.available_fen, own.pending_fen + own.frozen_fen)


async def _read_day_end(
    call: Call, payee: Payee, account_type: Account, day: str
) -> dict[str, int]:
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise bad("date不是合法的日期", "date") from None
    if on >= call.now.astimezone(china).date():
        raise bad("只能查询今天之前的日终余额", "date")
    if account_type != "BASIC":
        return _held(0, 0)
    found = await call.run(read_day_end, ReadDayEnd(merchant_id=payee.merchant_id, on=on))
    return _held(found.available_fen, found.pending_fen)


def _held(available_fen: int, pending_fen: int) -> dict[str, int]:
    # All money of a merchant is in its basic account: others never hold any.
    return {"available_amount": available_fen, "pending_amount": pending_fen}
