"""Lists a merchant's stocks of vouchers, writes them, starts and stops them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.ask import new_key
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.vouchers import gift_routes
from banyan.doors.pages.console.vouchers.days import find_day_start
from banyan.doors.pages.forms import Mistake, Wrong
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import Chart, Series, mark
from banyan.pay.busifavors import list_coupon_stocks
from banyan.pay.paygifts import Activity, list_activities
from banyan.pay.vouchers import (
    StockId,
    StockState,
    create_stock,
    list_stocks,
    pause_stock,
    read_stock,
    restart_stock,
    start_stock,
    stop_stock,
)

_HOME = "/console/vouchers"
_shown = 50
_places = {
    "vouchers.window_empty": "ends_on",
    "vouchers.window_past": "ends_on",
    "vouchers.window_too_long": "ends_on",
    "vouchers.window_too_far": "begins_on",
}
_fields = {
    "amount_fen": "amount",
    "minimum_fen": "minimum",
    "begins_at": "begins_on",
    "ends_at": "ends_on",
}


@at_desk(Permission.COUPONS_READ)
async def show_stocks(desk: Desk) -> Answer:
    """Stocks of vouchers with what became of them, and those of the merchant's own program."""
    page = max(desk.ask.query.number("page", 0), 0)
    found = await desk.run(list_stocks, offset=str(page * _shown), limit=str(_shown))
    own = await desk.run(list_coupon_stocks, limit=str(_shown))
    gifts = await desk.run(list_activities, limit=str(_shown))
    now = desk.ask.house.now()
    return await desk.page(
        "vouchers/page.html",
        reports=found.items,
        own=own if not page else [],
        may_give=bool(gift_routes.list_givable(own, now)),
        gifts=[] if page else [(one, _find_state(one, now)) for one in gifts.items],
        previous=f"{_HOME}?page={page - 1}" if page else "",
        following=f"{_HOME}?page={page + 1}" if found.total_count > (page + 1) * _shown else "",
    )


def _find_state(activity: Activity, now: datetime) -> tuple[str, str, bool]:
    """How far an activity has come, in which colour, and whether it may be ended."""
    if activity.terminated_at is not None:
        return mark("Stopped"), "neutral", False
    if now >= activity.ends_at:
        return mark("Over"), "neutral", False
    if now < activity.begins_at:
        return mark("Begins later"), "info", True
    return mark("Running"), "success", True


@at_desk(Permission.COUPONS_WRITE)
async def show_new(desk: Desk) -> Answer:
    """An empty stock."""
    return await _show_new(desk, {})


@at_desk(Permission.COUPONS_WRITE)
async def write(desk: Desk) -> Answer:
    """Write a stock; it is started by itself on its own page."""
    form = desk.ask.form
    try:
        _check_worth(desk)
        stock = await desk.run(
            create_stock,
            request_no=f"console-{form.key or new_key()}",
            name=form.text("name"),
            description=form.text("description"),
            is_cash=form.text("funding") != "given_up",
            amount_fen=desk.money("amount"),
            minimum_fen=desk.money("minimum"),
            max_count=form.text("max_count"),
            max_by_person=form.text("max_by_person") or "1",
            rule={"merchant_ids": [str(int(desk.merchant_id))]},
            begins_at=find_day_start(desk, "begins_on", 0),
            ends_at=find_day_start(desk, "ends_on", 1),
        )
    except Failure as failure:
        errors = desk.mistakes(failure, _places)
        named = {_fields.get(name, name): text for name, text in errors.items()}
        return await _show_new(desk, named, status=422)
    return desk.ask.go(f"{_HOME}/{stock.stock_id:d}", mark("The vouchers are written."))


def _check_worth(desk: Desk) -> None:
    """Raise Wrong unless something is left to pay: the wire asks for no such thing."""
    amount, minimum = desk.money("amount"), desk.money("minimum")
    if isinstance(amount, int) and isinstance(minimum, int) and 0 < minimum <= amount:
        raise Wrong({"minimum_fen": Mistake(mark("More than what comes off"))})


async def _show_new(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    fundings = [
        ("cash", desk.ask.words(mark("From the purse: set aside when it starts"))),
        ("given_up", desk.ask.words(mark("Given up: the shop is paid less"))),
    ]
    return await desk.page(
        "vouchers/new.html",
        status=status,
        errors=errors,
        fundings=fundings,
        today=desk.today.isoformat(),
        month=(desk.today + timedelta(days=30)).isoformat(),
    )


@at_desk(Permission.COUPONS_READ)
async def show_stock(desk: Desk) -> Answer:
    """One stock: its budget, and where its vouchers are."""
    report = await desk.run(read_stock, stock_id=desk.ask.id("stock_id", StockId))
    stock, counts = report.stock, report.counts
    chart = Chart(
        kind="pie",
        labels=tuple(
            desk.ask.words(one)
            for one in (
                mark("Not sent yet"),
                mark("In people's hands"),
                mark("Used"),
                mark("Expired"),
            )
        ),
        series=(
            Series(
                name=desk.ask.words(mark("Vouchers")),
                values=(counts.left, counts.held, counts.used, counts.expired),
            ),
        ),
    )
    return await desk.page(
        "vouchers/stock.html",
        stock=stock,
        counts=counts,
        chart=chart,
        may_start=stock.state is StockState.UNACTIVATED,
        may_pause=stock.state is StockState.RUNNING,
        may_restart=stock.state is StockState.PAUSED,
    )


_turns: Mapping[str, tuple[Any, str]] = {
    "start": (start_stock, mark("The vouchers are given out from now on.")),
    "pause": (pause_stock, mark("No more are given out for now.")),
    "restart": (restart_stock, mark("The vouchers are given out again.")),
    "stop": (stop_stock, mark("No more are given out; what was never sent went back.")),
}


@at_desk(Permission.COUPONS_WRITE)
async def turn(desk: Desk) -> Answer:
    """Start, pause, restart or stop a stock."""
    stock_id = desk.ask.id("stock_id", StockId)
    chosen = desk.ask.form.text("to")
    operation, said = _turns.get(chosen, _turns["pause"])
    return await desk.act(operation, f"{_HOME}/{stock_id:d}", said, stock_id=stock_id)


ROUTES = (
    PageRoute("GET", _HOME, show_stocks),
    PageRoute("POST", _HOME, write),
    PageRoute("GET", f"{_HOME}/new", show_new),
    *gift_routes.ROUTES,
    PageRoute("GET", f"{_HOME}/{{stock_id}}", show_stock),
    PageRoute("POST", f"{_HOME}/{{stock_id}}", turn),
)
