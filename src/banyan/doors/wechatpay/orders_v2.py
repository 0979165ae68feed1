"""Orders in the second interface: asked for, taken at tills, looked up, closed and reversed."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

import msgspec

from banyan.doors.wechatpay.asking import (
    READS,
    AskBody,
    Asker,
    Yuan,
    build_ask,
    code_url_of,
    create_fields,
    find_payer,
    h5_url_of,
    prepay_id_of,
)
from banyan.doors.wechatpay.callers import Directory
from banyan.doors.wechatpay.endpoint import Call, china, command_of, endpoint_v2
from banyan.doors.wechatpay.errors import WireError, bad
from banyan.doors.wechatpay.forms_v2 import render_order, render_paid, render_parties
from banyan.doors.wechatpay.notices import ToldV2, renders_v2
from banyan.doors.wechatpay.transactions import find_by_number, find_by_out_no, name_charge, take
from banyan.pay.charges import (
    PAID,
    Charge,
    CloseCharge,
    CreateCharges,
    Protocol,
    ReverseCharge,
    Way,
    close_charge,
    create_charges,
    reverse_charge,
)
from banyan.pay.notifications import Telling
from banyan.pay.paycodes import LookAtCode, look_at_codes
from banyan.pay.payees import Payee, Scope
from banyan.reach.channels import KnowPerson, know_person

_text = Annotated[str, msgspec.Meta(max_length=6_000)]
_short = Annotated[str, msgspec.Meta(max_length=256)]
_ways = {"JSAPI": Way.JSAPI, "NATIVE": Way.NATIVE, "APP": Way.APP, "MWEB": Way.H5}
_lacks = "discounts by bank and card, electronic invoices; no client certificate is asked for"
_no_certificate = "no client certificate is asked for"


class Parties(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, and for whom."""

    appid: _short
    mch_id: _short
    sub_appid: _short = ""
    sub_mch_id: _short = ""


class OrderFields(Parties, frozen=True, kw_only=True):
    """An order."""

    body: _short
    out_trade_no: _short
    total_fee: int
    detail: _text = ""
    attach: _short = ""
    fee_type: Yuan = "CNY"
    spbill_create_ip: _short = ""
    device_info: _short = ""
    time_expire: _short = ""
    goods_tag: _short = ""
    limit_pay: _short = ""
    profit_sharing: _short = "N"
    scene_info: _text = ""


class UnifiedFields(OrderFields, frozen=True, kw_only=True):
    """An order that somebody pays later."""

    notify_url: _short
    trade_type: _short
    openid: _short = ""
    sub_openid: _short = ""
    product_id: _short = ""


class MicroFields(OrderFields, frozen=True, kw_only=True):
    """An order at a till."""

    auth_code: _short


class OrderName(Parties, frozen=True, kw_only=True):
    """An order by one of its numbers."""

    transaction_id: _short = ""
    out_trade_no: _short = ""


class CodeFields(Parties, frozen=True, kw_only=True):
    """What was shown at a till."""

    auth_code: _short


@endpoint_v2("/pay/unifiedorder", lacks=_lacks)
async def unifiedorder(call: Call, body: UnifiedFields) -> dict[str, Any]:
    """Ask for an order to be paid, in the way that its type says."""
    way = _ways.get(body.trade_type)
    if way is None:
        raise bad("trade_type参数错误")
    asker = await _read_asker(call, body)
    if way is Way.JSAPI:
        asker = msgspec.structs.replace(asker, payer_id=await _find_payer(call, body))
    asked = _build(body, body.notify_url)
    fields = create_fields(way, build_ask(asker, asked)) | {"protocol": Protocol.WECHAT_V2.value}
    token = (await call.run(create_charges, call.command(CreateCharges, **fields))).token
    told = {"trade_type": body.trade_type, "prepay_id": prepay_id_of(call, token)}
    if way is Way.NATIVE:
        told["code_url"] = code_url_of(token)
    if way is Way.H5:
        told["mweb_url"] = h5_url_of(call, token)
    return told


@endpoint_v2("/pay/micropay", lacks=_lacks)
async def micropay(call: Call, body: MicroFields) -> dict[str, Any]:
    """Take money from whoever showed their payment code."""
    asker = await _read_asker(call, body)
    charge = await take(call, asker, _build(body), body.auth_code, Protocol.WECHAT_V2)
    return render_paid(charge)


@endpoint_v2("/pay/orderquery")
async def orderquery(call: Call, body: OrderName) -> dict[str, Any]:
    """An order, paid or not."""
    payee, call = await act_for_v2(call, body, *READS)
    return render_order(await find_order(call, payee, body))


@endpoint_v2("/pay/closeorder")
async def closeorder(call: Call, body: OrderName) -> dict[str, Any]:
    """Let nobody pay it any more."""
    payee, call = await act_for_v2(call, body, Scope.PAY)
    await call.run(close_charge, name_charge(call, CloseCharge, payee, body.out_trade_no))
    return {"result_msg": "OK"}


@endpoint_v2("/secapi/pay/reverse", lacks=_no_certificate)
async def reverse(call: Call, body: OrderName) -> dict[str, Any]:
    """Take back what a till began; it is done when this answers."""
    # Only what nobody paid can be taken back without the right to refund.
    payee, call = await act_for_v2(call, body, Scope.PAY, Scope.REFUND)
    out_no = body.out_trade_no
    if body.transaction_id:
        out_no = (await find_by_number(call, payee, body.transaction_id)).out_no
    await call.run(reverse_charge, name_charge(call, ReverseCharge, payee, out_no))
    return {"recall": "N"}


@endpoint_v2("/tools/authcodetoopenid")
async def authcodetoopenid(call: Call, body: CodeFields) -> dict[str, Any]:
    """What the account knows the one by who shows this code, which stays good."""
    payee, call = await act_for_v2(call, body, Scope.PAY)
    channel = await call.read_channel(body.appid)
    holder = await call.run(look_at_codes, call.command(LookAtCode, code=body.auth_code))
    knowing = KnowPerson(channel_id=channel.channel_id, person_id=holder.person_id)
    told = {"openid": (await call.run_as_banyan(know_person, knowing)).openid}
    if body.sub_appid:
        sub_channel = await call.read_channel(body.sub_appid, payee)
        knowing = KnowPerson(channel_id=sub_channel.channel_id, person_id=holder.person_id)
        told["sub_openid"] = (await call.run_as_banyan(know_person, knowing)).openid
    return told


@renders_v2(PAID)
async def tell_paid(directory: Directory, telling: Telling, charge: Charge) -> ToldV2:
    """Somebody paid."""
    del telling
    parties = await render_parties(directory, charge)
    return ToldV2(fields={"result_code": "SUCCESS", **parties, **render_paid(charge)})


async def act_for_v2(call: Call, body: Parties, scope: Scope, *others: Scope) -> tuple[Payee, Call]:
    """For whom the caller asks: itself, or a merchant for whom it may do any of this."""
    return await call.act_for(body.sub_mch_id or call.payee.mchid, scope, *others)


async def find_order(call: Call, payee: Payee, body: OrderName) -> Charge:
    """An order by either number; the platform's goes first. Raises NotFound, WireError."""
    if body.transaction_id:
        return await find_by_number(call, payee, body.transaction_id)
    if not body.out_trade_no:
        raise bad("transaction_id与out_trade_no须填其一")
    return await find_by_out_no(call, payee, body.out_trade_no)


async def _read_asker(call: Call, body: OrderFields) -> Asker:
    payee, _ = await act_for_v2(call, body, Scope.PAY)
    channel = await call.read_channel(body.appid)
    sub_channel = await call.read_channel(body.sub_appid, payee) if body.sub_appid else None
    return Asker(payee=payee, channel=channel, sub_channel=sub_channel)


async def _find_payer(call: Call, body: UnifiedFields) -> Any:  # noqa: ANN401 - a person's id
    if body.sub_openid:
        return await find_payer(call, body.sub_appid, body.sub_openid)
    if not body.openid:
        raise bad("缺少参数openid")
    return await find_payer(call, body.appid, body.openid)


def _build(body: OrderFields, notify_url: str = "") -> AskBody:
    fields: dict[str, Any] = {
        "description": body.body,
        "out_trade_no": body.out_trade_no,
        "amount": {"total": body.total_fee, "currency": body.fee_type},
        "time_expire": _read_time(body.time_expire),
        "attach": body.attach,
        "goods_tag": body.goods_tag,
        "limit_pay": [body.limit_pay] if body.limit_pay else [],
        "detail": _read_detail(body.detail),
        "scene_info": {"payer_client_ip": body.spbill_create_ip, "device_id": body.device_info},
        "settle_info": {"profit_sharing": body.profit_sharing == "Y"},
    }
    if notify_url:
        fields["notify_url"] = notify_url
    return command_of(AskBody, fields)


def _read_time(digits: str) -> datetime | None:
    if not digits:
        return None
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=china)
    except ValueError:
        raise WireError(400, "PARAM_ERROR", "time_expire格式错误") from None


def _read_detail(text: str) -> dict[str, Any]:
    """Goods, if the text is the JSON that it may be; merchants write all sorts of things there."""
    try:
        found = json.loads(text)
        goods = found["goods_detail"]
        return {
            "cost_price": found.get("cost_price"),
            "goods_detail": [
                {
                    "merchant_goods_id": one["goods_id"],
                    "wechatpay_goods_id": one.get("wxpay_goods_id", ""),
                    "goods_name": one.get("goods_name", ""),
                    "quantity": one["quantity"],
                    "unit_price": one["price"],
                }
                for one in goods
            ],
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
