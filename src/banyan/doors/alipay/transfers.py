"""Money that merchants send people: by number, openid or telephone, there at once."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from banyan.base.errors import NotFound
from banyan.doors.alipay.endpoint import Call, endpoint, render_time
from banyan.doors.alipay.errors import WireError
from banyan.pay.alipayapps import FindNamed, find_named
from banyan.pay.remit import (
    ReadRemittance,
    Remittance,
    SendRemittance,
    Way,
    id_in,
    number_of,
    read_remittance,
    send_remittance,
)
from banyan.wire.alipay import parse_yuan, render_yuan

AMOUNT_MIN_FEN = 10
_prefix = "11007"
_mark = "@"
_number_max = 64
_remark_max = 100
_too_little = WireError("40004", "EXCEED_LIMIT_SM_MIN_AMOUNT", "单笔最低转账金额0.1元")
_products = frozenset({"TRANS_ACCOUNT_NO_PWD"})
_scenes = frozenset({"DIRECT_TRANSFER"})
_lacks = "the check of the payee's real name"


class Payee(msgspec.Struct, frozen=True, kw_only=True):
    """Who shall get it."""

    identity: str = ""
    identity_type: str = ""
    name: str | None = None


class NewTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody shall get."""

    out_biz_no: str = ""
    trans_amount: str = ""
    product_code: str = ""
    biz_scene: str = ""
    order_title: str = ""
    remark: str = ""
    payee_info: Payee = Payee()


class OldTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """The same in the words of an older method."""

    out_biz_no: str = ""
    payee_type: str = ""
    payee_account: str = ""
    amount: str = ""
    remark: str = ""
    payer_show_name: str = ""


class NamedTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer by either number; ours goes first."""

    order_id: str = ""
    pay_fund_order_id: str = ""
    out_biz_no: str = ""


@endpoint("alipay.fund.trans.uni.transfer", lacks=_lacks)
async def transfer(call: Call, asked: NewTransfer) -> dict[str, Any]:
    """Send a person money; the same number again is the same transfer."""
    if asked.product_code not in _products:
        raise call.wrong("product_code")
    if asked.biz_scene not in _scenes:
        raise call.wrong("biz_scene")
    payee = asked.payee_info
    if payee.identity_type not in _names:
        raise call.wrong("identity_type")
    remark = asked.remark or asked.order_title
    sent = await _send(
        call, asked.out_biz_no, asked.trans_amount, (payee.identity_type, payee.identity), remark
    )
    return {
        **_name(sent),
        "pay_fund_order_id": _number_of(sent),
        "status": "SUCCESS",
        "trans_date": render_time(sent.created_at),
    }


@endpoint("alipay.fund.trans.common.query")
async def query(call: Call, asked: NamedTransfer) -> dict[str, Any]:
    """What became of a transfer."""
    sent = await _read(call, asked)
    return {
        **_name(sent, asked.out_biz_no),
        "pay_fund_order_id": _number_of(sent),
        "trans_amount": render_yuan(sent.amount_fen),
        "order_fee": render_yuan(0),
        "status": "SUCCESS",
        "pay_date": render_time(sent.created_at),
    }


@endpoint("alipay.fund.trans.toaccount.transfer", lacks=_lacks)
async def transfer_as_of_old(call: Call, asked: OldTransfer) -> dict[str, Any]:
    """Send a person money by the older method."""
    named = {"ALIPAY_USERID": "ALIPAY_USER_ID", "ALIPAY_LOGONID": "ALIPAY_LOGON_ID"}
    kind = named.get(asked.payee_type)
    if kind is None:
        raise call.wrong("payee_type")
    sent = await _send(
        call, asked.out_biz_no, asked.amount, (kind, asked.payee_account), asked.remark
    )
    return {**_name(sent), "pay_date": render_time(sent.created_at)}


@endpoint("alipay.fund.trans.order.query")
async def query_as_of_old(call: Call, asked: NamedTransfer) -> dict[str, Any]:
    """What became of a transfer, by the older method."""
    sent = await _read(call, asked)
    return {
        **_name(sent, asked.out_biz_no),
        "order_fee": render_yuan(0),
        "status": "SUCCESS",
        "pay_date": render_time(sent.created_at),
    }


_names = {
    "ALIPAY_USER_ID": "number",
    "ALIPAY_OPEN_ID": "open_id",
    "ALIPAY_LOGON_ID": "logon_id",
}


async def _send(
    call: Call, out_biz_no: str, amount: str, payee: tuple[str, str], remark: str
) -> Remittance:
    if not out_biz_no:
        raise call.wrong("out_biz_no")
    amount_fen = parse_yuan(amount)
    if not amount_fen:
        raise call.wrong("amount")
    if amount_fen < AMOUNT_MIN_FEN:
        raise _too_little
    kind, identity = payee
    finding = FindNamed(
        app_id=call.caller.app.app_id,
        merchant_id=call.caller.merchant_id,
        **{_names[kind]: identity[:128]},
    )
    found = await call.run_as_banyan(find_named, finding)
    if not found.person_id:
        raise NotFound("remit.no_such_person", openid="")
    command = call.command(
        SendRemittance,
        out_no=_number_in(out_biz_no),
        person_id=str(int(found.person_id)),
        amount_fen=amount_fen,
        remark=(remark or "转账")[:_remark_max],
        is_confirmed=False,
        protocol="alipay",
    )
    return await call.run(send_remittance, command)


async def _read(call: Call, asked: NamedTransfer) -> Remittance:
    own = asked.order_id or asked.pay_fund_order_id
    if own:
        remittance_id = id_in(own, _prefix)
        if not remittance_id:
            raise NotFound("remit.not_found")
        by = {"remittance_id": str(remittance_id)}
    elif asked.out_biz_no:
        by = {"out_no": _number_in(asked.out_biz_no), "way": Way.DIRECT.value}
    else:
        raise call.wrong("order_id, out_biz_no")
    sent = (await call.run(read_remittance, call.command(ReadRemittance, **by))).remittance
    if sent.protocol != "alipay":
        raise NotFound("remit.not_found")
    return sent


def _number_in(out_biz_no: str) -> str:
    """How a transfer is called among all that the merchant sends, over other protocols too."""
    name = f"{_mark}{out_biz_no}"
    if len(name) <= _number_max:
        return name
    return _mark + hashlib.sha256(out_biz_no.encode()).hexdigest()[: _number_max - 1]


def _number_of(sent: Remittance) -> str:
    return number_of(_prefix, int(sent.remittance_id), sent.created_at)


def _name(sent: Remittance, out_biz_no: str = "") -> dict[str, str]:
    return {
        "out_biz_no": out_biz_no or sent.out_no.removeprefix(_mark),
        "order_id": _number_of(sent),
    }


ENDPOINTS = (transfer, query, transfer_as_of_old, query_as_of_old)
