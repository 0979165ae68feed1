"""Cash coupons in the second interface: one given to somebody, stocks and coupons looked up."""

from __future__ import annotations

from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.doors.wechatpay.endpoint import Call, endpoint_v2, wire_time_v2
from banyan.doors.wechatpay.errors import bad
from banyan.doors.wechatpay.marketing import id_of
from banyan.pay.vouchers import (
    ReadStock,
    ReadVoucher,
    SendVoucher,
    StockId,
    StockState,
    VoucherId,
    VoucherState,
    read_stock,
    read_voucher,
    send_vouchers,
)

_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Openid = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
_STATES = {
    StockState.UNACTIVATED: 1,
    StockState.RUNNING: 4,
    StockState.STOPPED: 8,
    StockState.PAUSED: 16,
}
_COUPON_STATES = {
    VoucherState.HELD: "SENDED",
    VoucherState.USED: "USED",
    VoucherState.EXPIRED: "EXPIRED",
}
_full_off = 1


class SendBody(msgspec.Struct, frozen=True, kw_only=True):
    """Who gets a coupon of which stock."""

    coupon_stock_id: _Text
    openid_count: Annotated[int, msgspec.Meta(ge=1, le=1)] = 1
    partner_trade_no: _Text
    openid: _Openid
    appid: _Text


class StockBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which stock to tell of."""

    coupon_stock_id: _Text
    appid: _Text


class CouponBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which coupon to tell of."""

    coupon_id: _Text
    openid: _Openid
    appid: _Text
    stock_id: _Text


@endpoint_v2("/mmpaymkttransfers/send_coupon")
async def send_coupon(call: Call, body: SendBody) -> dict[str, object]:
    """Give somebody a coupon of one's own; the same number gives one only."""
    channel = await call.read_channel(body.appid)
    command = call.command(
        SendVoucher,
        creator_merchant_id=Id(call.payee.merchant_id),
        stock_id=id_of(StockId, body.coupon_stock_id),
        person_id=await call.find_person(body.appid, body.openid, ""),
        channel_id=channel.channel_id,
        request_no=body.partner_trade_no,
    )
    voucher = await call.run(send_vouchers, command)
    return {
        "coupon_stock_id": body.coupon_stock_id,
        "resp_count": 1,
        "success_count": 1,
        "failed_count": 0,
        "openid": body.openid,
        "ret_code": "SUCCESS",
        "coupon_id": f"{voucher.voucher_id:d}",
    }


@endpoint_v2("/mmpaymkttransfers/query_coupon_stock")
async def query_coupon_stock(call: Call, body: StockBody) -> dict[str, object]:
    """What became of a stock; the names are misspelt as the protocol has them."""
    await call.read_channel(body.appid)
    query = call.command(ReadStock, stock_id=id_of(StockId, body.coupon_stock_id))
    report = await call.run(read_stock, query)
    stock, counts = report.stock, report.counts
    return {
        "coupon_stock_id": body.coupon_stock_id,
        "coupon_name": stock.name,
        "coupon_value": stock.amount_fen,
        "coupon_mininumn": stock.minimum_fen,
        "coupon_type": _full_off,
        "coupon_stock_status": _STATES[stock.state],
        "coupon_total": stock.max_count,
        "max_quota": stock.max_by_person,
        "is_send_num": counts.sent,
        "locked_num": 0,
        "used_num": counts.used,
        "coupon_budget": stock.max_amount_fen,
        "begin_time": wire_time_v2(stock.begins_at),
        "end_time": wire_time_v2(stock.ends_at),
        "create_time": wire_time_v2(stock.created_at),
    }


@endpoint_v2("/mmpaymkttransfers/querycouponsinfo")
async def querycouponsinfo(call: Call, body: CouponBody) -> dict[str, object]:
    """What became of a coupon in somebody's hands."""
    await call.read_channel(body.appid)
    query = call.command(
        ReadVoucher,
        person_id=await call.find_person(body.appid, body.openid, ""),
        voucher_id=id_of(VoucherId, body.coupon_id),
    )
    voucher = await call.run(read_voucher, query)
    if int(voucher.stock_id) != int(id_of(StockId, body.stock_id)):
        raise bad("代金券不属于该批次", "stock_id")
    named = await call.directory.list_mchids([voucher.used_merchant_id])
    return {
        "coupon_stock_id": body.stock_id,
        "coupon_id": body.coupon_id,
        "coupon_name": voucher.name,
        "coupon_desc": voucher.description,
        "coupon_value": voucher.amount_fen,
        "coupon_mininum": voucher.minimum_fen,
        "coupon_state": _COUPON_STATES[voucher.state],
        "coupon_use_value": voucher.used_fen,
        "coupon_remain_value": 0 if voucher.used_at else voucher.amount_fen,
        "begin_time": wire_time_v2(voucher.usable_from),
        "end_time": wire_time_v2(voucher.usable_until),
        "send_time": wire_time_v2(voucher.sent_at),
        "consumer_mch_id": named[voucher.used_merchant_id],
        "send_source": "FULL_SEND",
        "is_partial_use": 0,
    }
