"""Services paid for later: offered, changed; their orders listed, collected, taken back."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console import paid_words
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.pay.scores import (
    OrderFilter,
    SchemeId,
    change_scheme,
    collect_order,
    list_schemes,
    list_score_orders,
    open_scheme,
    revoke_order,
)

_home = "/console/pay-later"


@at_desk(Permission.ORDERS_READ)
async def show_all(desk: Desk) -> Answer:
    """The services, and what people used."""
    return await _show(desk, {})


@at_desk(Permission.MERCHANT_WRITE)
async def offer(desk: Desk) -> Answer:
    """Offer one more service."""
    try:
        await desk.run(
            open_scheme,
            name=desk.ask.form.text("name"),
            risk_max_fen=desk.money("risk_max_fen"),
        )
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure), status=422)
    return desk.ask.go(_home, mark("The service is offered."))


@at_desk(Permission.MERCHANT_WRITE)
async def switch(desk: Desk) -> Answer:
    """Close a service, or offer it again."""
    form = desk.ask.form
    return await desk.act(
        change_scheme,
        _home,
        mark("Saved."),
        scheme_id=desk.ask.id("scheme_id", SchemeId),
        name=form.text("name"),
        risk_max_fen=form.text("risk_max_fen"),
        is_open=form.flag("is_open"),
    )


@at_desk(Permission.ORDERS_TAKE)
async def collect(desk: Desk) -> Answer:
    """Ask again for what is owed."""
    return await desk.act(
        collect_order,
        f"{_home}?show=owed",
        mark("The wallet was asked. See the state."),
        scheme_id=desk.ask.id("scheme_id", SchemeId),
        out_no=desk.ask.form.text("out_no"),
    )


@at_desk(Permission.ORDERS_TAKE)
async def revoke(desk: Desk) -> Answer:
    """Take an order back."""
    return await desk.act(
        revoke_order,
        _home,
        mark("The order was taken back."),
        scheme_id=desk.ask.id("scheme_id", SchemeId),
        out_no=desk.ask.form.text("out_no"),
        why=desk.ask.words(mark("Taken back at the console")),
    )


async def _show(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    chosen = desk.ask.query.text("show")
    schemes = (await desk.run(list_schemes)).items
    page = await desk.run(
        list_score_orders,
        show=chosen if chosen in tuple(OrderFilter) else None,
        cursor=desk.ask.query.text("cursor") or None,
    )
    return await desk.page(
        "later/page.html",
        words=paid_words,
        status=status,
        schemes=schemes,
        scheme_names={int(one.scheme_id): one.name for one in schemes},
        orders=page.items,
        pager=desk.pager(("show",), page.next_cursor),
        errors=errors,
    )


ROUTES = (
    PageRoute("GET", _home, show_all),
    PageRoute("POST", _home, offer),
    PageRoute("POST", f"{_home}/{{scheme_id}}", switch),
    PageRoute("POST", f"{_home}/{{scheme_id}}/collect", collect),
    PageRoute("POST", f"{_home}/{{scheme_id}}/revoke", revoke),
)
