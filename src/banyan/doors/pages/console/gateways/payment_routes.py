"""Payments through providers: lists them, shows one with what went back, and asks again."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.base.errors import Failure, NotFound
from banyan.books.actor import Permission
from banyan.commerce.desks import refund_taking
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.gateways import names
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.pay.gateways import (
    DESK,
    AttemptId,
    AttemptState,
    GatewayKind,
    GatewayRefundId,
    ask_again,
    list_attempts,
    list_troubles,
    read_attempt,
    retry_refund,
    settle_refund_by_hand,
)

_home = "/console/provider-payments"
_one = f"{_home}/{{attempt_id}}"
_filters = ("kind", "state")


@at_desk(Permission.FINANCE_READ)
async def show_payments(desk: Desk) -> Answer:
    """The payments that were begun through providers, the latest first."""
    query = desk.ask.query
    kind, state = query.text("kind"), query.text("state")
    page = await desk.run(
        list_attempts,
        kind=kind if kind in tuple(GatewayKind) else None,
        state=state if state in tuple(AttemptState) else None,
        cursor=query.text("cursor") or None,
    )
    return await desk.page(
        "gateways/payments.html",
        payments=page.items,
        troubles=(await desk.run(list_troubles)).items,
        names=names,
        provider_troubles=names.TROUBLES,
        pager=desk.pager(_filters, page.next_cursor),
    )


@at_desk(Permission.FINANCE_READ)
async def show_payment(desk: Desk) -> Answer:
    """Everything about one payment."""
    return await _show(desk, {})


@at_desk(Permission.FINANCE_WRITE)
async def ask(desk: Desk) -> Answer:
    """Have the provider asked."""
    attempt_id = desk.ask.id("attempt_id", AttemptId)
    back = f"{_home}/{attempt_id:d}"
    said = mark("The provider is being asked.")
    return await desk.act(ask_again, back, said, attempt_id=attempt_id)


@at_desk(Permission.FINANCE_WRITE)
async def retry(desk: Desk) -> Answer:
    """Have the provider asked once more to give money back."""
    refund_id = desk.ask.id("refund_id", GatewayRefundId)
    return await desk.act(
        retry_refund, _back(desk), mark("The provider is being asked."), refund_id=refund_id
    )


@at_desk(Permission.FINANCE_WRITE)
async def settle(desk: Desk) -> Answer:
    """Note that money was given back in another way."""
    refund_id = desk.ask.id("refund_id", GatewayRefundId)
    try:
        note = desk.ask.form.text("note")
        await desk.run(settle_refund_by_hand, refund_id=refund_id, note=note)
    except Failure as failure:
        errors = desk.mistakes(failure, {"gateways.note_missing": "note"})
        return await _show(desk, errors, status=422)
    return desk.ask.go(_back(desk), mark("Noted."))


@at_desk(Permission.ORDERS_REFUND)
async def give_back(desk: Desk) -> Answer:
    """Give back what was paid at a cash desk."""
    attempt_id = desk.ask.id("attempt_id", AttemptId)
    found = await desk.run(read_attempt, attempt_id=attempt_id)
    if found.attempt.subject != DESK:
        raise NotFound("desks.taking_not_found")
    try:
        await desk.run(
            refund_taking,
            charge_id=str(int(found.attempt.subject_id)),
            amount_fen=desk.money("amount"),
            reason=desk.ask.form.text("reason"),
        )
    except NotFound:
        raise
    except Failure as failure:
        errors = desk.mistakes(failure, {"desks.refund_too_large": "amount"})
        named = {"amount" if name == "amount_fen" else name: one for name, one in errors.items()}
        return await _show(desk, named, status=422)
    return desk.ask.go(_back(desk), mark("The provider is being asked."))


def _back(desk: Desk) -> str:
    return f"{_home}/{desk.ask.id('attempt_id', AttemptId):d}"


async def _show(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    attempt_id = desk.ask.id("attempt_id", AttemptId)
    found = await desk.run(read_attempt, attempt_id=attempt_id)
    return await desk.page(
        "gateways/payment.html",
        status=status,
        payment=found.attempt,
        refunds=found.refunds,
        names=names,
        errors=errors,
    )


ROUTES = (
    PageRoute("GET", _home, show_payments),
    PageRoute("GET", _one, show_payment),
    PageRoute("POST", f"{_one}/ask", ask),
    PageRoute("POST", f"{_one}/refunds", give_back),
    PageRoute("POST", f"{_one}/refunds/{{refund_id}}/retry", retry),
    PageRoute("POST", f"{_one}/refunds/{{refund_id}}/by-hand", settle),
)
