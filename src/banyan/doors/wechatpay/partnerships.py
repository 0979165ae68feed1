"""Partnerships: whom a merchant lets give out coupons of its own."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from banyan.base.ids import NONE, Id
from banyan.doors.wechatpay.endpoint import Call, endpoint, pruned, wire_time
from banyan.doors.wechatpay.errors import bad
from banyan.doors.wechatpay.marketing import Offset, id_of, merchant_of
from banyan.pay.busifavors import CouponStockId, ReadCouponStock, read_coupon_stock
from banyan.pay.partnerships import (
    BuildPartnership,
    Business,
    ListPartnerships,
    Partnership,
    TerminatePartnership,
    build_partnership,
    list_partnerships,
    terminate_partnership,
)
from banyan.pay.vouchers import ReadStock, StockId, read_stock

_Text = Annotated[str, msgspec.Meta(max_length=64)]

_BUSINESSES = {"FAVOR_STOCK": Business.VOUCHERS, "BUSIFAVOR_STOCK": Business.BUSIFAVORS}
_WORDS = {business: word for word, business in _BUSINESSES.items()}


class Partner(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant or an account."""

    type: _Text
    appid: _Text = ""
    merchant_id: _Text = ""


class Data(msgspec.Struct, frozen=True, kw_only=True):
    """What may be given out; a program in wide use writes the word with one s too many."""

    business_type: _Text = ""
    bussiness_type: _Text = ""
    stock_id: _Text = ""

    @property
    def business(self) -> Business:
        """What is given out. Raises WireError `PARAM_ERROR`."""
        found = _BUSINESSES.get(self.business_type or self.bussiness_type)
        if found is None:
            raise bad("授权业务类别不存在", "authorized_data/business_type")
        return found


class PairBody(msgspec.Struct, frozen=True, kw_only=True):
    """Who may give out what."""

    partner: Partner
    authorized_data: Data


class ListBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which partnerships to list; two of the fields are JSON within the query."""

    authorized_data: Annotated[str, msgspec.Meta(min_length=2, max_length=500)]
    partner: Annotated[str, msgspec.Meta(max_length=500)] = ""
    offset: Offset = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=50)] = 20


@endpoint("POST", "/v3/marketing/partnerships/build")
async def build(call: Call, body: PairBody) -> dict[str, Any]:
    """Let somebody give out a stock."""
    command = call.command(BuildPartnership, **await _pair(call, body))
    built = await call.run(build_partnership, command)
    shown = await _show(call, built)
    return {name: value for name, value in shown.items() if name != "terminate_time"}


@endpoint("POST", "/v3/marketing/partnerships/terminate")
async def terminate(call: Call, body: PairBody) -> dict[str, Any]:
    """Let somebody give out a stock no longer."""
    command = call.command(TerminatePartnership, **await _pair(call, body))
    ended = await call.run(terminate_partnership, command)
    return {"terminate_time": wire_time(ended.terminated_at)}


@endpoint("GET", "/v3/marketing/partnerships")
async def list_all(call: Call, body: ListBody) -> dict[str, Any]:
    """Partnerships over a stock, or over all of a kind."""
    data = _inner(Data, body.authorized_data, "authorized_data")
    partner = _inner(Partner, body.partner, "partner") if body.partner else None
    merchant_id, channel_id = await _partner(call, partner) if partner else (None, None)
    query = call.command(
        ListPartnerships,
        business=data.business,
        stock_id=id_of(Id, data.stock_id) if data.stock_id else None,
        partner_merchant_id=merchant_id or None,
        partner_channel_id=channel_id or None,
        # The offset counts pages.
        offset=body.offset * body.limit,
        limit=body.limit,
    )
    found = await call.run(list_partnerships, query)
    return {
        "data": [await _show(call, one) for one in found.items],
        "limit": body.limit,
        "offset": body.offset,
        "total_count": found.total_count,
    }


def _inner(kind: type[Any], text: str, field: str) -> Any:  # noqa: ANN401 - what the kind says
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.MsgspecError:
        raise bad("查询参数不是合法的JSON", field) from None


async def _pair(call: Call, body: PairBody) -> dict[str, Any]:
    if not call.request_key:
        raise bad("请求头缺少Idempotency-Key")
    business = body.authorized_data.business
    merchant_id, channel_id = await _partner(call, body.partner)
    number = body.authorized_data.stock_id
    stock_id: Id
    if business is Business.VOUCHERS:
        stock_id = id_of(StockId, number)
        await call.run(read_stock, call.command(ReadStock, stock_id=stock_id))
    else:
        stock_id = id_of(CouponStockId, number)
        await call.run(read_coupon_stock, call.command(ReadCouponStock, stock_id=stock_id))
    return {
        "business": business,
        "stock_id": Id(stock_id),
        "partner_merchant_id": merchant_id,
        "partner_channel_id": channel_id,
        "request_key": call.request_key,
    }


async def _partner(call: Call, partner: Partner) -> tuple[Id, Id]:
    if partner.type == "MERCHANT" and partner.merchant_id:
        return await merchant_of(call, partner.merchant_id, "partner/merchant_id"), NONE
    if partner.type == "APPID" and partner.appid:
        channel = await call.directory.read_channel(partner.appid)
        return NONE, Id(channel.channel_id)
    raise bad("合作方类别与合作方不匹配", "partner/type")


async def _show(call: Call, one: Partnership) -> dict[str, Any]:
    appids = await call.directory.list_appids([int(one.partner_channel_id)])
    mchids = await call.directory.list_mchids([int(one.partner_merchant_id)])
    is_merchant = bool(one.partner_merchant_id)
    return pruned(
        {
            "partner": {
                "type": "MERCHANT" if is_merchant else "APPID",
                "appid": appids[int(one.partner_channel_id)],
                "merchant_id": mchids[int(one.partner_merchant_id)],
            },
            "authorized_data": {
                "business_type": _WORDS[one.business],
                "stock_id": f"{one.stock_id:d}",
            },
            "state": "ESTABLISHED" if one.terminated_at is None else "TERMINATED",
            "build_time": wire_time(one.built_at),
            "terminate_time": wire_time(one.terminated_at),
            "create_time": wire_time(one.built_at),
            "update_time": wire_time(one.updated_at),
        }
    )
