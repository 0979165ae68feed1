"""Use first, pay later: service orders and the people who agree to them ("pay score")."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from banyan.doors.wechatpay.callers import Directory
from banyan.doors.wechatpay.endpoint import Call, china, endpoint
from banyan.doors.wechatpay.errors import bad
from banyan.doors.wechatpay.notices import Told, renders
from banyan.doors.wechatpay.scores_bodies import (
    ByCodeBody,
    ByOpenidBody,
    CancelBody,
    CompleteBody,
    CreateBody,
    DirectBody,
    EndByCodeBody,
    EndByOpenidBody,
    ModifyBody,
    NamedBody,
    PermissionBody,
    QueryBody,
    SyncBody,
)
from banyan.doors.wechatpay.scores_show import name_order, show_mandate, show_order
from banyan.pay.notifications import Telling
from banyan.pay.scores import (
    AskMandate,
    BeginCompleted,
    BeginOrder,
    CollectOrder,
    CompleteOrder,
    EndMandate,
    FindMandate,
    FindStanding,
    LowerOrder,
    Mandate,
    MandateState,
    NotePaidElsewhere,
    ReadScoreOrder,
    RevokeOrder,
    ScoreOrder,
    ask_mandate,
    begin_completed,
    begin_order,
    collect_order,
    complete_order,
    end_mandate,
    find_mandate,
    find_standing,
    lower_order,
    note_paid_elsewhere,
    read_score_order,
    revoke_order,
)

_orders = "/v3/payscore/serviceorder"
_order = f"{_orders}/{{out_order_no}}"
_permissions = "/v3/payscore/permissions"
_digits_of_a_second = 14


@endpoint("POST", _orders, lacks="devices")
async def create(call: Call, body: CreateBody) -> dict[str, Any]:
    """Begin an order; `package` opens it on the phone of whoever is to agree."""
    channel = await call.read_channel(body.appid)
    person: dict[str, Any] = {}
    if not body.is_asked:
        if not body.openid:
            raise bad("免确认订单必须填写openid", "openid")
        person_id = await _find_person(call, body.appid, body.openid)
        person = {"person_id": person_id, "openid": body.openid}
    terms = {
        **_terms(body),
        "fees": [one.own for one in body.post_payments],
        "discounts": [one.own for one in body.post_discounts],
        "risk": {
            "kind": body.risk_fund.name,
            "amount_fen": body.risk_fund.amount,
            "note": body.risk_fund.description,
        },
    }
    command = call.command(
        BeginOrder, **body.own, channel_id=channel.channel_id, terms=terms, **person
    )
    order = await call.run(begin_order, command)
    return {**await show_order(call.directory, order), "package": order.token}


@endpoint("GET", _orders)
async def query(call: Call, body: QueryBody) -> dict[str, Any]:
    """An order, by one of its two numbers."""
    await call.read_channel(body.appid)
    reading = call.command(
        ReadScoreOrder,
        scheme_id=body.service_id,
        out_no=body.out_order_no,
        token=body.query_id,
    )
    return await show_order(call.directory, await call.run(read_score_order, reading))


@endpoint("POST", f"{_order}/cancel")
async def cancel(call: Call, body: CancelBody) -> dict[str, Any]:
    """Take an order back."""
    await call.read_channel(body.appid)
    command = call.command(RevokeOrder, **body.own, why=body.reason)
    return await name_order(call.directory, await call.run(revoke_order, command))


@endpoint("POST", f"{_order}/modify", lacks="devices")
async def modify(call: Call, body: ModifyBody) -> dict[str, Any]:
    """Ask for less."""
    await call.read_channel(body.appid)
    command = call.command(LowerOrder, **body.bill, why=body.reason)
    return await show_order(call.directory, await call.run(lower_order, command))


@endpoint("POST", f"{_order}/complete", lacks="devices")
async def complete(call: Call, body: CompleteBody) -> dict[str, Any]:
    """Say what it costs, and begin to collect."""
    await call.read_channel(body.appid)
    command = call.command(
        CompleteOrder,
        **body.bill,
        times=body.time_range.own,
        location=body.location.own,
        is_shared=body.profit_sharing,
        goods_tag=body.goods_tag,
    )
    return await show_order(call.directory, await call.run(complete_order, command))


@endpoint("POST", f"{_order}/pay")
async def pay(call: Call, body: NamedBody) -> dict[str, Any]:
    """Ask again for what is owed."""
    await call.read_channel(body.appid)
    command = call.command(CollectOrder, **body.own)
    return await name_order(call.directory, await call.run(collect_order, command))


@endpoint("POST", f"{_order}/sync")
async def sync(call: Call, body: SyncBody) -> dict[str, Any]:
    """Hear that it was paid elsewhere."""
    await call.read_channel(body.appid)
    if body.type != "Order_Paid":
        raise bad("type只支持Order_Paid", "type")
    paid_at = _instant(body.detail.paid_time, "detail/paid_time")
    command = call.command(NotePaidElsewhere, **body.own, paid_at=paid_at)
    return await show_order(call.directory, await call.run(note_paid_elsewhere, command))


async def _complete_directly(call: Call, body: DirectBody) -> dict[str, Any]:
    """Begin an order and complete it at once, of somebody who gave a mandate."""
    channel = await call.read_channel(body.appid)
    person_id = await _find_person(call, body.appid, body.openid)
    bill = body.bill
    terms = {
        **_terms(body),
        "fees": bill.pop("fees"),
        "discounts": bill.pop("discounts"),
        "goods_tag": body.goods_tag,
    }
    command = call.command(
        BeginCompleted,
        **bill,
        channel_id=channel.channel_id,
        terms=terms,
        is_shared=body.profit_sharing,
        person_id=person_id,
        openid=body.openid,
    )
    return await show_order(call.directory, await call.run(begin_completed, command))


complete_directly = endpoint("POST", f"{_orders}/direct-complete")(_complete_directly)
complete_directly_unversioned = endpoint("POST", _orders.removeprefix("/v3") + "/direct-complete")(
    _complete_directly
)
"""One of the SDKs forgets the version."""


@endpoint("POST", _permissions)
async def ask_permission(call: Call, body: PermissionBody) -> dict[str, Any]:
    """Have a page on which somebody may give a mandate."""
    channel = await call.read_channel(body.appid)
    command = call.command(
        AskMandate,
        scheme_id=body.service_id,
        channel_id=channel.channel_id,
        code=body.authorization_code,
        notify_url=body.notify_url,
    )
    return {"apply_permissions_token": (await call.run(ask_mandate, command)).token}


@endpoint("GET", f"{_permissions}/authorization-code/{{authorization_code}}")
async def permission_by_code(call: Call, body: ByCodeBody) -> dict[str, Any]:
    """A mandate."""
    reading = call.command(FindMandate, scheme_id=body.service_id, code=body.authorization_code)
    return await show_mandate(call.directory, await call.run(find_mandate, reading))


@endpoint("GET", f"{_permissions}/openid/{{openid}}")
async def permission_by_openid(call: Call, body: ByOpenidBody) -> dict[str, Any]:
    """The mandate of a person."""
    reading = await _of_person(call, FindMandate, body)
    return await show_mandate(call.directory, await call.run(find_mandate, reading))


@endpoint("POST", f"{_permissions}/authorization-code/{{authorization_code}}/terminate")
async def end_by_code(call: Call, body: EndByCodeBody) -> None:
    """End a mandate."""
    command = call.command(
        EndMandate, scheme_id=body.service_id, code=body.authorization_code, why=body.reason
    )
    await call.run(end_mandate, command)


@endpoint("POST", f"{_permissions}/openid/{{openid}}/terminate")
async def end_by_openid(call: Call, body: EndByOpenidBody) -> None:
    """End the mandate of a person."""
    await call.run(end_mandate, await _of_person(call, EndMandate, body, why=body.reason))


@endpoint("GET", "/v3/payscore/user-service-state")
async def find_state(call: Call, body: ByOpenidBody) -> dict[str, Any]:
    """Whether a person may use first and pay later."""
    standing = await call.run(find_standing, await _of_person(call, FindStanding, body))
    return {
        "appid": body.appid,
        "service_id": body.service_id,
        "openid": body.openid,
        "use_service_state": "AVAILABLE" if standing.may_use else "UNAVAILABLE",
    }


@renders("scores.confirmed")
async def tell_confirmed(directory: Directory, telling: Telling, order: ScoreOrder) -> Told:
    """Somebody agreed to an order."""
    del telling
    return await _tell(directory, order, "PAYSCORE.USER_CONFIRM", "用户确认成功")


@renders("scores.paid")
async def tell_paid(directory: Directory, telling: Telling, order: ScoreOrder) -> Told:
    """Somebody paid an order."""
    del telling
    return await _tell(directory, order, "PAYSCORE.USER_PAID", "用户支付成功")


@renders("scores.mandate_given")
async def tell_given(directory: Directory, telling: Telling, mandate: Mandate) -> Told:
    """Somebody gave a mandate."""
    del telling
    return await _tell_mandate(directory, mandate)


@renders("scores.mandate_closed")
async def tell_closed(directory: Directory, telling: Telling, mandate: Mandate) -> Told:
    """A mandate holds no more."""
    del telling
    return await _tell_mandate(directory, mandate)


async def _tell(directory: Directory, order: ScoreOrder, event: str, summary: str) -> Told:
    return Told(
        event_type=event,
        original_type="payscore",
        summary=summary,
        resource=await show_order(directory, order),
    )


async def _tell_mandate(directory: Directory, mandate: Mandate) -> Told:
    shown = await show_mandate(directory, mandate)
    is_open = mandate.state is MandateState.GIVEN
    status = "USER_OPEN_SERVICE" if is_open else "USER_CLOSE_SERVICE"
    name = "authorization_success_time" if is_open else "cancel_authorization_time"
    said = {
        key: shown[key] for key in ("appid", "mchid", "service_id", "openid", "authorization_code")
    }
    return Told(
        event_type=f"PAYSCORE.{status}",
        original_type="payscore",
        summary="签约成功" if is_open else "解约成功",
        resource={**said, "user_service_status": status, "openorclose_time": shown[name]},
    )


def _terms(body: CreateBody | DirectBody) -> dict[str, Any]:
    return {
        "introduction": body.service_introduction,
        "times": body.time_range.own,
        "location": body.location.own,
        "attach": body.attach,
        "notify_url": body.notify_url,
    }


async def _of_person(
    call: Call, kind: type[msgspec.Struct], body: ByOpenidBody, **more: object
) -> Any:  # noqa: ANN401 - a command of the kind that is asked for
    await call.read_channel(body.appid)
    person_id = await _find_person(call, body.appid, body.openid)
    return call.command(kind, scheme_id=body.service_id, person_id=person_id, **more)


async def _find_person(call: Call, appid: str, openid: str) -> str:
    return str(int(await call.find_person(appid, openid, "")))


def _instant(text: str, field: str) -> datetime:
    if len(text) == _digits_of_a_second and text.isascii() and text.isdigit():
        try:
            return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=china)
        except ValueError:
            pass
    raise bad("时间格式应为yyyyMMddHHmmss", field)
