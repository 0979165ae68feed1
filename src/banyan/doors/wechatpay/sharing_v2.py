"""Profit sharing in the second interface: receivers and lists are JSON within the XML."""

from __future__ import annotations

import json
from typing import Annotated, Any, TypeVar

import msgspec

from banyan.doors.wechatpay.endpoint import Call, endpoint_v2, pruned, wire_time_v2
from banyan.doors.wechatpay.errors import WireError, bad
from banyan.doors.wechatpay.shares import (
    Apps,
    ReturnBody,
    SharingBody,
    Wanted,
    bring_back,
    find_payee,
    find_sharing,
    read_back,
    share,
    tell_amounts,
    tell_part,
    tell_rest,
)
from banyan.doors.wechatpay.sharing import ReceiverBody, drop_receiver, keep_receiver, read_ratio
from banyan.pay.payees import Payee
from banyan.pay.split import Form, ReturnOfSharing, Sharing
from banyan.wire.wechatpay import HMAC_SHA256

_no_certificate = "no client certificate is asked for"
_WRONG_SIGN = WireError(400, "SIGN_ERROR", "分账接口仅支持HMAC-SHA256签名")
_RETURN_KIND = "MERCHANT_ID"
_short = Annotated[str, msgspec.Meta(max_length=128)]
_text = Annotated[str, msgspec.Meta(max_length=10_240)]

T = TypeVar("T")


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, for whom, and how it is signed."""

    mch_id: _short
    sign_type: _short = ""
    appid: _short = ""
    sub_appid: _short = ""
    sub_mch_id: _short = ""

    @property
    def apps(self) -> Apps:
        """By which accounts openids are meant."""
        return Apps(appid=self.appid, sub_appid=self.sub_appid)


class ReceiverFields(Signed, frozen=True, kw_only=True):
    """Somebody to share with."""

    receiver: _text


class ShareFields(Signed, frozen=True, kw_only=True):
    """What is shared of which payment."""

    transaction_id: _short
    out_order_no: _short
    receivers: _text


class FinishFields(Signed, frozen=True, kw_only=True):
    """That nothing more is shared of a payment."""

    transaction_id: _short
    out_order_no: _short
    description: _short


class SharingName(Signed, frozen=True, kw_only=True):
    """A sharing by its number."""

    transaction_id: _short
    out_order_no: _short


class AmountFields(Signed, frozen=True, kw_only=True):
    """Of which payment."""

    transaction_id: _short


class ReturnFields(Signed, frozen=True, kw_only=True):
    """What a receiver is to give back."""

    order_id: _short = ""
    out_order_no: _short = ""
    out_return_no: _short
    return_account_type: _short
    return_account: _short
    return_amount: int
    description: _short


class ReturnName(Signed, frozen=True, kw_only=True):
    """What came back, by its number."""

    order_id: _short = ""
    out_order_no: _short = ""
    out_return_no: _short


@endpoint_v2("/pay/profitsharingaddreceiver")
async def add_receiver_v2(call: Call, body: ReceiverFields) -> dict[str, Any]:
    """Somebody may be shared with."""
    payee, wanted = await _read_receiver(call, body)
    await keep_receiver(call, wanted, payee, wanted.name)
    named = {"type": wanted.type, "account": wanted.account, "name": wanted.name}
    return {"receiver": _text_of(pruned(named))}


@endpoint_v2("/pay/profitsharingremovereceiver")
async def remove_receiver_v2(call: Call, body: ReceiverFields) -> dict[str, Any]:
    """Somebody is shared with no more."""
    payee, wanted = await _read_receiver(call, body)
    await drop_receiver(call, wanted, payee)
    return {"receiver": _text_of({"type": wanted.type, "account": wanted.account})}


@endpoint_v2("/secapi/pay/profitsharing", lacks=f"brands; {_no_certificate}")
async def share_once(call: Call, body: ShareFields) -> dict[str, Any]:
    """Parts go to receivers, and what is left is the merchant's."""
    return await _share(call, body, body.receivers, is_last=True)


@endpoint_v2("/secapi/pay/multiprofitsharing", lacks=_no_certificate)
async def share_more(call: Call, body: ShareFields) -> dict[str, Any]:
    """Parts go to receivers; more may be shared later."""
    return await _share(call, body, body.receivers, is_last=False)


@endpoint_v2("/secapi/pay/profitsharingfinish", lacks=_no_certificate)
async def finish_v2(call: Call, body: FinishFields) -> dict[str, Any]:
    """What is left is the merchant's."""
    return await _share(call, body, "[]", is_last=True, description=body.description)


@endpoint_v2("/pay/profitsharingquery")
async def read_sharing_v2(call: Call, body: SharingName) -> dict[str, Any]:
    """What was shared under a number."""
    _check_sign(body)
    payee = await find_payee(call, body.sub_mch_id)
    found = await find_sharing(
        call, payee, out_order_no=body.out_order_no, transaction_id=body.transaction_id
    )
    return _tell(payee, found, body.transaction_id)


@endpoint_v2("/pay/profitsharingorderamountquery")
async def read_amounts_v2(call: Call, body: AmountFields) -> dict[str, Any]:
    """What still waits to be shared."""
    _check_sign(body)
    return await tell_amounts(call, body.transaction_id)


@endpoint_v2("/pay/profitsharingmerchantratioquery", lacks="brands")
async def read_ratio_v2(call: Call, body: Signed) -> dict[str, Any]:
    """How much a merchant may share."""
    _check_sign(body)
    return {"max_ratio": await read_ratio(call, await find_payee(call, body.sub_mch_id))}


@endpoint_v2("/secapi/pay/profitsharingreturn", lacks=_no_certificate)
async def return_v2(call: Call, body: ReturnFields) -> dict[str, Any]:
    """A receiver gives something back."""
    _check_sign(body)
    if body.return_account_type != _RETURN_KIND:
        raise bad("return_account_type仅支持MERCHANT_ID", "return_account_type")
    wish = ReturnBody(
        out_return_no=body.out_return_no,
        return_mchid=body.return_account,
        amount=body.return_amount,
        description=body.description,
        sub_mchid=body.sub_mch_id,
        order_id=body.order_id,
        out_order_no=body.out_order_no,
    )
    _, found = await bring_back(call, wish)
    return _tell_return(found)


@endpoint_v2("/pay/profitsharingreturnquery")
async def read_return_v2(call: Call, body: ReturnName) -> dict[str, Any]:
    """What a receiver gave back."""
    _check_sign(body)
    payee = await find_payee(call, body.sub_mch_id)
    return _tell_return(await read_back(call, payee, body.out_return_no))


async def _share(
    call: Call,
    body: ShareFields | FinishFields,
    receivers: str,
    *,
    is_last: bool,
    description: str = "",
) -> dict[str, Any]:
    _check_sign(body)
    payee = await find_payee(call, body.sub_mch_id)
    wanted = _read(receivers, list[Wanted], "receivers")
    if not wanted and not description:
        raise bad("分账接收方列表不能为空", "receivers")
    order = SharingBody(
        transaction_id=body.transaction_id,
        out_order_no=body.out_order_no,
        receivers=wanted,
        is_last=is_last,
        description=description,
        apps=body.apps,
        is_plain=True,
    )
    sharing = await share(call, Form.OWN, payee, order)
    return _tell(payee, sharing, body.transaction_id)


async def _read_receiver(call: Call, body: ReceiverFields) -> tuple[Payee, ReceiverBody]:
    _check_sign(body)
    wanted = _read(body.receiver, ReceiverBody, "receiver")
    apps = {"appid": body.appid, "sub_appid": body.sub_appid}
    return await find_payee(call, body.sub_mch_id), msgspec.structs.replace(wanted, **apps)


def _check_sign(body: Signed) -> None:
    if body.sign_type != HMAC_SHA256:
        raise _WRONG_SIGN


def _read(text: str, kind: type[T], field: str) -> T:
    try:
        return msgspec.json.decode(text.encode(), type=kind)
    except (msgspec.MsgspecError, RecursionError):
        raise bad(f"{field}不是合法的JSON", field) from None


def _tell(payee: Payee, sharing: Sharing, transaction_id: str) -> dict[str, Any]:
    at = wire_time_v2(sharing.created_at)
    parts = [*(tell_part(one, sharing) for one in sharing.parts), *tell_rest(sharing, payee)]
    names = ("type", "account", "amount", "description", "result", "fail_reason", "detail_id")
    told = [
        {name: one[name] for name in names if name in one} | {"finish_time": at} for one in parts
    ]
    return {
        "transaction_id": transaction_id,
        "out_order_no": sharing.out_no,
        "order_id": sharing.sharing_no,
        "status": "FINISHED",
        "receivers": _text_of(told),
    }


def _tell_return(found: ReturnOfSharing) -> dict[str, Any]:
    one = found.share_return
    return {
        "order_id": found.sharing.sharing_no,
        "out_order_no": found.sharing.out_no,
        "out_return_no": one.out_return_no,
        "return_no": one.return_no,
        "return_account_type": _RETURN_KIND,
        "return_account": one.payer_mchid,
        "return_amount": one.amount_fen,
        "description": one.description,
        "result": "SUCCESS",
        "finish_time": wire_time_v2(one.returned_at),
    }


def _text_of(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
