"""Stocks of merchants' own coupons (`busifavor`) in the protocol's words, both ways."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec

from banyan.base.json import decode, encode
from banyan.doors.wechatpay.callers import Directory
from banyan.doors.wechatpay.endpoint import pruned, wire_time
from banyan.doors.wechatpay.errors import bad
from banyan.doors.wechatpay.marketing import Instant, Mchid, RequestNo
from banyan.pay.busifavors import (
    CodeMode,
    CouponKind,
    CouponRule,
    CouponState,
    CouponStock,
    HeldCoupon,
    Span,
)

Fen = Annotated[int, msgspec.Meta(ge=0, le=10**12)]
Seconds = Annotated[int, msgspec.Meta(ge=0, le=86_400)]
Some = dict[str, Any]

KINDS = {
    "NORMAL": CouponKind.NORMAL,
    "DISCOUNT": CouponKind.DISCOUNT,
    "EXCHANGE": CouponKind.EXCHANGE,
}
MODES = {
    "WECHATPAY_MODE": CodeMode.OURS,
    "MERCHANT_API": CodeMode.GIVEN,
    "MERCHANT_UPLOAD": CodeMode.UPLOADED,
}
STATES = {
    CouponState.HELD: "SENDED",
    CouponState.USED: "USED",
    CouponState.EXPIRED: "EXPIRED",
    CouponState.DEACTIVATED: "DEACTIVATED",
}
_KIND_WORDS = {kind: word for word, kind in KINDS.items()}
_MODE_WORDS = {mode: word for word, mode in MODES.items()}


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the day in seconds."""

    begin_time: Seconds = 0
    end_time: Seconds = 86_400


class Week(msgspec.Struct, frozen=True, kw_only=True):
    """Hours of some days of the week."""

    week_day: Annotated[list[int], msgspec.Meta(max_length=7)] = []
    available_day_time: Annotated[list[Hours], msgspec.Meta(max_length=10)] = []


class Irregular(msgspec.Struct, frozen=True, kw_only=True):
    """A time by itself."""

    begin_time: Instant
    end_time: Instant


class CouponTime(msgspec.Struct, frozen=True, kw_only=True):
    """When a coupon may be used."""

    available_begin_time: Instant
    available_end_time: Instant
    available_day_after_receive: Annotated[int, msgspec.Meta(ge=0, le=365)] = 0
    wait_days_after_receive: Annotated[int, msgspec.Meta(ge=0, le=365)] = 0
    available_week: Week | None = None
    irregulary_avaliable_time: Annotated[list[Irregular], msgspec.Meta(max_length=50)] = []


class Worth(msgspec.Struct, frozen=True, kw_only=True):
    """What a coupon is worth: one of the three, by its kind."""

    discount_amount: Fen = 0
    discount_percent: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    exchange_price: Fen = 0
    transaction_minimum: Fen = 0


class UseRule(msgspec.Struct, frozen=True, kw_only=True):
    """What a coupon is worth, and when and where it is used."""

    coupon_available_time: CouponTime
    fixed_normal_coupon: Worth | None = None
    discount_coupon: Worth | None = None
    exchange_coupon: Worth | None = None
    use_method: Annotated[str, msgspec.Meta(max_length=32)] = "OFF_LINE"
    mini_programs_appid: Annotated[str, msgspec.Meta(max_length=32)] = ""
    mini_programs_path: Annotated[str, msgspec.Meta(max_length=128)] = ""


class SendRule(msgspec.Struct, frozen=True, kw_only=True):
    """How many there are, and for whom."""

    max_coupons: Fen
    most_by_person: Annotated[int, msgspec.Meta(ge=1, le=100)] = msgspec.field(
        name="max_coupons_per_user"
    )
    max_coupons_by_day: Fen = 0
    natural_person_limit: bool = False
    prevent_api_abuse: bool = False
    transferable: bool = False
    shareable: bool = False


class StockBody(msgspec.Struct, frozen=True, kw_only=True):
    """A stock as its merchant's program writes it."""

    stock_name: Annotated[str, msgspec.Meta(min_length=1, max_length=21)]
    belong_merchant: Mchid
    comment: Annotated[str, msgspec.Meta(max_length=20)] = ""
    goods_name: Annotated[str, msgspec.Meta(min_length=1, max_length=15)]
    stock_type: Annotated[str, msgspec.Meta(max_length=16)]
    coupon_use_rule: UseRule
    stock_send_rule: SendRule
    out_request_no: RequestNo
    custom_entrance: Some = {}
    display_pattern_info: Some = {}
    coupon_code_mode: Annotated[str, msgspec.Meta(max_length=32)]
    notify_config: Some = {}
    subsidy: bool = False


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What decides nothing here and is shown as it was written."""

    send: SendRule | None = None
    entrance: Some = {}
    pattern: Some = {}
    notify: Some = {}
    use: Some = {}
    """How and where it is used."""

    @classmethod
    def of(cls, stock: CouponStock) -> Kept:
        """What is kept of a stock."""
        return decode(stock.words.encode(), cls) if stock.words else cls()

    def to_text(self) -> str:
        """As a stock keeps it."""
        return encode(self).decode()


def facts_of(body: StockBody) -> dict[str, Any]:
    """What of a stock decides anything. Raises WireError `PARAM_ERROR`."""
    kind, mode = KINDS.get(body.stock_type), MODES.get(body.coupon_code_mode)
    if kind is None:
        raise bad("批次类型不存在", "stock_type")
    if mode is None:
        raise bad("券code模式不存在", "coupon_code_mode")
    use, send = body.coupon_use_rule, body.stock_send_rule
    worth = _worth(kind, use)
    times = use.coupon_available_time
    return {
        "request_no": body.out_request_no,
        "name": body.stock_name,
        "comment": body.comment,
        "goods_name": body.goods_name,
        "kind": kind,
        "amount_fen": worth.discount_amount or worth.exchange_price,
        "percent": worth.discount_percent,
        "minimum_fen": worth.transaction_minimum,
        "code_mode": mode,
        "max_count": send.max_coupons,
        "max_by_day": send.max_coupons_by_day,
        "max_by_person": send.most_by_person,
        "rule": _rule(times),
        "is_subsidised": body.subsidy,
        "begins_at": times.available_begin_time,
        "ends_at": times.available_end_time,
        "words": Kept(
            send=send,
            entrance=body.custom_entrance,
            pattern=body.display_pattern_info,
            notify=body.notify_config,
            use=pruned(
                {
                    "use_method": use.use_method,
                    "mini_programs_appid": use.mini_programs_appid,
                    "mini_programs_path": use.mini_programs_path,
                }
            ),
        ).to_text(),
    }


def _worth(kind: CouponKind, use: UseRule) -> Worth:
    worth = {
        CouponKind.NORMAL: use.fixed_normal_coupon,
        CouponKind.DISCOUNT: use.discount_coupon,
        CouponKind.EXCHANGE: use.exchange_coupon,
    }[kind]
    if worth is None:
        raise bad("批次类型与券面额不匹配", "coupon_use_rule")
    if kind is CouponKind.NORMAL and worth.discount_amount >= worth.transaction_minimum:
        raise bad("优惠金额必须小于使用门槛", "coupon_use_rule/fixed_normal_coupon")
    return worth


def _rule(times: CouponTime) -> CouponRule:
    week = times.available_week or Week()
    return CouponRule(
        days_after_sent=times.available_day_after_receive,
        wait_days=times.wait_days_after_receive,
        week_days=week.week_day,
        hours=[(one.begin_time, one.end_time) for one in week.available_day_time],
        spans=[
            Span(begins_at=one.begin_time, ends_at=one.end_time)
            for one in times.irregulary_avaliable_time
        ],
    )


async def show_stock(directory: Directory, stock: CouponStock) -> dict[str, Any]:
    """What a stock and a coupon of it have in common."""
    named = await directory.list_mchids([int(stock.belong_merchant_id)])
    kept = Kept.of(stock)
    return pruned(
        {
            "stock_id": f"{stock.stock_id:d}",
            "stock_name": stock.name,
            "belong_merchant": named[int(stock.belong_merchant_id)],
            "comment": stock.comment,
            "goods_name": stock.goods_name,
            "stock_type": _KIND_WORDS[stock.kind],
            "coupon_use_rule": {
                "coupon_available_time": _show_times(stock),
                **_show_worth(stock),
                **kept.use,
            },
            "custom_entrance": kept.entrance,
            "display_pattern_info": kept.pattern,
        }
    )


def show_mode(stock: CouponStock) -> str:
    """Where its codes come from."""
    return _MODE_WORDS[stock.code_mode]


def _show_worth(stock: CouponStock) -> dict[str, Any]:
    minimum = {"transaction_minimum": stock.minimum_fen}
    match stock.kind:
        case CouponKind.NORMAL:
            return {"fixed_normal_coupon": {"discount_amount": stock.amount_fen, **minimum}}
        case CouponKind.DISCOUNT:
            return {"discount_coupon": {"discount_percent": stock.percent, **minimum}}
        case CouponKind.EXCHANGE:
            return {"exchange_coupon": {"exchange_price": stock.amount_fen, **minimum}}


def _show_times(stock: CouponStock) -> dict[str, Any]:
    rule = stock.rule
    return {
        "available_begin_time": wire_time(stock.begins_at),
        "available_end_time": wire_time(stock.ends_at),
        "available_day_after_receive": rule.days_after_sent or None,
        "wait_days_after_receive": rule.wait_days or None,
        "available_week": {
            "week_day": rule.week_days,
            "available_day_time": [
                {"begin_time": one[0], "end_time": one[-1]} for one in rule.hours
            ],
        },
        "irregulary_avaliable_time": [
            {"begin_time": wire_time(one.begins_at), "end_time": wire_time(one.ends_at)}
            for one in rule.spans
        ],
    }


async def show_coupon(directory: Directory, coupon: HeldCoupon) -> dict[str, Any]:
    """A coupon in somebody's hands."""
    shown = await show_stock(directory, coupon.stock)
    kept = Kept.of(coupon.stock)
    return shown | pruned(
        {
            "coupon_code": coupon.code,
            "coupon_state": STATES[coupon.state],
            "transferable": bool(kept.send and kept.send.transferable),
            "shareable": bool(kept.send and kept.send.shareable),
            "available_start_time": wire_time(coupon.usable_from),
            "expire_time": wire_time(coupon.usable_until),
            "receive_time": wire_time(coupon.sent_at),
            "send_request_no": coupon.request_no,
            "use_request_no": coupon.use_request_no,
            "use_time": _maybe(coupon.used_at),
            "associate_out_trade_no": coupon.out_no,
            "deactivate_time": _maybe(coupon.deactivated_at),
            "display_pattern_info": kept.pattern,
        }
    )


def _maybe(at: datetime | None) -> str:
    return wire_time(at) if at is not None else ""
