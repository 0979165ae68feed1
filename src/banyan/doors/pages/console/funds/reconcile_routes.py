"""Compares the books: day by day for a merchant, and all of them for the operator."""

from __future__ import annotations

from datetime import date

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.console.desk import Desk, at_desk, shared_values
from banyan.doors.pages.console.funds import names
from banyan.doors.pages.console.funds.bill_routes import read_span
from banyan.doors.pages.console.gateways import names as provider_names
from banyan.doors.pages.console.inputs import find_day
from banyan.doors.pages.console.operator import operator_frame
from banyan.doors.pages.router import PageRoute
from banyan.views.reconcile import (
    ReadTrialBalance,
    list_reconciled_days,
    list_tally_days,
    read_reconciliation,
    read_trial_balance,
)


@at_desk(Permission.FINANCE_READ)
async def show_days(desk: Desk) -> Answer:
    """How the books of some days compare, and those of one of them in detail."""
    since, until = read_span(desk)
    on = find_day(desk.ask.query.text("on"))
    errors: dict[str, str] = {}
    days, day, outside = [], None, []
    try:
        found = await desk.run(
            list_reconciled_days, since=f"{since}", until=f"{until}", currency=desk.currency
        )
        days = found.items
        outside = (
            await desk.run(
                list_tally_days, since=f"{since}", until=f"{until}", currency=desk.currency
            )
        ).items
        chosen = on or _first_odd([one.on for one in days if one.difference_count])
        if chosen:
            day = await desk.run(read_reconciliation, on=f"{chosen}", currency=desk.currency)
    except Failure as failure:
        errors = desk.mistakes(failure)
    return await desk.page(
        "funds/reconcile.html",
        status=422 if errors else 200,
        days=days,
        day=day,
        outside=outside,
        since=since,
        until=until,
        names=names,
        provider_names=provider_names,
        errors=errors,
    )


async def show_trial(ask: Ask) -> Answer:
    """The sums of all money accounts."""
    trial = await ask.run(read_trial_balance, ReadTrialBalance())
    values = shared_values(ask, trial=trial, names=names)
    return ask.page("console/funds/trial.html", await operator_frame(ask), **values)


def _first_odd(days: list[date]) -> date | None:
    return days[0] if days else None


ROUTES = (
    PageRoute("GET", "/console/reconcile", show_days),
    PageRoute("GET", "/console/trial-balance", show_trial),
)
