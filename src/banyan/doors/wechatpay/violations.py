"""Notices of violations: servers hear what the merchants they speak for may be paid no more."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from banyan.doors.wechatpay.callers import Directory
from banyan.doors.wechatpay.endpoint import Call, endpoint, wire_time
from banyan.doors.wechatpay.notices import Told, renders
from banyan.pay.notifications import Telling
from banyan.pay.risk import (
    VIOLATION,
    ChangeNoticeAddress,
    DropNoticeAddress,
    Limit,
    NameNoticeAddress,
    ReadNoticeAddress,
    Violation,
    change_notice_address,
    drop_notice_address,
    name_notice_address,
    read_notice_address,
)
from banyan.wire.wechatpay import write_yuan

_path = "/v3/merchant-risk-manage/violation-notifications"


class AddressBody(msgspec.Struct, frozen=True, kw_only=True):
    """Where a server is told."""

    notify_url: Annotated[str, msgspec.Meta(max_length=256)]


@endpoint("POST", _path)
async def name_server(call: Call, body: AddressBody) -> dict[str, Any]:
    """Have a server told of the caller's violations, and of those for whom it acts."""
    command = call.command(NameNoticeAddress, url=body.notify_url)
    return {"notify_url": (await call.run(name_notice_address, command)).url}


@endpoint("GET", _path)
async def read_server(call: Call) -> dict[str, Any]:
    """Where it is told."""
    return {
        "notify_url": (await call.run(read_notice_address, call.command(ReadNoticeAddress))).url
    }


@endpoint("PUT", _path)
async def change_server(call: Call, body: AddressBody) -> dict[str, Any]:
    """Have another server told."""
    command = call.command(ChangeNoticeAddress, url=body.notify_url)
    return {"notify_url": (await call.run(change_notice_address, command)).url}


@endpoint("DELETE", _path)
async def drop_server(call: Call) -> None:
    """Have no server told."""
    await call.run(drop_notice_address, call.command(DropNoticeAddress))


@renders(VIOLATION)
async def tell_violation(directory: Directory, telling: Telling, told: Violation) -> Told:
    """A merchant may be paid nothing or only so much, or again as all others."""
    del telling
    limit = told.limit
    plan = "解除收款限制" if told.is_over else _plan(limit)
    return Told(
        event_type="VIOLATION.APPEAL" if told.is_over else "VIOLATION.PUNISH",
        original_type="violation",
        summary="商户处罚解除通知" if told.is_over else "商户平台处罚通知",
        resource={
            "sub_mchid": await directory.find_mchid(int(limit.merchant_id)),
            "company_name": told.merchant_name,
            "record_id": f"{told.violation_id:d}",
            "punish_plan": plan,
            "punish_time": wire_time(told.at),
            "punish_description": plan,
            "risk_type": "OTHERS",
            "risk_description": limit.reason,
        },
    )


def _plan(limit: Limit) -> str:
    if limit.is_blocked:
        return "关闭支付权限"
    bounds = (("单笔", limit.payment_max_fen), ("单日", limit.day_max_fen))
    said = [f"{word}不超过{write_yuan(fen)}元" for word, fen in bounds if fen is not None]
    return f"限制收款额度：{'，'.join(said)}"
