"""Guides: those of a shop's people who look after its customers ("smart guide")."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from banyan.doors.wechatpay.endpoint import Call, endpoint
from banyan.pay.guides import (
    AddGuide,
    AssignCharge,
    ChangeGuide,
    ListGuides,
    add_guide,
    assign_charge,
    change_guide,
    list_guides,
)
from banyan.pay.payees import Scope

_guides = "/v3/smartguide/guides"

Word = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Text = Annotated[str, msgspec.Meta(max_length=1_024)]
Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class RegisterBody(msgspec.Struct, frozen=True, kw_only=True):
    """One more guide; name and number are hidden."""

    sub_mchid: Text = ""
    corpid: Word
    store_id: Number
    userid: Word
    name: Text
    mobile: Text
    qr_code: Text
    avatar: Text
    group_qrcode: Text = ""


class QueryBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which guides."""

    sub_mchid: Text = ""
    store_id: Number
    userid: Text = ""
    mobile: Text = ""
    work_id: Text = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=10)] = 10
    offset: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0


class UpdateBody(msgspec.Struct, frozen=True, kw_only=True):
    """What is otherwise from now on; what is left out stays."""

    guide_id: Word
    sub_mchid: Text = ""
    name: Text = ""
    mobile: Text = ""
    qr_code: Text = ""
    avatar: Text = ""
    group_qrcode: Text = ""


class AssignBody(msgspec.Struct, frozen=True, kw_only=True):
    """Whose charge it is."""

    guide_id: Word
    sub_mchid: Text = ""
    out_trade_no: Word


@endpoint("POST", _guides)
async def register(call: Call, body: RegisterBody) -> dict[str, Any]:
    """Have one more guide."""
    payee, own = await call.act_for(body.sub_mchid or call.payee.mchid, Scope.PAY)
    command = call.command(
        AddGuide,
        merchant_id=payee.merchant_id,
        store_id=str(body.store_id),
        corp_no=body.corpid,
        staff_no=body.userid,
        name=call.decrypt(body.name, "name"),
        phone=call.decrypt(body.mobile, "mobile"),
        code_url=body.qr_code,
        avatar_url=body.avatar,
        group_url=body.group_qrcode,
    )
    return {"guide_id": str(int((await own.run(add_guide, command)).guide_id))}


@endpoint("GET", _guides)
async def query(call: Call, body: QueryBody) -> dict[str, Any]:
    """Guides of a store."""
    payee, own = await call.act_for(body.sub_mchid or call.payee.mchid, Scope.PAY)
    command = call.command(
        ListGuides,
        merchant_id=payee.merchant_id,
        store_id=str(body.store_id),
        staff_no=body.userid,
        phone=call.decrypt(body.mobile, "mobile"),
        work_no=body.work_id,
        offset=body.offset,
        limit=body.limit,
    )
    found = await own.run(list_guides, command)
    return {
        "data": [
            {
                "guide_id": str(int(one.guide.guide_id)),
                "store_id": int(one.guide.store_id),
                "name": call.encrypt(one.guide.name),
                "mobile": call.encrypt(one.guide.phone),
                "userid": one.guide.staff_no,
                "work_id": one.guide.work_no,
            }
            for one in found.items
        ],
        "total_count": found.total,
        "limit": body.limit,
        "offset": body.offset,
    }


@endpoint("PATCH", f"{_guides}/{{guide_id}}")
async def update(call: Call, body: UpdateBody) -> None:
    """Change what is known of a guide."""
    payee, own = await call.act_for(body.sub_mchid or call.payee.mchid, Scope.PAY)
    said = {
        "name": call.decrypt(body.name, "name"),
        "phone": call.decrypt(body.mobile, "mobile"),
        "code_url": body.qr_code,
        "avatar_url": body.avatar,
        "group_url": body.group_qrcode,
    }
    command = call.command(
        ChangeGuide,
        merchant_id=payee.merchant_id,
        guide_id=body.guide_id,
        **{name: value for name, value in said.items() if value},
    )
    await own.run(change_guide, command)


@endpoint("POST", f"{_guides}/{{guide_id}}/assign")
async def assign(call: Call, body: AssignBody) -> None:
    """Say whose charge it is."""
    payee, own = await call.act_for(body.sub_mchid or call.payee.mchid, Scope.PAY)
    provider_id = 0 if payee is call.payee else call.payee.merchant_id
    command = call.command(
        AssignCharge,
        merchant_id=payee.merchant_id,
        provider_id=str(int(provider_id)),
        guide_id=body.guide_id,
        out_no=body.out_trade_no,
    )
    await own.run(assign_charge, command)
