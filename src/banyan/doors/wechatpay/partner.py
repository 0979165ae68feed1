"""Orders that a service provider asks for in the name of merchants."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from banyan.doors.wechatpay.asking import (
    READS,
    Appid,
    AskBody,
    Asker,
    Mchid,
    OutTradeNo,
    check_own,
    code_url_of,
    find_payer,
    h5_url_of,
    prepay_id_of,
)
from banyan.doors.wechatpay.charge_forms import render_transaction
from banyan.doors.wechatpay.endpoint import Call, endpoint
from banyan.doors.wechatpay.errors import bad
from banyan.doors.wechatpay.transactions import (
    CodePayer,
    ask,
    check_h5,
    find_by_number,
    find_by_out_no,
    name_charge,
    take,
)
from banyan.pay.charges import CloseCharge, ReverseCharge, Way, close_charge, reverse_charge
from banyan.pay.payees import Payee, Scope

_base = "/v3/pay/partner/transactions"
_lacks = "discounts by bank and card, electronic invoices"
_openid = Annotated[str, msgspec.Meta(max_length=128)]


class SpPayer(msgspec.Struct, frozen=True, kw_only=True):
    """Who is to pay: as the provider's account knows them, or the merchant's."""

    sp_openid: _openid = ""
    sub_openid: _openid = ""


class SpBody(AskBody, frozen=True, kw_only=True):
    """An order for a merchant."""

    sp_appid: Appid
    sp_mchid: Mchid
    sub_mchid: Mchid
    sub_appid: Annotated[str, msgspec.Meta(max_length=32)] = ""


class SpJsapiBody(SpBody, frozen=True, kw_only=True):
    """An order for one person."""

    payer: SpPayer


class SpCodeBody(SpBody, frozen=True, kw_only=True):
    """An order at a till."""

    payer: CodePayer


class SpByNumber(msgspec.Struct, frozen=True, kw_only=True):
    """An order by the platform's number."""

    transaction_id: str
    sp_mchid: Mchid
    sub_mchid: Mchid


class SpByOutNo(msgspec.Struct, frozen=True, kw_only=True):
    """An order by the provider's number."""

    out_trade_no: OutTradeNo
    sp_mchid: Mchid
    sub_mchid: Mchid
    sp_appid: str = ""


@endpoint("POST", f"{_base}/jsapi", lacks=_lacks)
async def jsapi(call: Call, body: SpJsapiBody) -> dict[str, Any]:
    """Ask one person, on a page or in a mini program."""
    asker = await _read_asker(call, body)
    payer = body.payer
    if payer.sub_openid and not body.sub_appid:
        raise bad("缺少sub_appid", "sub_appid")
    if payer.sub_openid:
        payer_id = await find_payer(call, body.sub_appid, payer.sub_openid)
    elif payer.sp_openid:
        payer_id = await find_payer(call, body.sp_appid, payer.sp_openid)
    else:
        raise bad("sp_openid与sub_openid须填其一", "payer/sp_openid")
    asker = msgspec.structs.replace(asker, payer_id=payer_id)
    return {"prepay_id": prepay_id_of(call, await ask(call, Way.JSAPI, asker, body))}


@endpoint("POST", f"{_base}/app", lacks=_lacks)
async def app(call: Call, body: SpBody) -> dict[str, Any]:
    """Ask whoever uses an app."""
    asker = await _read_asker(call, body)
    return {"prepay_id": prepay_id_of(call, await ask(call, Way.APP, asker, body))}


@endpoint("POST", f"{_base}/native", lacks=_lacks)
async def native(call: Call, body: SpBody) -> dict[str, Any]:
    """Ask whoever scans the code."""
    asker = await _read_asker(call, body)
    return {"code_url": code_url_of(await ask(call, Way.NATIVE, asker, body))}


@endpoint("POST", f"{_base}/h5", lacks=_lacks)
async def h5(call: Call, body: SpBody) -> dict[str, Any]:
    """Ask whoever opens the page in a browser."""
    check_h5(body)
    asker = await _read_asker(call, body)
    return {"h5_url": h5_url_of(call, await ask(call, Way.H5, asker, body))}


@endpoint("POST", f"{_base}/codepay", lacks=_lacks)
async def codepay(call: Call, body: SpCodeBody) -> dict[str, Any]:
    """Take money from whoever showed their payment code."""
    asker = await _read_asker(call, body)
    charge = await take(call, asker, body, body.payer.auth_code)
    return await render_transaction(call.directory, charge)


@endpoint("GET", f"{_base}/id/{{transaction_id}}")
async def read_by_number(call: Call, query: SpByNumber) -> dict[str, Any]:
    """A paid order."""
    payee, call = await _act_for(call, query.sp_mchid, query.sub_mchid, *READS)
    charge = await find_by_number(call, payee, query.transaction_id)
    return await render_transaction(call.directory, charge)


@endpoint("GET", f"{_base}/out-trade-no/{{out_trade_no}}")
async def read_by_out_no(call: Call, query: SpByOutNo) -> dict[str, Any]:
    """An order, paid or not."""
    payee, call = await _act_for(call, query.sp_mchid, query.sub_mchid, *READS)
    charge = await find_by_out_no(call, payee, query.out_trade_no)
    return await render_transaction(call.directory, charge)


@endpoint("POST", f"{_base}/out-trade-no/{{out_trade_no}}/close")
async def close(call: Call, body: SpByOutNo) -> None:
    """Let nobody pay it any more."""
    payee, call = await _act_for(call, body.sp_mchid, body.sub_mchid, Scope.PAY)
    await call.run(close_charge, name_charge(call, CloseCharge, payee, body.out_trade_no))


@endpoint("POST", f"{_base}/out-trade-no/{{out_trade_no}}/reverse")
async def reverse(call: Call, body: SpByOutNo) -> dict[str, Any]:
    """Take back what a till began."""
    # Only what nobody paid can be taken back without the right to refund.
    payee, call = await _act_for(call, body.sp_mchid, body.sub_mchid, Scope.PAY, Scope.REFUND)
    channel = await call.read_channel(body.sp_appid)
    naming = name_charge(call, ReverseCharge, payee, body.out_trade_no)
    await call.run(reverse_charge, naming)
    return {
        "sp_appid": channel.appid,
        "sp_mchid": call.payee.mchid,
        "sub_mchid": payee.mchid,
        "out_trade_no": body.out_trade_no,
    }


async def _act_for(
    call: Call, sp_mchid: str, sub_mchid: str, scope: Scope, *others: Scope
) -> tuple[Payee, Call]:
    check_own(call, sp_mchid, "sp_mchid")
    if sub_mchid == sp_mchid:
        raise bad("sub_mchid不能与sp_mchid相同", "sub_mchid")
    return await call.act_for(sub_mchid, scope, *others)


async def _read_asker(call: Call, body: SpBody) -> Asker:
    payee, _ = await _act_for(call, body.sp_mchid, body.sub_mchid, Scope.PAY)
    channel = await call.read_channel(body.sp_appid)
    sub_channel = await call.read_channel(body.sub_appid, payee) if body.sub_appid else None
    return Asker(payee=payee, channel=channel, sub_channel=sub_channel)
