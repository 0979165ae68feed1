"""Points that malls give for payments ("business circle")."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from banyan.doors.wechatpay.endpoint import Call, endpoint, pruned, wire_time
from banyan.doors.wechatpay.errors import bad
from banyan.pay.charges import charge_id_of
from banyan.pay.circles import FindCircleMember, GivePoints, find_circle_member, give_points
from banyan.pay.payees import Scope

_base = "/v3/businesscircle"

Word = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Points = Annotated[int, msgspec.Meta(ge=0, le=10**9)]


class PointsBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which points somebody got."""

    sub_mchid: Annotated[str, msgspec.Meta(max_length=32)] = ""
    transaction_id: Word
    appid: Word
    openid: Word
    earn_points: bool
    increased_points: Points
    points_update_time: Word
    no_points_remarks: Annotated[str, msgspec.Meta(max_length=128)] = ""
    total_points: Points | None = None


class PersonBody(msgspec.Struct, frozen=True, kw_only=True):
    """Who."""

    sub_mchid: Annotated[str, msgspec.Meta(max_length=32)] = ""
    openid: Word
    appid: Word


@endpoint("POST", f"{_base}/points/notify", lacks="payments to shops that the mall does not own")
async def note_points(call: Call, body: PointsBody) -> None:
    """Note which points somebody got for what they paid."""
    payee, own = await call.act_for(body.sub_mchid or call.payee.mchid, Scope.PAY)
    await call.read_channel(body.appid)
    person_id = await call.find_person(body.appid, body.openid, "")
    charge_id = charge_id_of(body.transaction_id)
    if not charge_id:
        raise bad("微信支付订单号格式错误", "transaction_id")
    command = call.command(
        GivePoints,
        merchant_id=payee.merchant_id,
        charge_id=charge_id,
        person_id=str(int(person_id)),
        is_earned=body.earn_points,
        points=body.increased_points,
        total_points=body.total_points,
        remark=body.no_points_remarks,
    )
    await own.run(give_points, command)


@endpoint("GET", f"{_base}/user-authorizations/{{openid}}")
async def find_authorization(call: Call, body: PersonBody) -> dict[str, Any]:
    """Whether somebody wants points."""
    payee, own = await call.act_for(body.sub_mchid or call.payee.mchid, Scope.PAY)
    await call.read_channel(body.appid)
    person_id = await call.find_person(body.appid, body.openid, "")
    reading = call.command(
        FindCircleMember, merchant_id=payee.merchant_id, person_id=str(int(person_id))
    )
    member = (await own.run(find_circle_member, reading)).member
    if member is None:
        return {"openid": body.openid, "authorize_state": "UNAUTHORIZED"}
    return pruned(
        {
            "openid": body.openid,
            "authorize_state": "AUTHORIZED" if member.is_in else "DEAUTHORIZED",
            "authorize_time": wire_time(member.joined_at),
            "deauthorize_time": wire_time(member.left_at),
        }
    )
