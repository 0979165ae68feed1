"""The pages of insight: one for each report, with a chart and the figures behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.commerce.places import list_places
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.insight import charts
from banyan.doors.pages.console.insight.asking import ask_report, read_span
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.reach.channels import list_channels
from banyan.views.insight import (
    BuyersBy,
    Report,
    SpendId,
    list_spends,
    read_cohorts,
    read_funnel,
    read_lifetime,
    read_overview,
    read_recognised,
    read_rfm,
    record_spend,
    remove_spend,
)

_home = "/console/insight"
_pages_max = 20
_long_days = 365


async def _codes(desk: Desk) -> dict[int, str]:
    """What the codes of the merchant hang on, by id."""
    names = {0: desk.ask.words(mark("Without a code"))}
    if not desk.may(Permission.PLACES_READ):
        return names
    cursor: str | None = None
    for _ in range(_pages_max):
        page = await desk.run(list_places, limit=100, cursor=cursor)
        for place in page.items:
            for code in place.codes:
                more = f" · {code.source}" if code.source not in {"", place.name} else ""
                names[int(code.code_id)] = f"{place.name}{more}"
        cursor = page.next_cursor
        if cursor is None:
            break
    return names


async def _page(
    desk: Desk, name: str, report: Report | None, values: Mapping[str, Any], usual: int = 30
) -> Answer:
    span = read_span(desk, usual)
    return await desk.page(
        f"insight/{name}.html", report=report, span=span, page_name=name, **values
    )


@at_desk(Permission.INSIGHT_READ)
async def show_funnel(desk: Desk) -> Answer:
    """How far people came, in all and by code."""
    span = read_span(desk)
    whole = await ask_report(desk, read_funnel, span)
    by_code = await ask_report(desk, read_funnel, span, by=["code"])
    row = whole.rows[0] if whole and whole.rows else None
    rows = sorted(by_code.rows if by_code else [], key=lambda one: -one.touches)
    values = {
        "chart": charts.draw_funnel(desk, row),
        "row": row,
        "rows": rows,
        "codes": await _codes(desk),
    }
    return await _page(desk, "funnel", whole, values)


@at_desk(Permission.INSIGHT_READ)
async def show_overview(desk: Desk) -> Answer:
    """The trade of the days, with those before for comparison."""
    span = read_span(desk)
    whole = await ask_report(desk, read_overview, span)
    before = await ask_report(desk, read_overview, span.before)
    by_day = await ask_report(desk, read_overview, span, by=["day"])
    by_store = await ask_report(desk, read_overview, span, by=["store"])
    row = whole.rows[0] if whole and whole.rows else None
    values = {
        "row": row,
        "changes": charts.compare(row, before.rows[0] if before and before.rows else None),
        "revenue": charts.draw_revenue(desk, span, by_day),
        "people": charts.draw_people(desk, span, by_day),
        "stores": by_store.rows if by_store else [],
    }
    return await _page(desk, "overview", whole, values)


@at_desk(Permission.INSIGHT_READ)
async def show_rfm(desk: Desk) -> Answer:
    """Buyers by how lately, how often and for how much they bought."""
    report = await ask_report(desk, read_rfm, read_span(desk, _long_days))
    values = {
        "grid": charts.draw_rfm(desk, report),
        "segments": charts.draw_segments(desk, report),
        "names": charts.SEGMENTS,
    }
    return await _page(desk, "rfm", report, values, _long_days)


@at_desk(Permission.INSIGHT_READ)
async def show_cohorts(desk: Desk) -> Answer:
    """Who stays, month after month."""
    report = await ask_report(desk, read_cohorts, read_span(desk, _long_days))
    values = {"chart": charts.draw_cohorts(desk, report)}
    return await _page(desk, "cohorts", report, values, _long_days)


@at_desk(Permission.INSIGHT_READ)
async def show_lifetime(desk: Desk) -> Answer:
    """What buyers cost and brought."""
    return await _show_lifetime(desk, {})


async def _show_lifetime(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    asked = desk.ask.query.text("by")
    by = BuyersBy(asked) if asked in tuple(BuyersBy) else BuyersBy.CODE
    report = await ask_report(desk, read_lifetime, read_span(desk, _long_days), by=by.value)
    codes = await _codes(desk)
    channels = {0: desk.ask.words(mark("Without following"))}
    if desk.may(Permission.CHANNELS_READ):
        found = await desk.run(list_channels)
        channels |= {int(one.channel_id): one.name for one in found.items}
    spends = (await desk.run(list_spends, limit=50)).items
    labelled = [
        (charts.name_buyers(desk, one, codes, channels), one)
        for one in (report.rows if report else [])
    ]
    return await desk.page(
        "insight/lifetime.html",
        status=status,
        errors=errors,
        report=report,
        span=read_span(desk, _long_days),
        page_name="lifetime",
        by=by,
        rows=labelled,
        chart=charts.draw_lifetime(desk, labelled),
        spends=spends,
        codes=codes,
        channels=channels,
        codes_choices=[(str(one), name) for one, name in codes.items() if one],
        today=desk.today.isoformat(),
    )


@at_desk(Permission.CAMPAIGNS_WRITE)
async def spend(desk: Desk) -> Answer:
    """Write down what a poster or an advertisement cost."""
    form = desk.ask.form
    try:
        await desk.run(
            record_spend,
            code_id=form.text("code_id") or "0",
            spent_on=form.text("spent_on"),
            amount_fen=desk.money("amount_fen"),
            note=form.text("note"),
        )
    except Failure as failure:
        told = desk.mistakes(failure, {"insight.day_out_of_range": "spent_on"})
        return await _show_lifetime(desk, told, status=422)
    return desk.ask.go(f"{_home}/lifetime", mark("Written down; the figures follow in a moment."))


@at_desk(Permission.CAMPAIGNS_WRITE)
async def unspend(desk: Desk) -> Answer:
    """Take back what was written down by mistake."""
    spend_id = desk.ask.id("spend_id", SpendId)
    return await desk.act(remove_spend, f"{_home}/lifetime", mark("Removed."), spend_id=spend_id)


@at_desk(Permission.INSIGHT_READ)
async def show_recognised(desk: Desk) -> Answer:
    """How much of the trade is with people whom the shop knows."""
    span = read_span(desk)
    whole = await ask_report(desk, read_recognised, span)
    by_day = await ask_report(desk, read_recognised, span, by=["day"])
    by_store = await ask_report(desk, read_recognised, span, by=["store"])
    values = {
        "row": whole.rows[0] if whole and whole.rows else None,
        "chart": charts.draw_recognised(desk, span, by_day),
        "money_chart": charts.draw_known_money(desk, span, by_day),
        "stores": by_store.rows if by_store else [],
    }
    return await _page(desk, "recognised", whole, values)


ROUTES = (
    PageRoute("GET", f"{_home}/funnel", show_funnel),
    PageRoute("GET", f"{_home}/overview", show_overview),
    PageRoute("GET", f"{_home}/rfm", show_rfm),
    PageRoute("GET", f"{_home}/cohorts", show_cohorts),
    PageRoute("GET", f"{_home}/lifetime", show_lifetime),
    PageRoute("POST", f"{_home}/spends", spend),
    PageRoute("POST", f"{_home}/spends/{{spend_id}}/remove", unspend),
    PageRoute("GET", f"{_home}/recognised", show_recognised),
)
