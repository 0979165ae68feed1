"""Orders of merchants: asked for in each way, taken at tills, looked up, closed and reversed."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

import msgspec

from banyan.base.errors import NotFound
from banyan.doors.wechatpay.asking import (
    Appid,
    AskBody,
    Asker,
    Mchid,
    OutTradeNo,
    build_ask,
    check_own,
    code_url_of,
    create_fields,
    find_payer,
    h5_url_of,
    prepay_id_of,
)
from banyan.doors.wechatpay.charge_forms import render_transaction
from banyan.doors.wechatpay.endpoint import Call, endpoint
from banyan.doors.wechatpay.errors import WireError, bad
from banyan.parties.ids import MerchantId
from banyan.pay.charges import (
    Charge,
    ChargeId,
    ChargeState,
    CloseCharge,
    CreateCharges,
    Protocol,
    ReadCharge,
    ReverseCharge,
    TakeCharge,
    Way,
    charge_id_of,
    close_charge,
    create_charges,
    read_charge,
    reverse_charge,
    take_charge,
)
from banyan.pay.paycodes import TakeCode, take_codes
from banyan.pay.payees import Payee

T = TypeVar("T")

_lacks = "discounts by bank and card, electronic invoices"
USERPAYING = WireError(202, "USERPAYING", "需要用户输入支付密码")


class Payer(msgspec.Struct, frozen=True, kw_only=True):
    """Who is to pay."""

    openid: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


class CodePayer(msgspec.Struct, frozen=True, kw_only=True):
    """Who showed this."""

    auth_code: Annotated[str, msgspec.Meta(max_length=128)]


class OrderBody(AskBody, frozen=True, kw_only=True):
    """An order of a merchant."""

    appid: Appid
    mchid: Mchid


class JsapiBody(OrderBody, frozen=True, kw_only=True):
    """An order for one person."""

    payer: Payer


class CodeBody(OrderBody, frozen=True, kw_only=True):
    """An order at a till."""

    payer: CodePayer


class ByNumber(msgspec.Struct, frozen=True, kw_only=True):
    """An order by the platform's number."""

    transaction_id: str
    mchid: Mchid


class ByOutNo(msgspec.Struct, frozen=True, kw_only=True):
    """An order by the merchant's number."""

    out_trade_no: OutTradeNo
    mchid: Mchid
    appid: str = ""


@endpoint("POST", "/v3/pay/transactions/jsapi", lacks=_lacks)
async def jsapi(call: Call, body: JsapiBody) -> dict[str, Any]:
    """Ask one person, on a page or in a mini program."""
    asker = await _read_asker(call, body)
    payer_id = await find_payer(call, body.appid, body.payer.openid)
    asker = msgspec.structs.replace(asker, payer_id=payer_id)
    return {"prepay_id": prepay_id_of(call, await ask(call, Way.JSAPI, asker, body))}


@endpoint("POST", "/v3/pay/transactions/app", lacks=_lacks)
async def app(call: Call, body: OrderBody) -> dict[str, Any]:
    """Ask whoever uses the merchant's own app."""
    asker = await _read_asker(call, body)
    return {"prepay_id": prepay_id_of(call, await ask(call, Way.APP, asker, body))}


@endpoint("POST", "/v3/pay/transactions/native", lacks=_lacks)
async def native(call: Call, body: OrderBody) -> dict[str, Any]:
    """Ask whoever scans the code."""
    asker = await _read_asker(call, body)
    return {"code_url": code_url_of(await ask(call, Way.NATIVE, asker, body))}


@endpoint("POST", "/v3/pay/transactions/h5", lacks=_lacks)
async def h5(call: Call, body: OrderBody) -> dict[str, Any]:
    """Ask whoever opens the page in a browser."""
    check_h5(body)
    asker = await _read_asker(call, body)
    return {"h5_url": h5_url_of(call, await ask(call, Way.H5, asker, body))}


@endpoint("POST", "/v3/pay/transactions/codepay", lacks=_lacks)
async def codepay(call: Call, body: CodeBody) -> dict[str, Any]:
    """Take money from whoever showed their payment code."""
    asker = await _read_asker(call, body)
    charge = await take(call, asker, body, body.payer.auth_code)
    return await render_transaction(call.directory, charge)


@endpoint("GET", "/v3/pay/transactions/id/{transaction_id}")
async def read_by_number(call: Call, query: ByNumber) -> dict[str, Any]:
    """A paid order."""
    check_own(call, query.mchid)
    charge = await find_by_number(call, call.payee, query.transaction_id)
    return await render_transaction(call.directory, charge)


@endpoint("GET", "/v3/pay/transactions/out-trade-no/{out_trade_no}")
async def read_by_out_no(call: Call, query: ByOutNo) -> dict[str, Any]:
    """An order, paid or not."""
    check_own(call, query.mchid)
    charge = await find_by_out_no(call, call.payee, query.out_trade_no)
    return await render_transaction(call.directory, charge)


@endpoint("POST", "/v3/pay/transactions/out-trade-no/{out_trade_no}/close")
async def close(call: Call, body: ByOutNo) -> None:
    """Let nobody pay it any more."""
    check_own(call, body.mchid)
    await call.run(close_charge, name_charge(call, CloseCharge, call.payee, body.out_trade_no))


@endpoint("POST", "/v3/pay/transactions/out-trade-no/{out_trade_no}/reverse")
async def reverse(call: Call, body: ByOutNo) -> dict[str, Any]:
    """Take back what a till began."""
    check_own(call, body.mchid)
    channel = await call.read_channel(body.appid)
    naming = name_charge(call, ReverseCharge, call.payee, body.out_trade_no)
    await call.run(reverse_charge, naming)
    return {
        "appid": channel.appid,
        "mchid": call.payee.mchid,
        "out_trade_no": body.out_trade_no,
    }


async def ask(call: Call, way: Way, asker: Asker, body: AskBody) -> str:
    """Ask for a charge; what whoever pays brings."""
    if not body.notify_url:
        raise bad("缺少notify_url", "notify_url")
    command = call.command(CreateCharges, **create_fields(way, build_ask(asker, body)))
    return (await call.run(create_charges, command)).token


async def take(
    call: Call, asker: Asker, body: AskBody, code: str, protocol: Protocol = Protocol.WECHAT
) -> Charge:
    """Take money at a till. Raises WireError `USERPAYING` while the customer must confirm it."""
    subject = f"wechat {asker.payee.mchid} {body.out_trade_no}"
    holder = await call.run(take_codes, call.command(TakeCode, code=code, subject=subject))
    fields = create_fields(Way.CODE, build_ask(asker, body)) | {"protocol": protocol.value}
    command = call.command(
        TakeCharge,
        **fields,
        payer_id=holder.person_id,
        session_id=str(holder.session_id),
        shown_at=holder.taken_at,
    )
    charge = await call.run(take_charge, command)
    if charge.state is ChargeState.PAYING:
        raise USERPAYING
    return charge


def check_h5(body: AskBody) -> None:
    """Raise WireError `PARAM_ERROR` unless it is said what browser asks, and from where."""
    if body.scene_info.h5_info is None:
        raise bad("缺少h5_info", "scene_info/h5_info")
    if not body.scene_info.payer_client_ip:
        raise bad("缺少payer_client_ip", "scene_info/payer_client_ip")


async def find_by_number(call: Call, payee: Payee, transaction_id: str) -> Charge:
    """A paid charge of a payee by the platform's number. Raises NotFound `charges.not_found`."""
    charge_id = charge_id_of(transaction_id)
    if not charge_id:
        raise NotFound("charges.not_found")
    charge = await call.run(read_charge, name_charge(call, ReadCharge, payee, charge_id=charge_id))
    if charge.protocol.network != Protocol.WECHAT.network or not charge.is_paid:
        raise NotFound("charges.not_found")
    return charge


async def find_by_out_no(call: Call, payee: Payee, out_no: str) -> Charge:
    """A charge of a payee by its own number. Raises NotFound `charges.not_found`."""
    return await call.run(read_charge, name_charge(call, ReadCharge, payee, out_no))


def name_charge(
    call: Call,
    kind: type[T],
    payee: Payee,
    out_no: str = "",
    *,
    charge_id: ChargeId = ChargeId(0),  # noqa: B008 - a number
    **fields: object,
) -> T:
    """A command about a charge of the caller's, or of a payee for whom it acts."""
    is_own = payee.merchant_id == call.payee.merchant_id
    return call.command(
        kind,
        payee_id=MerchantId(0) if is_own else payee.merchant_id,
        protocol=Protocol.WECHAT.value,
        out_no=out_no,
        charge_id=charge_id,
        **fields,
    )


async def _read_asker(call: Call, body: OrderBody) -> Asker:
    check_own(call, body.mchid)
    return Asker(payee=call.payee, channel=await call.read_channel(body.appid))
