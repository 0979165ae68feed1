"""Merchants' own coupons (`busifavor`) in people's hands: sent, used, returned, ended."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from banyan.commerce.cards import CardRef, SendCard, send_card
from banyan.doors.wechatpay.busifavor_words import STATES, show_coupon
from banyan.doors.wechatpay.endpoint import Call, endpoint, wire_time
from banyan.doors.wechatpay.errors import bad
from banyan.doors.wechatpay.marketing import (
    Appid,
    Instant,
    Limit,
    Number,
    Offset,
    Openid,
    RequestNo,
    id_of,
    merchant_of,
)
from banyan.pay.busifavors import (
    AssociateCoupon,
    CouponStockId,
    DeactivateCoupon,
    DisassociateCoupon,
    ListHeldCoupons,
    ReadHeldCoupon,
    ReturnCoupon,
    SendCoupon,
    UseCoupon,
    associate_coupon,
    deactivate_coupon,
    disassociate_coupon,
    list_held_coupons,
    read_held_coupon,
    return_coupon,
    send_coupon,
    use_coupon,
)

_Code = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
_Words = Annotated[str, msgspec.Meta(max_length=64)]
_Maybe = Annotated[str, msgspec.Meta(max_length=32)]


class SendBody(msgspec.Struct, frozen=True, kw_only=True):
    """Who gets a coupon of which stock."""

    openid: Openid
    appid: Appid
    stock_id: Number
    out_request_no: RequestNo
    coupon_code: _Maybe = ""


class SendCardBody(msgspec.Struct, frozen=True, kw_only=True):
    """Who gets which card."""

    card_id: CardRef
    openid: Openid
    appid: Appid
    out_request_no: RequestNo
    send_time: Instant


class UseBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which coupon is used up."""

    coupon_code: _Code
    appid: Appid
    use_time: Instant
    use_request_no: RequestNo
    stock_id: _Maybe = ""
    openid: Annotated[str, msgspec.Meta(max_length=128)] = ""


class ReturnBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which coupon may be used again."""

    coupon_code: _Code
    stock_id: Number
    return_request_no: RequestNo


class DeactivateBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which coupon may be used no more."""

    coupon_code: _Code
    stock_id: Number
    deactivate_request_no: RequestNo
    deactivate_reason: _Words = ""


class AssociateBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which coupon is used for which order."""

    coupon_code: _Code
    stock_id: Number
    out_trade_no: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    out_request_no: RequestNo


class HolderBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which coupons of somebody to list."""

    openid: Openid
    appid: Appid
    stock_id: _Maybe = ""
    coupon_state: _Maybe = ""
    creator_merchant: _Maybe = ""
    belong_merchant: _Maybe = ""
    sender_merchant: _Maybe = ""
    offset: Offset = 0
    limit: Limit = 20


class CouponBody(msgspec.Struct, frozen=True, kw_only=True):
    """One coupon of somebody."""

    openid: Openid
    coupon_code: _Code
    appid: Appid


@endpoint("POST", "/v3/marketing/busifavor/coupons/send")
async def send(call: Call, body: SendBody) -> dict[str, Any]:
    """Give somebody a coupon; the same number gives one only."""
    channel = await call.read_channel(body.appid)
    command = call.command(
        SendCoupon,
        stock_id=id_of(CouponStockId, body.stock_id),
        person_id=await call.find_person(body.appid, body.openid, ""),
        channel_id=channel.channel_id,
        request_no=body.out_request_no,
        code=body.coupon_code or None,
    )
    coupon = await call.run(send_coupon, command)
    return {
        "stock_id": body.stock_id,
        "coupon_code": coupon.code,
        "out_request_no": body.out_request_no,
    }


@endpoint("POST", "/v3/marketing/busifavor/coupons/{card_id}/send")
async def send_one_card(call: Call, body: SendCardBody) -> dict[str, Any]:
    """Give somebody a card of the account's; the same number gives one only."""
    channel = await call.read_channel(body.appid)
    person_id = await call.find_person(body.appid, body.openid, "")
    command = call.command(
        SendCard,
        channel_id=channel.channel_id,
        ref=body.card_id,
        person_id=f"{person_id:d}",
        request_no=body.out_request_no,
    )
    return {"card_code": (await call.run(send_card, command)).code}


@endpoint("POST", "/v3/marketing/busifavor/coupons/use")
async def use(call: Call, body: UseBody) -> dict[str, Any]:
    """Use a coupon up, once."""
    await call.read_channel(body.appid)
    person_id = await call.find_person(body.appid, body.openid, "") if body.openid else None
    command = call.command(
        UseCoupon,
        stock_id=id_of(CouponStockId, body.stock_id) if body.stock_id else None,
        code=body.coupon_code,
        request_no=body.use_request_no,
        used_at=body.use_time,
        person_id=person_id,
    )
    done = await call.run(use_coupon, command)
    openids = await call.directory.find_openids(body.appid, [done.coupon.person_id])
    return {
        "stock_id": f"{done.coupon.stock.stock_id:d}",
        "openid": openids.get(done.coupon.person_id, ""),
        "wechatpay_use_time": wire_time(done.done_at),
    }


@endpoint("POST", "/v3/marketing/busifavor/coupons/return")
async def give_back(call: Call, body: ReturnBody) -> dict[str, Any]:
    """Let a coupon be used again."""
    command = call.command(
        ReturnCoupon,
        stock_id=id_of(CouponStockId, body.stock_id),
        code=body.coupon_code,
        request_no=body.return_request_no,
    )
    return {"wechatpay_return_time": wire_time((await call.run(return_coupon, command)).done_at)}


@endpoint("POST", "/v3/marketing/busifavor/coupons/deactivate")
async def deactivate(call: Call, body: DeactivateBody) -> dict[str, Any]:
    """Let a coupon be used no more."""
    command = call.command(
        DeactivateCoupon,
        stock_id=id_of(CouponStockId, body.stock_id),
        code=body.coupon_code,
        request_no=body.deactivate_request_no,
        reason=body.deactivate_reason,
    )
    done = await call.run(deactivate_coupon, command)
    return {"wechatpay_deactivate_time": wire_time(done.done_at)}


@endpoint("POST", "/v3/marketing/busifavor/coupons/associate")
async def associate(call: Call, body: AssociateBody) -> dict[str, Any]:
    """Say for which order a coupon is used."""
    command = call.command(
        AssociateCoupon,
        stock_id=id_of(CouponStockId, body.stock_id),
        code=body.coupon_code,
        request_no=body.out_request_no,
        out_no=body.out_trade_no,
    )
    done = await call.run(associate_coupon, command)
    return {"wechatpay_associate_time": wire_time(done.done_at)}


@endpoint("POST", "/v3/marketing/busifavor/coupons/disassociate")
async def disassociate(call: Call, body: AssociateBody) -> dict[str, Any]:
    """Say that a coupon is used for no order."""
    command = call.command(
        DisassociateCoupon,
        stock_id=id_of(CouponStockId, body.stock_id),
        code=body.coupon_code,
        request_no=body.out_request_no,
        out_no=body.out_trade_no,
    )
    done = await call.run(disassociate_coupon, command)
    return {"wechatpay_disassociate_time": wire_time(done.done_at)}


@endpoint("GET", "/v3/marketing/busifavor/users/{openid}/coupons")
async def list_of_holder(call: Call, body: HolderBody) -> dict[str, Any]:
    """Coupons of somebody that have to do with the caller, the newest first."""
    await call.read_channel(body.appid)
    state = next((one for one, word in STATES.items() if word == body.coupon_state), None)
    if body.coupon_state and state is None:
        raise bad("券状态不存在", "coupon_state")
    query = call.command(
        ListHeldCoupons,
        person_id=await call.find_person(body.appid, body.openid, ""),
        stock_id=id_of(CouponStockId, body.stock_id) if body.stock_id else None,
        creator_merchant_id=await _merchant(call, body.creator_merchant, "creator_merchant"),
        belong_merchant_id=await _merchant(call, body.belong_merchant, "belong_merchant"),
        sender_merchant_id=await _merchant(call, body.sender_merchant, "sender_merchant"),
        state=state,
        offset=body.offset,
        limit=body.limit,
    )
    found = await call.run(list_held_coupons, query)
    return {
        "total_count": found.total_count,
        "offset": body.offset,
        "limit": body.limit,
        "data": [await show_coupon(call.directory, one) for one in found.items],
    }


async def _merchant(call: Call, mchid: str, field: str) -> int | None:
    return await merchant_of(call, mchid, field) if mchid else None


@endpoint("GET", "/v3/marketing/busifavor/users/{openid}/coupons/{coupon_code}/appids/{appid}")
async def detail(call: Call, body: CouponBody) -> dict[str, Any]:
    """One coupon of somebody."""
    await call.read_channel(body.appid)
    query = call.command(
        ReadHeldCoupon,
        person_id=await call.find_person(body.appid, body.openid, ""),
        code=body.coupon_code,
    )
    return await show_coupon(call.directory, await call.run(read_held_coupon, query))
