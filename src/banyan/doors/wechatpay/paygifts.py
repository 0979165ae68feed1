"""Gifts for payments (`paygiftactivity`): whoever pays enough is given merchants' coupons."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec

from banyan.base.errors import Failure
from banyan.base.ids import Id
from banyan.base.json import decode, encode
from banyan.doors.wechatpay.endpoint import Call, endpoint, pruned, wire_time
from banyan.doors.wechatpay.errors import WireError, bad
from banyan.doors.wechatpay.marketing import Instant, Limit, Number, Offset, RequestNo, id_of
from banyan.pay.busifavors import CouponStockId, ReadCouponStock, read_coupon_stock
from banyan.pay.payees import Scope
from banyan.pay.paygifts import (
    Activity,
    ActivityId,
    AddPayees,
    CreateActivity,
    DeletePayees,
    ListActivities,
    ListActivityPayees,
    ReadActivity,
    TerminateActivity,
    add_payees,
    create_activity,
    delete_payees,
    list_activities,
    list_activity_payees,
    read_activity,
    terminate_activity,
)

_Text = Annotated[str, msgspec.Meta(max_length=1_024)]
_Mchids = Annotated[
    list[Annotated[str, msgspec.Meta(min_length=1, max_length=15)]], msgspec.Meta(max_length=500)
]
_Some = dict[str, Any]
_State = Literal["", "created", "ongoing", "terminated", "over"]
_STATES: dict[str, _State] = {
    "CREATE_ACT_STATUS": "created",
    "ONGOING_ACT_STATUS": "ongoing",
    "TERMINATE_ACT_STATUS": "terminated",
    "OVER_TIME_ACT_STATUS": "over",
}
_lasts = timedelta(days=90)
"""How long an activity goes on that names no end."""


class Base(msgspec.Struct, frozen=True, kw_only=True):
    """What an activity is called and looks like, and when it is."""

    activity_name: Annotated[str, msgspec.Meta(min_length=1, max_length=30)]
    activity_second_title: Annotated[str, msgspec.Meta(min_length=1, max_length=30)]
    merchant_logo_url: _Text
    background_color: Annotated[str, msgspec.Meta(max_length=16)]
    begin_time: Instant | None = None
    end_time: Instant | None = None
    available_periods: _Some | None = None
    out_request_no: RequestNo
    delivery_purpose: Annotated[str, msgspec.Meta(max_length=32)]
    mini_programs_appid: Annotated[str, msgspec.Meta(max_length=32)] = ""
    mini_programs_path: _Text = ""


class Award(msgspec.Struct, frozen=True, kw_only=True):
    """A stock of which coupons are given."""

    stock_id: Number
    original_image_url: _Text = ""
    thumbnail_url: _Text = ""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """For how much what is given."""

    award_type: Annotated[str, msgspec.Meta(max_length=32)]
    merchant_option: Annotated[str, msgspec.Meta(max_length=32)]
    transaction_amount_minimum: Annotated[int, msgspec.Meta(ge=1, le=10**10)]
    send_content: Annotated[str, msgspec.Meta(max_length=32)]
    award_list: Annotated[list[Award], msgspec.Meta(min_length=1, max_length=10)]
    merchant_id_list: _Mchids = []


class CreateBody(msgspec.Struct, frozen=True, kw_only=True):
    """An activity."""

    activity_base_info: Base
    award_send_rule: Rule
    advanced_setting: _Some | None = None


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What decides nothing here and is shown as it was written."""

    base: _Some
    rule: _Some


class ActivityBody(msgspec.Struct, frozen=True, kw_only=True):
    """Names an activity."""

    activity_id: Number


class PartBody(msgspec.Struct, frozen=True, kw_only=True):
    """A part of what belongs to an activity."""

    activity_id: Number
    offset: Offset = 0
    limit: Limit = 20


class ListBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which activities to list."""

    offset: Offset = 0
    limit: Limit = 20
    activity_name: Annotated[str, msgspec.Meta(max_length=30)] = ""
    activity_status: Annotated[str, msgspec.Meta(max_length=32)] = ""
    award_type: Annotated[str, msgspec.Meta(max_length=32)] = ""


class PayeesBody(msgspec.Struct, frozen=True, kw_only=True):
    """Merchants, payments to which are to count, or not."""

    activity_id: Number
    merchant_id_list: _Mchids = []
    add_request_no: Annotated[str, msgspec.Meta(max_length=128)] = ""
    delete_request_no: Annotated[str, msgspec.Meta(max_length=128)] = ""


@endpoint(
    "POST",
    "/v3/marketing/paygiftactivity/unique-threshold-activity",
    lacks="advanced_setting and available_periods",
)
async def create(call: Call, body: CreateBody) -> dict[str, Any]:
    """Give coupons to whoever pays enough."""
    base, rule = body.activity_base_info, body.award_send_rule
    if rule.award_type != "BUSIFAVOR":
        raise bad("奖品类型仅支持商家券BUSIFAVOR", "award_send_rule/award_type")
    if body.advanced_setting or base.available_periods:
        raise bad("不支持高级设置与可用时间段", "advanced_setting")
    stock_ids = [id_of(CouponStockId, one.stock_id) for one in rule.award_list]
    begin = base.begin_time or call.now
    command = call.command(
        CreateActivity,
        request_no=base.out_request_no,
        name=base.activity_name,
        words=encode(Kept(base=msgspec.to_builtins(base), rule=msgspec.to_builtins(rule))).decode(),
        minimum_fen=rule.transaction_amount_minimum,
        stock_ids=stock_ids,
        payee_ids=await _payees(call, rule, stock_ids),
        begins_at=begin,
        ends_at=base.end_time or begin + _lasts,
    )
    activity = await call.run(create_activity, command)
    return {
        "activity_id": f"{activity.activity_id:d}",
        "create_time": wire_time(activity.created_at),
    }


async def _payees(call: Call, rule: Rule, stock_ids: list[CouponStockId]) -> list[Id]:
    if rule.merchant_option == "MANUAL_INPUT_MERCHANT":
        found, invalid = await _bound(call, rule.merchant_id_list)
        if invalid or not found:
            raise bad("发券商户号不存在或未授权", "award_send_rule/merchant_id_list")
        return found
    if rule.merchant_option != "IN_SEVICE_COUPON_MERCHANT":
        raise bad("发券商户号选项不存在", "award_send_rule/merchant_option")
    merchant_ids = set()
    for stock_id in stock_ids:
        query = call.command(ReadCouponStock, stock_id=stock_id)
        merchant_ids.add(int((await call.run(read_coupon_stock, query)).belong_merchant_id))
    return [Id(one) for one in sorted(merchant_ids)]


async def _bound(call: Call, mchids: list[str]) -> tuple[list[Id], list[dict[str, str]]]:
    """The caller's own merchants among these, and why others are not."""
    found: list[Id] = []
    invalid: list[dict[str, str]] = []
    for mchid in dict.fromkeys(mchids):
        try:
            payee, _ = await call.act_for(mchid, Scope.FUNDS)
        except (Failure, WireError):
            invalid.append({"mchid": mchid, "invalid_reason": "商户号不存在或未授权"})
        else:
            found.append(Id(payee.merchant_id))
    return found, invalid


@endpoint("GET", "/v3/marketing/paygiftactivity/activities/{activity_id}")
async def detail(call: Call, body: ActivityBody) -> dict[str, Any]:
    """One activity."""
    return await _show(call, await _read(call, body.activity_id))


@endpoint("GET POST", "/v3/marketing/paygiftactivity/activities")
async def list_all(call: Call, body: ListBody) -> dict[str, Any]:
    """Activities, the newest first; a program in wide use asks by POST."""
    if body.activity_status and body.activity_status not in _STATES:
        raise bad("活动状态不存在", "activity_status")
    query = call.command(
        ListActivities,
        name=body.activity_name,
        state=_STATES.get(body.activity_status, ""),
        offset=body.offset,
        limit=body.limit,
    )
    found = await call.run(list_activities, query)
    return {
        "offset": body.offset,
        "limit": body.limit,
        "total_count": found.total_count,
        "data": [await _show(call, one) for one in found.items],
    }


@endpoint("GET", "/v3/marketing/paygiftactivity/activities/{activity_id}/merchants")
async def list_merchants(call: Call, body: PartBody) -> dict[str, Any]:
    """Whose payments count."""
    query = call.command(
        ListActivityPayees,
        activity_id=id_of(ActivityId, body.activity_id),
        offset=body.offset,
        limit=body.limit,
    )
    found = await call.run(list_activity_payees, query)
    named = await call.directory.list_mchids([one.payee_id for one in found.items])
    return {
        "offset": body.offset,
        "limit": body.limit,
        "total_count": found.total_count,
        "activity_id": body.activity_id,
        "data": [
            {
                "mchid": named[one.payee_id],
                "create_time": wire_time(one.added_at),
                "update_time": wire_time(one.added_at),
            }
            for one in found.items
        ],
    }


@endpoint("GET", "/v3/marketing/paygiftactivity/activities/{activity_id}/goods")
async def list_goods(call: Call, body: PartBody) -> dict[str, Any]:
    """The goods that count: no activity names any, all do."""
    await _read(call, body.activity_id)
    return {
        "offset": body.offset,
        "limit": body.limit,
        "total_count": 0,
        "activity_id": body.activity_id,
        "data": [],
    }


@endpoint("POST", "/v3/marketing/paygiftactivity/activities/{activity_id}/merchants/add")
async def add_merchants(call: Call, body: PayeesBody) -> dict[str, Any]:
    """Let payments to more merchants count."""
    found, invalid = await _bound(call, body.merchant_id_list)
    command = call.command(
        AddPayees, activity_id=id_of(ActivityId, body.activity_id), payee_ids=found
    )
    await call.run(add_payees, command)
    return {
        "activity_id": body.activity_id,
        "add_time": wire_time(call.now),
        "invalid_merchant_id_list": invalid,
    }


@endpoint("POST", "/v3/marketing/paygiftactivity/activities/{activity_id}/merchants/delete")
async def delete_merchants(call: Call, body: PayeesBody) -> dict[str, Any]:
    """Let payments to some merchants count no more."""
    found, _ = await _bound(call, body.merchant_id_list)
    command = call.command(
        DeletePayees, activity_id=id_of(ActivityId, body.activity_id), payee_ids=found
    )
    await call.run(delete_payees, command)
    return {"activity_id": body.activity_id, "delete_time": wire_time(call.now)}


@endpoint("POST", "/v3/marketing/paygiftactivity/activities/{activity_id}/terminate")
async def terminate(call: Call, body: ActivityBody) -> dict[str, Any]:
    """Give no more."""
    command = call.command(TerminateActivity, activity_id=id_of(ActivityId, body.activity_id))
    ended = await call.run(terminate_activity, command)
    return {"activity_id": body.activity_id, "terminate_time": wire_time(ended.terminated_at)}


async def _read(call: Call, number: str) -> Activity:
    query = call.command(ReadActivity, activity_id=id_of(ActivityId, number))
    return await call.run(read_activity, query)


async def _show(call: Call, one: Activity) -> dict[str, Any]:
    named = await call.directory.list_mchids([int(one.merchant_id)])
    kept = decode(one.words.encode(), Kept)
    return pruned(
        {
            "activity_id": f"{one.activity_id:d}",
            "activity_type": "FULL_SEND_ACT_TYPE",
            "activity_status": _state(one, call.now),
            "creator_merchant_id": named[int(one.merchant_id)],
            "belong_merchant_id": named[int(one.merchant_id)],
            "create_time": wire_time(one.created_at),
            "update_time": wire_time(one.terminated_at or one.created_at),
            "activity_base_info": {
                **kept.base,
                "begin_time": wire_time(one.begins_at),
                "end_time": wire_time(one.ends_at),
            },
            "award_send_rule": {"full_send_rule": kept.rule},
        }
    )


def _state(one: Activity, now: datetime) -> str:
    if one.terminated_at is not None:
        return "TERMINATE_ACT_STATUS"
    if now >= one.ends_at:
        return "OVER_TIME_ACT_STATUS"
    return "ONGOING_ACT_STATUS" if now >= one.begins_at else "CREATE_ACT_STATUS"
