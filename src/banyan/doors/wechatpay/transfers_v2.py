"""Transfers of the second interface: money that reaches one person at once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from banyan.doors.wechatpay.endpoint import Call, china, endpoint_v2
from banyan.doors.wechatpay.errors import WireError, bad
from banyan.pay.remit import (
    ReadRemittance,
    Remittance,
    RemittanceState,
    SendRemittance,
    Way,
    number_of,
    read_remittance,
    send_remittance,
)

POCKET = "1010"
_STATES = {
    RemittanceState.DONE: "SUCCESS",
    RemittanceState.FAILED: "FAILED",
    RemittanceState.CANCELLED: "FAILED",
}
_LEAST_FEN = 30
_TOO_LITTLE = WireError(400, "AMOUNT_LIMIT", "付款金额超出限制。低于最小金额0.30元")
_Number = Annotated[str, msgspec.Meta(min_length=1, max_length=32, pattern=r"^[0-9A-Za-z]+$(?!\n)")]
_Short = Annotated[str, msgspec.Meta(max_length=64)]


class PromotionBody(msgspec.Struct, frozen=True, kw_only=True):
    """Money for one person."""

    mch_appid: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    partner_trade_no: _Number
    openid: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    check_name: Literal["NO_CHECK", "FORCE_CHECK"]
    amount: Annotated[int, msgspec.Meta(ge=1, le=10**9)]
    desc: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    re_name: _Short = msgspec.field(name="re_user_name", default="")
    spbill_create_ip: _Short = ""


class TransferInfoBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which transfer to tell of."""

    partner_trade_no: _Number
    appid: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]


@endpoint_v2(
    "/mmpaymkttransfers/promotion/transfers",
    is_answer_signed=False,
    lacks="checking names: nobody shows papers here",
)
async def promotion_transfers(call: Call, body: PromotionBody) -> dict[str, object]:
    """Money reaches a person at once; the same number again is the same transfer."""
    if body.amount < _LEAST_FEN:
        raise _TOO_LITTLE
    if body.check_name == "FORCE_CHECK" and not body.re_name:
        raise bad("校验姓名时re_user_name必填", "re_user_name")
    channel = await call.read_channel(body.mch_appid)
    command = call.command(
        SendRemittance,
        out_no=body.partner_trade_no,
        channel_id=channel.channel_id,
        openid=body.openid,
        amount_fen=body.amount,
        remark=body.desc,
        name=body.re_name,
        is_confirmed=False,
        protocol="wechat_v2",
    )
    sent = await call.run(send_remittance, command)
    return {
        "mch_appid": body.mch_appid,
        "mchid": call.payee.mchid,
        "partner_trade_no": sent.out_no,
        "payment_no": _number(sent),
        "payment_time": _time(sent.created_at),
    }


@endpoint_v2("/mmpaymkttransfers/gettransferinfo", is_answer_signed=False)
async def gettransferinfo(call: Call, body: TransferInfoBody) -> dict[str, object]:
    """What became of a transfer."""
    await call.read_channel(body.appid)
    query = call.command(ReadRemittance, out_no=body.partner_trade_no, way=Way.DIRECT)
    found = await call.run(read_remittance, query)
    one = found.remittance
    return {
        "partner_trade_no": one.out_no,
        "appid": body.appid,
        "detail_id": _number(one),
        "status": _STATES.get(one.state, "PROCESSING"),
        "reason": one.fail_reason,
        "openid": one.openid,
        "transfer_name": found.name,
        "payment_amount": one.amount_fen,
        "transfer_time": _time(one.created_at),
        "payment_time": _time(one.updated_at),
        "desc": one.remark,
    }


def _number(one: Remittance) -> str:
    return number_of(POCKET, one.remittance_id, one.created_at)


def _time(at: datetime) -> str:
    return f"{at.astimezone(china):%Y-%m-%d %H:%M:%S}"
