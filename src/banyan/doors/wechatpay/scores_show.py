"""How orders that are paid later and mandates look on the wire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from banyan.doors.wechatpay.callers import Directory
from banyan.doors.wechatpay.endpoint import pruned, wire_time_v2
from banyan.pay.scores import Item, Mandate, MandateState, PaidBy, Risk, ScoreOrder, ScoreState

STATES = {
    ScoreState.CREATED: "CREATED",
    ScoreState.DOING: "DOING",
    ScoreState.DONE: "DONE",
    ScoreState.REVOKED: "REVOKED",
    ScoreState.EXPIRED: "EXPIRED",
}
AUTHORIZATIONS = {
    MandateState.ASKED: "UNAVAILABLE",
    MandateState.GIVEN: "AVAILABLE",
    MandateState.CLOSED: "UNBINDUSER",
}


async def show_order(directory: Directory, order: ScoreOrder) -> dict[str, Any]:
    """An order as programs ask for it and are told of it."""
    terms = order.terms
    return pruned(
        {
            **await name_order(directory, order),
            "service_introduction": terms.introduction,
            "state": STATES[order.state],
            "state_description": _stage(order),
            "post_payments": _show_items(terms.fees),
            "post_discounts": _show_items(terms.discounts),
            "risk_fund": _show_risk(terms.risk) if terms.risk else None,
            "time_range": {
                "start_time": terms.times.start,
                "start_time_remark": terms.times.start_note,
                "end_time": terms.times.end,
                "end_time_remark": terms.times.end_note,
            },
            "location": {
                "start_location": terms.location.start,
                "end_location": terms.location.end,
            },
            "attach": terms.attach,
            "notify_url": terms.notify_url,
            "openid": order.openid,
            **_show_money(order),
        }
    )


async def name_order(directory: Directory, order: ScoreOrder) -> dict[str, Any]:
    """What an order is called."""
    appids = await directory.list_appids([order.channel_id])
    return {
        "appid": appids[int(order.channel_id)],
        "mchid": await directory.find_mchid(order.merchant_id),
        "service_id": str(int(order.scheme_id)),
        "out_order_no": order.out_no,
        "order_id": str(int(order.order_id)),
    }


async def show_mandate(directory: Directory, mandate: Mandate) -> dict[str, Any]:
    """A mandate as programs ask for it."""
    appids = await directory.list_appids([mandate.channel_id])
    return pruned(
        {
            "appid": appids[int(mandate.channel_id)],
            "mchid": await directory.find_mchid(mandate.merchant_id),
            "service_id": str(int(mandate.scheme_id)),
            "openid": mandate.openid,
            "authorization_code": mandate.code,
            "authorization_state": AUTHORIZATIONS[mandate.state],
            "notify_url": mandate.notify_url,
            "authorization_success_time": _time(mandate.given_at),
            "cancel_authorization_time": _time(mandate.closed_at),
        }
    )


def _stage(order: ScoreOrder) -> str:
    if order.state is not ScoreState.DOING:
        return ""
    return "MCH_COMPLETE" if order.is_owed else "USER_CONFIRM"


def _show_items(items: Sequence[Item]) -> list[Mapping[str, Any]]:
    return [
        pruned(
            {
                "name": one.name,
                "amount": one.amount_fen,
                "description": one.note,
                "count": one.count,
            }
        )
        for one in items
    ]


def _show_risk(risk: Risk) -> dict[str, Any]:
    return {"name": risk.kind.value, "amount": risk.amount_fen, "description": risk.note}


def _show_money(order: ScoreOrder) -> dict[str, Any]:
    if order.completed_at is None:
        return {}
    shown: dict[str, Any] = {
        "total_amount": order.total_fen,
        "need_collection": order.total_fen > 0,
    }
    if not order.total_fen:
        return shown
    is_paid = order.paid_by is not PaidBy.NOBODY
    paid_fen = order.total_fen if is_paid else 0
    paid = {
        "seq": 1,
        "amount": order.total_fen,
        "paid_type": "NEWTON" if order.paid_by is PaidBy.BANYAN else "MCH",
        "paid_time": _time(order.paid_at),
        "transaction_id": order.transaction_no,
    }
    shown["collection"] = {
        "state": "USER_PAID" if is_paid else "USER_PAYING",
        "total_amount": order.total_fen,
        "paying_amount": order.total_fen - paid_fen,
        "paid_amount": paid_fen,
        "details": [pruned(paid)] if is_paid else [],
    }
    return shown


def _time(at: datetime | None) -> str:
    return wire_time_v2(at)
