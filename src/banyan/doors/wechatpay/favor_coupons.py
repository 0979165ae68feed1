"""Cash coupons (`favor`) in people's hands: sent, looked at, paid with; files and words of it."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec

from banyan.doors.wechatpay.callers import Directory
from banyan.doors.wechatpay.endpoint import Bytes, Call, endpoint, pruned, wire_time
from banyan.doors.wechatpay.errors import bad
from banyan.doors.wechatpay.marketing import (
    Appid,
    Instant,
    Limit,
    Mchid,
    Number,
    Offset,
    Openid,
    RequestNo,
    id_of,
    mchids_of,
    merchant_of,
)
from banyan.doors.wechatpay.notices import Told, renders
from banyan.pay.notifications import Telling
from banyan.pay.payees import Scope
from banyan.pay.vouchers import (
    USED,
    FindCallback,
    FlowRow,
    ListVouchers,
    ReadFlow,
    ReadVoucher,
    SendVoucher,
    SetCallback,
    StockId,
    UsedVoucher,
    Voucher,
    VoucherId,
    VoucherState,
    find_callback,
    list_vouchers,
    read_flow,
    read_voucher,
    send_vouchers,
    set_callback,
)

_STATES = {
    VoucherState.HELD: "SENDED",
    VoucherState.USED: "USED",
    VoucherState.EXPIRED: "EXPIRED",
}
_flow_columns = (
    "批次ID",
    "优惠ID",
    "优惠类型",
    "优惠金额（元）",
    "订单总金额（元）",
    "交易类型",
    "支付单号",
    "消耗时间",
    "消耗商户号",
)
_Goods = tuple[tuple[str, int, int, int], ...]


class SendBody(msgspec.Struct, frozen=True, kw_only=True):
    """Who gets a coupon of which stock."""

    openid: Openid
    appid: Appid
    stock_id: Number
    stock_creator_mchid: Mchid
    out_request_no: RequestNo
    coupon_value: int = 0
    coupon_minimum: int = 0


class HolderBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which coupons of somebody to list."""

    openid: Openid
    appid: Appid
    stock_id: Annotated[str, msgspec.Meta(max_length=20)] = ""
    status: Annotated[str, msgspec.Meta(max_length=20)] = ""
    creator_mchid: Annotated[str, msgspec.Meta(max_length=15)] = ""
    sender_mchid: Annotated[str, msgspec.Meta(max_length=15)] = ""
    available_mchid: Annotated[str, msgspec.Meta(max_length=15)] = ""
    offset: Offset = 0
    limit: Limit = 20


class CouponBody(msgspec.Struct, frozen=True, kw_only=True):
    """One coupon of somebody."""

    openid: Openid
    coupon_id: Number
    appid: Appid


class FlowBody(msgspec.Struct, frozen=True, kw_only=True):
    """The file of a stock."""

    stock_id: Number


class FlowFileBody(msgspec.Struct, frozen=True, kw_only=True):
    """The file of a stock as it was at an instant."""

    stock_id: Number
    until: Instant


class CallbackBody(msgspec.Struct, frozen=True, kw_only=True):
    """Where the merchant's server is told."""

    mchid: Mchid
    notify_url: Annotated[str, msgspec.Meta(min_length=8, max_length=256)]
    switch: bool = True


class FindBody(msgspec.Struct, frozen=True, kw_only=True):
    """Whose server it is."""

    mchid: Mchid


@endpoint("POST", "/v3/marketing/favor/users/{openid}/coupons", lacks="coupon_value of RANDOM")
async def send(call: Call, body: SendBody) -> dict[str, Any]:
    """Give somebody a coupon; the same number gives one only."""
    if body.coupon_value or body.coupon_minimum:
        raise bad("该批次为固定面额，不能指定面额", "coupon_value")
    channel = await call.read_channel(body.appid)
    command = call.command(
        SendVoucher,
        creator_merchant_id=await merchant_of(
            call, body.stock_creator_mchid, "stock_creator_mchid"
        ),
        stock_id=id_of(StockId, body.stock_id),
        person_id=await call.find_person(body.appid, body.openid, ""),
        channel_id=channel.channel_id,
        request_no=body.out_request_no,
    )
    voucher = await call.run(send_vouchers, command)
    return {"coupon_id": f"{voucher.voucher_id:d}"}


@endpoint("GET", "/v3/marketing/favor/users/{openid}/coupons")
async def list_of_holder(call: Call, body: HolderBody) -> dict[str, Any]:
    """Coupons of somebody that have to do with the caller, the newest first."""
    await call.read_channel(body.appid)
    state = next((one for one, word in _STATES.items() if word == body.status), None)
    if body.status and state is None:
        raise bad("券状态不存在", "status")
    query = call.command(
        ListVouchers,
        person_id=await call.find_person(body.appid, body.openid, ""),
        stock_id=id_of(StockId, body.stock_id) if body.stock_id else None,
        state=state,
        creator_merchant_id=await _merchant(call, body.creator_mchid, "creator_mchid"),
        sender_merchant_id=await _merchant(call, body.sender_mchid, "sender_mchid"),
        paid_merchant_id=await _merchant(call, body.available_mchid, "available_mchid"),
        offset=body.offset,
        limit=body.limit,
    )
    found = await call.run(list_vouchers, query)
    return {
        "total_count": found.total_count,
        "offset": body.offset,
        "limit": body.limit,
        "data": [await show(call.directory, one) for one in found.items],
    }


async def _merchant(call: Call, mchid: str, field: str) -> int | None:
    return await merchant_of(call, mchid, field) if mchid else None


@endpoint("GET", "/v3/marketing/favor/users/{openid}/coupons/{coupon_id}")
async def detail(call: Call, body: CouponBody) -> dict[str, Any]:
    """One coupon of somebody."""
    await call.read_channel(body.appid)
    query = call.command(
        ReadVoucher,
        person_id=await call.find_person(body.appid, body.openid, ""),
        voucher_id=id_of(VoucherId, body.coupon_id),
    )
    return await show(call.directory, await call.run(read_voucher, query))


async def show(directory: Directory, voucher: Voucher, goods: _Goods = ()) -> dict[str, Any]:
    """A coupon in the protocol's words, when it is asked for and when a server is told of it."""
    named = await directory.list_mchids({int(voucher.merchant_id), voucher.used_merchant_id})
    used = {}
    if voucher.used_at is not None:
        used = {
            "consume_time": wire_time(voucher.used_at),
            "consume_mchid": named[voucher.used_merchant_id],
            "transaction_id": voucher.transaction_no,
            "consume_amount": voucher.used_fen,
            "goods_detail": [
                {"goods_id": one, "quantity": count, "price": price, "discount_amount": off}
                for one, count, price, off in goods
            ],
        }
    return pruned(
        {
            "stock_creator_mchid": named[int(voucher.merchant_id)],
            "stock_id": f"{voucher.stock_id:d}",
            "coupon_id": f"{voucher.voucher_id:d}",
            "coupon_name": voucher.name,
            "status": _STATES[voucher.state],
            "description": voucher.description,
            "create_time": wire_time(voucher.sent_at),
            "coupon_type": "NORMAL",
            "no_cash": not voucher.is_cash,
            "available_begin_time": wire_time(voucher.usable_from),
            "available_end_time": wire_time(voucher.usable_until),
            "singleitem": bool(voucher.rule.items),
            "normal_coupon_information": {
                "coupon_amount": voucher.amount_fen,
                "transaction_minimum": voucher.minimum_fen,
            },
            "consume_information": used,
        }
    )


@renders(USED)
async def tell_used(directory: Directory, telling: Telling, said: UsedVoucher) -> Told:
    """The server of who made a stock is told that somebody paid with a coupon of it."""
    del telling
    return Told(
        event_type="COUPON.USE",
        original_type="coupon",
        summary="代金券核销通知",
        resource=await show(directory, said.voucher, said.goods),
    )


@endpoint("GET", "/v3/marketing/favor/stocks/{stock_id}/use-flow")
async def use_flow(call: Call, body: FlowBody) -> dict[str, Any]:
    """Where the file of all uses of a stock is."""
    return await _flow(call, body, "use-flow", is_refunds=False)


@endpoint("GET", "/v3/marketing/favor/stocks/{stock_id}/refund-flow")
async def refund_flow(call: Call, body: FlowBody) -> dict[str, Any]:
    """Where the file of all that went back of a stock is."""
    return await _flow(call, body, "refund-flow", is_refunds=True)


@endpoint("GET", "/v3/marketing/favor/stocks/{stock_id}/use-flow/file")
async def use_flow_file(call: Call, body: FlowFileBody) -> Bytes:
    """All uses of a stock up to an instant."""
    return Bytes(await _file(call, body.stock_id, body.until, is_refunds=False), "text/csv")


@endpoint("GET", "/v3/marketing/favor/stocks/{stock_id}/refund-flow/file")
async def refund_flow_file(call: Call, body: FlowFileBody) -> Bytes:
    """All that went back of a stock up to an instant."""
    return Bytes(await _file(call, body.stock_id, body.until, is_refunds=True), "text/csv")


async def _flow(call: Call, body: FlowBody, name: str, *, is_refunds: bool) -> dict[str, Any]:
    content = await _file(call, body.stock_id, call.now, is_refunds=is_refunds)
    until = call.now.isoformat().replace("+00:00", "Z")
    path = f"/v3/marketing/favor/stocks/{body.stock_id}/{name}/file"
    return {
        "url": f"{call.base_url}{path}?until={until}",
        "hash_value": hashlib.sha1(content, usedforsecurity=False).hexdigest(),
        "hash_type": "SHA1",
    }


async def _file(call: Call, number: str, until: datetime, *, is_refunds: bool) -> bytes:
    query = call.command(
        ReadFlow, stock_id=id_of(StockId, number), until=until, is_refunds=is_refunds
    )
    rows = await call.run(read_flow, query)
    named = await mchids_of(call, {one.paid_merchant_id for one in rows})
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_flow_columns)
    kind = "退款" if is_refunds else "支付"
    writer.writerows(_flow_row(number, one, kind, named) for one in rows)
    return text.getvalue().encode()


def _flow_row(number: str, row: FlowRow, kind: str, named: Mapping[int, str]) -> tuple[str, ...]:
    # Numbers begin with a mark, so that no table program rounds them.
    return (
        f"`{number}",
        f"`{row.voucher_id}",
        "全场满减",
        f"`{row.amount_fen / 100:.2f}",
        f"`{row.total_fen / 100:.2f}",
        kind,
        f"`{row.transaction_no}",
        f"`{wire_time(row.at)}",
        f"`{named[row.paid_merchant_id]}",
    )


@endpoint("POST", "/v3/marketing/favor/callbacks")
async def set_address(call: Call, body: CallbackBody) -> dict[str, Any]:
    """Say where the server of whoever made stocks is told."""
    owner, call = await call.act_for(body.mchid, Scope.FUNDS)
    command = call.command(
        SetCallback, merchant_id=owner.merchant_id, url=body.notify_url, is_on=body.switch
    )
    callback = await call.run(set_callback, command)
    return {"update_time": wire_time(callback.set_at), "notify_url": callback.url}


@endpoint("GET", "/v3/marketing/favor/callbacks")
async def find_address(call: Call, body: FindBody) -> dict[str, Any]:
    """Where the server is told."""
    owner, call = await call.act_for(body.mchid, Scope.FUNDS)
    found = await call.run(find_callback, call.command(FindCallback, merchant_id=owner.merchant_id))
    return {"mchid": body.mchid, "notify_url": found.url}
