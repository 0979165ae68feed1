"""Stocks of cash coupons (`favor`): written, started, paused, restarted and looked at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec

from banyan.base.json import decode, encode
from banyan.doors.wechatpay.endpoint import Call, endpoint, pruned, wire_time
from banyan.doors.wechatpay.errors import bad
from banyan.doors.wechatpay.marketing import (
    Instant,
    Limit,
    Mchid,
    Number,
    Offset,
    RequestNo,
    id_of,
    mchids_of,
    merchants_of,
)
from banyan.pay.payees import Scope
from banyan.pay.vouchers import (
    CreateStock,
    DayTime,
    ListStocks,
    PauseStock,
    ReadStock,
    RestartStock,
    StartStock,
    StockId,
    StockReport,
    StockState,
    TurnStock,
    VoucherRule,
    create_stock,
    list_stocks,
    pause_stock,
    read_stock,
    restart_stock,
    start_stock,
)

_Text = Annotated[str, msgspec.Meta(max_length=2_000)]
_Fen = Annotated[int, msgspec.Meta(ge=0, le=10**12)]
_Some = Annotated[list[Annotated[str, msgspec.Meta(max_length=128)]], msgspec.Meta(max_length=500)]

_STATES = {
    StockState.UNACTIVATED: "unactivated",
    StockState.RUNNING: "running",
    StockState.PAUSED: "paused",
    StockState.STOPPED: "stoped",
}
_WAYS = {"MICROAPP": "jsapi", "APPPAY": "app", "PPAY": "score", "CARD": "code"}
"""The ways to pay by the words that stocks have for them."""


class UseRule(msgspec.Struct, frozen=True, kw_only=True):
    """How many there are, and for whom."""

    max_coupons: _Fen
    max_amount: _Fen
    max_amount_by_day: _Fen = 0
    most_by_person: Annotated[int, msgspec.Meta(ge=0, le=60)] = msgspec.field(
        name="max_coupons_per_user"
    )
    natural_person_limit: bool
    prevent_api_abuse: bool


class FixedTime(msgspec.Struct, frozen=True, kw_only=True):
    """Hours of some days of the week."""

    available_week_day: Annotated[list[int], msgspec.Meta(max_length=7)] = []
    begin_time: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 0
    end_time: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 86_400


class CouponTime(msgspec.Struct, frozen=True, kw_only=True):
    """When a coupon may be used."""

    fix_available_time: FixedTime | None = None
    second_day_available: bool = False
    available_time_after_receive: Annotated[int, msgspec.Meta(ge=0, le=525_600)] = 0


class FixedCoupon(msgspec.Struct, frozen=True, kw_only=True):
    """So much off from so much on."""

    coupon_amount: _Fen
    transaction_minimum: _Fen


class CouponRule(msgspec.Struct, frozen=True, kw_only=True):
    """What a coupon takes off, and which payments."""

    coupon_available_time: CouponTime | None = None
    fixed_normal_coupon: FixedCoupon | None = None
    goods_tag: _Some = []
    trade_type: _Some = []
    limit_pay: _Some = []
    limit_card: dict[str, Any] | None = None
    available_items: _Some = []
    unavailable_items: _Some = []
    available_merchants: Annotated[list[Mchid], msgspec.Meta(max_length=50)] = []


class StockBody(msgspec.Struct, frozen=True, kw_only=True):
    """A stock as its merchant's program writes it."""

    stock_name: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    belong_merchant: Mchid
    comment: Annotated[str, msgspec.Meta(max_length=60)] = ""
    available_begin_time: Instant
    available_end_time: Instant
    stock_use_rule: UseRule
    coupon_use_rule: CouponRule
    pattern_info: Annotated[dict[str, _Text], msgspec.Meta(max_length=10)] = {}
    no_cash: bool = False
    stock_type: Annotated[str, msgspec.Meta(max_length=20)] = "NORMAL"
    out_request_no: RequestNo


class TurnBody(msgspec.Struct, frozen=True, kw_only=True):
    """Names a stock and who made it."""

    stock_id: Number
    stock_creator_mchid: Mchid


class ListBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which stocks to list."""

    stock_creator_mchid: Mchid
    offset: Offset
    limit: Annotated[int, msgspec.Meta(ge=1, le=10)]
    create_start_time: Instant | None = None
    create_end_time: Instant | None = None
    status: Annotated[str, msgspec.Meta(max_length=20)] = ""


class PartBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of what a stock names."""

    stock_id: Number
    stock_creator_mchid: Mchid
    offset: Offset = 0
    limit: Limit = 50


@endpoint(
    "POST",
    "/v3/marketing/favor/coupon-stocks",
    lacks="limit_pay and limit_card: wallets have no bank cards",
)
async def create(call: Call, body: StockBody) -> dict[str, Any]:
    """Write a stock; it gives out nothing before it is started."""
    owner, call = await call.act_for(body.belong_merchant, Scope.FUNDS)
    worth = _check(body)
    rule, use = body.coupon_use_rule, body.stock_use_rule
    command = call.command(
        CreateStock,
        belong_merchant_id=owner.merchant_id,
        request_no=body.out_request_no,
        name=body.stock_name,
        comment=body.comment,
        description=body.pattern_info.get("description", ""),
        is_cash=not body.no_cash,
        amount_fen=worth.coupon_amount,
        minimum_fen=worth.transaction_minimum,
        max_count=use.max_coupons,
        max_by_day=use.max_amount_by_day // worth.coupon_amount,
        max_by_person=use.most_by_person,
        rule=await _rule(call, rule),
        style=encode(_Kept(pattern=body.pattern_info, use=use)).decode(),
        begins_at=body.available_begin_time,
        ends_at=body.available_end_time,
    )
    stock = await call.run(create_stock, command)
    return {"stock_id": f"{stock.stock_id:d}", "create_time": wire_time(stock.created_at)}


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What decides nothing here and is shown as it was written."""

    pattern: Mapping[str, str] = {}
    use: UseRule | None = None


def _check(body: StockBody) -> FixedCoupon:
    worth, use, rule = (
        body.coupon_use_rule.fixed_normal_coupon,
        body.stock_use_rule,
        body.coupon_use_rule,
    )
    if body.stock_type != "NORMAL" or worth is None:
        raise bad("仅支持NORMAL固定面额满减券批次", "stock_type")
    if rule.limit_pay or rule.limit_card:
        raise bad("不支持指定银行卡", "coupon_use_rule/limit_pay")
    if not 0 < worth.coupon_amount < worth.transaction_minimum:
        raise bad("券面额必须小于使用门槛", "coupon_use_rule/fixed_normal_coupon")
    if use.max_amount != worth.coupon_amount * use.max_coupons:
        raise bad("总预算必须等于面额乘以发放总个数", "stock_use_rule/max_amount")
    if use.max_amount_by_day and use.max_amount_by_day < worth.coupon_amount:
        raise bad("单天预算不足一张券", "stock_use_rule/max_amount_by_day")
    if not rule.available_merchants:
        raise bad("至少指定一个可用商户", "coupon_use_rule/available_merchants")
    return worth


async def _rule(call: Call, rule: CouponRule) -> VoucherRule:
    unknown = set(rule.trade_type) - _WAYS.keys()
    if unknown:
        raise bad("不支持的支付方式", "coupon_use_rule/trade_type")
    times = rule.coupon_available_time or CouponTime()
    fixed = times.fix_available_time
    return VoucherRule(
        merchant_ids=await merchants_of(
            call, rule.available_merchants, "coupon_use_rule/available_merchants"
        ),
        goods_tags=rule.goods_tag,
        ways=[_WAYS[one] for one in rule.trade_type],
        items=rule.available_items,
        barred_items=rule.unavailable_items,
        day_time=_day_time(fixed) if fixed else None,
        is_from_next_day=times.second_day_available,
        minutes_after_sent=times.available_time_after_receive,
    )


def _day_time(fixed: FixedTime) -> DayTime:
    return DayTime(
        week_days=fixed.available_week_day,
        from_second=fixed.begin_time,
        until_second=fixed.end_time,
    )


@endpoint("POST", "/v3/marketing/favor/stocks/{stock_id}/start")
async def start(call: Call, body: TurnBody) -> dict[str, Any]:
    """Start a stock: what all its coupons are worth is put aside."""
    call, command = await _turn(call, body, StartStock)
    stock = await call.run(start_stock, command)
    return {"start_time": wire_time(stock.started_at), "stock_id": body.stock_id}


@endpoint("POST", "/v3/marketing/favor/stocks/{stock_id}/pause")
async def pause(call: Call, body: TurnBody) -> dict[str, Any]:
    """Give out none for now."""
    call, command = await _turn(call, body, PauseStock)
    await call.run(pause_stock, command)
    return {"pause_time": wire_time(call.now), "stock_id": body.stock_id}


@endpoint("POST", "/v3/marketing/favor/stocks/{stock_id}/restart")
async def restart(call: Call, body: TurnBody) -> dict[str, Any]:
    """Give out coupons again."""
    call, command = await _turn(call, body, RestartStock)
    await call.run(restart_stock, command)
    return {"restart_time": wire_time(call.now), "stock_id": body.stock_id}


async def _turn(call: Call, body: TurnBody, kind: type[TurnStock]) -> tuple[Call, Any]:
    maker, call = await call.act_for(body.stock_creator_mchid, Scope.FUNDS)
    stock_id = id_of(StockId, body.stock_id)
    return call, call.command(kind, merchant_id=maker.merchant_id, stock_id=stock_id)


@endpoint("GET", "/v3/marketing/favor/stocks")
async def list_all(call: Call, body: ListBody) -> dict[str, Any]:
    """Stocks of a merchant, the newest first."""
    maker, call = await call.act_for(body.stock_creator_mchid, Scope.FUNDS)
    state = next((one for one, word in _STATES.items() if word == body.status), None)
    if body.status and state is None:
        raise bad("批次状态不存在", "status")
    query = call.command(
        ListStocks,
        merchant_id=maker.merchant_id,
        state=state,
        since=body.create_start_time,
        until=body.create_end_time,
        # The offset counts pages.
        offset=body.offset * body.limit,
        limit=body.limit,
    )
    found = await call.run(list_stocks, query)
    return {
        "total_count": found.total_count,
        "limit": body.limit,
        "offset": body.offset,
        "data": [_show(one, body.stock_creator_mchid) for one in found.items],
    }


@endpoint("GET", "/v3/marketing/favor/stocks/{stock_id}")
async def detail(call: Call, body: TurnBody) -> dict[str, Any]:
    """One stock."""
    return _show(await _read(call, body), body.stock_creator_mchid)


@endpoint("GET", "/v3/marketing/favor/stocks/{stock_id}/merchants")
async def list_merchants(call: Call, body: PartBody) -> dict[str, Any]:
    """Whom a stock's coupons pay."""
    report = await _read(call, body)
    merchant_ids = [int(one) for one in report.stock.rule.merchant_ids]
    named = await mchids_of(call, merchant_ids)
    return _part([named[one] for one in merchant_ids], body)


@endpoint("GET", "/v3/marketing/favor/stocks/{stock_id}/items")
async def list_items(call: Call, body: PartBody) -> dict[str, Any]:
    """The goods that a stock's coupons are for."""
    report = await _read(call, body)
    return _part(report.stock.rule.items, body)


def _part(items: list[str], body: PartBody) -> dict[str, Any]:
    return {
        "total_count": len(items),
        "data": items[body.offset : body.offset + body.limit],
        "offset": body.offset,
        "limit": body.limit,
        "stock_id": body.stock_id,
    }


async def _read(call: Call, body: TurnBody | PartBody) -> StockReport:
    maker, call = await call.act_for(body.stock_creator_mchid, Scope.FUNDS)
    query = call.command(
        ReadStock, merchant_id=maker.merchant_id, stock_id=id_of(StockId, body.stock_id)
    )
    return await call.run(read_stock, query)


def _show(report: StockReport, mchid: str) -> dict[str, Any]:
    stock, counts = report.stock, report.counts
    kept = decode(stock.style.encode(), _Kept) if stock.style else _Kept()
    use = kept.use
    return pruned(
        {
            "stock_id": f"{stock.stock_id:d}",
            "stock_creator_mchid": mchid,
            "stock_name": stock.name,
            "status": _STATES[stock.state],
            "create_time": wire_time(stock.created_at),
            "description": stock.description,
            "stock_use_rule": {
                "max_coupons": stock.max_count,
                "max_amount": stock.max_amount_fen,
                "max_amount_by_day": stock.max_by_day * stock.amount_fen,
                "max_coupons_per_user": stock.max_by_person,
                "natural_person_limit": bool(use and use.natural_person_limit),
                "prevent_api_abuse": bool(use and use.prevent_api_abuse),
                "fixed_normal_coupon": {
                    "coupon_amount": stock.amount_fen,
                    "transaction_minimum": stock.minimum_fen,
                },
                "coupon_type": "NORMAL",
                "trade_type": [word for word, way in _WAYS.items() if way in stock.rule.ways],
            },
            "available_begin_time": wire_time(stock.begins_at),
            "available_end_time": wire_time(stock.ends_at),
            "distributed_coupons": counts.sent,
            "no_cash": not stock.is_cash,
            "start_time": _maybe(stock.started_at),
            "stop_time": _maybe(stock.stopped_at),
            "singleitem": bool(stock.rule.items),
            "stock_type": "NORMAL",
        }
    )


def _maybe(at: datetime | None) -> str:
    return wire_time(at) if at is not None else ""
