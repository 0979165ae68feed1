"""Vouchers that the platform pays for out of its fees: operators write, start and stop them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from banyan.base.errors import Failure
from banyan.base.money import CNY
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask, new_key
from banyan.doors.pages.console.desk import shared_values
from banyan.doors.pages.console.inputs import find_day, parse_money
from banyan.doors.pages.console.operator import operator_frame
from banyan.doors.pages.forms import fill
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.doors.pages.shell.format import default_zone, read_zone
from banyan.parties.merchants import MerchantId
from banyan.pay.vouchers import (
    CreateStock,
    ListStocks,
    StockId,
    TurnStock,
    create_platform_stock,
    list_platform_stocks,
    start_platform_stock,
    stop_platform_stock,
)

_HOME = "/console/platform-vouchers"
_shown = 50
_days = 30
_nobody = MerchantId(0)
_fields = {"amount_fen": "amount", "minimum_fen": "minimum", "begins_at": "begins_on"}
_places = {
    "vouchers.window_empty": "ends_on",
    "vouchers.window_past": "ends_on",
    "vouchers.window_too_long": "ends_on",
    "vouchers.window_too_far": "begins_on",
}


async def show_stocks(ask: Ask) -> Answer:
    """Every stock of the platform, and a form for one more."""
    return await _show(ask, {})


async def write(ask: Ask) -> Answer:
    """Write a stock; it is started by itself."""
    form = ask.form
    try:
        command = fill(
            CreateStock,
            merchant_id=_nobody,
            request_no=f"console-{form.key or new_key()}",
            name=form.text("name"),
            amount_fen=parse_money(form.text("amount"), CNY.exponent),
            minimum_fen=parse_money(form.text("minimum"), CNY.exponent),
            max_count=form.text("max_count"),
            max_by_person=form.text("max_by_person") or "1",
            rule={"merchant_ids": []},
            begins_at=_start(form.text("begins_on"), 0),
            ends_at=_start(form.text("ends_on"), 1),
        )
        await ask.run(create_platform_stock, command, key=form.key)
    except Failure as failure:
        errors = ask.mistakes(failure, _places)
        named = {_fields.get(name, name): text for name, text in errors.items()}
        return await _show(ask, named, status=422)
    return ask.go(_HOME, mark("The vouchers are written."))


async def turn(ask: Ask) -> Answer:
    """Start or stop a stock."""
    command = TurnStock(merchant_id=_nobody, stock_id=ask.id("stock_id", StockId))
    is_start = ask.form.text("to") == "start"
    try:
        await ask.run(start_platform_stock if is_start else stop_platform_stock, command)
    except Failure as failure:
        return ask.go(_HOME, " ".join(ask.mistakes(failure).values()), kind="danger")
    started, stopped = mark("People can be given the vouchers now."), mark("They are stopped.")
    return ask.go(_HOME, started if is_start else stopped)


def _start(typed: str, days: int) -> str:
    """The beginning of the day that was typed, or of one after it."""
    day = find_day(typed)
    if day is None:
        return typed
    at = datetime.combine(day + timedelta(days=days), time(), read_zone(default_zone))
    return at.astimezone(UTC).isoformat()


async def _show(ask: Ask, errors: Mapping[str, str], status: int = 200) -> Answer:
    page = max(ask.query.number("page", 0), 0)
    query = ListStocks(merchant_id=_nobody, offset=page * _shown, limit=_shown)
    found = await ask.run(list_platform_stocks, query)
    today: date = ask.house.now().astimezone(read_zone(default_zone)).date()
    values = shared_values(
        ask,
        errors,
        reports=found.items,
        previous=f"{_HOME}?page={page - 1}" if page else "",
        following=f"{_HOME}?page={page + 1}" if found.total_count > (page + 1) * _shown else "",
        today=today.isoformat(),
        month=(today + timedelta(days=_days)).isoformat(),
        zone=default_zone,
    )
    frame = await operator_frame(ask)
    return ask.page("console/vouchers/platform.html", frame, status=status, **values)


ROUTES = (
    PageRoute("GET", _HOME, show_stocks),
    PageRoute("POST", _HOME, write),
    PageRoute("POST", f"{_HOME}/{{stock_id}}", turn),
)
