"""Draws the reports of insight: what is computed there becomes charts and names here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from banyan.doors.pages.console.desk import Desk
from banyan.doors.pages.console.insight.asking import Span
from banyan.doors.pages.shell import Chart, Series, mark
from banyan.doors.pages.shell.format import format_day
from banyan.views.insight import (
    CohortReport,
    OverviewReport,
    RecognisedReport,
    RfmReport,
)
from banyan.views.insight.types import (
    FunnelRow,
    LifetimeRow,
    RecognisedRow,
    TradeRow,
)

SEGMENTS = {
    "champions": (mark("Champions"), mark("Bought lately, often and for much")),
    "loyal": (mark("Loyal"), mark("Buy often, and not long ago")),
    "new": (mark("New"), mark("Bought lately for the first times")),
    "promising": (mark("Promising"), mark("Were here not long ago, but seldom so far")),
    "needing_care": (mark("Need care"), mark("Used to buy, and have not for a while")),
    "at_risk": (mark("At risk"), mark("Were among the best, away for long")),
    "asleep": (mark("Asleep"), mark("Bought seldom, long ago")),
}
T = TypeVar("T")

_whole = 10_000
_months_max = 24
_value_days = 30
_bars_max = 12


def draw_funnel(desk: Desk, row: FunnelRow | None) -> Chart:
    """The steps of the loop: people, of whom each step has some of those before."""
    steps = (
        (mark("Visitors"), row.visitors if row else 0),
        (mark("People known"), row.people if row else 0),
        (mark("Joined"), row.joined if row else 0),
        (mark("Ordered"), row.ordered if row else 0),
        (mark("Paid"), row.paid if row else 0),
        (mark("Came back"), row.came_back if row else 0),
    )
    return Chart(
        kind="funnel",
        labels=tuple(desk.ask.words(text) for text, _ in steps),
        series=(
            Series(name=desk.ask.words(mark("People")), values=tuple(one for _, one in steps)),
        ),
    )


def compare(now: TradeRow | None, before: TradeRow | None) -> dict[str, float | None]:
    """How each figure changed against the days before; None where there was nothing."""
    names = ("revenue_fen", "orders", "buyers", "new_members", "average_fen", "repeat_rate_bp")
    changes: dict[str, float | None] = dict.fromkeys(names)
    if now is None or before is None:
        return changes
    for name in names:
        old = getattr(before, name)
        changes[name] = (getattr(now, name) - old) / old if old else None
    return changes


def draw_revenue(desk: Desk, span: Span, report: OverviewReport | None) -> Chart:
    """What was paid and what went back, day by day."""
    rows = {one.on: one for one in (report.rows if report else [])}
    return Chart(
        kind="area",
        labels=_days(desk, span),
        unit="fen",
        currency=desk.currency,
        series=(
            _by_day(desk, mark("Revenue"), span, rows, lambda one: one.revenue_fen),
            _by_day(desk, mark("Given back"), span, rows, lambda one: one.refunded_fen),
        ),
    )


def draw_people(desk: Desk, span: Span, report: OverviewReport | None) -> Chart:
    """Orders, buyers and new members, day by day."""
    rows = {one.on: one for one in (report.rows if report else [])}
    return Chart(
        kind="line",
        labels=_days(desk, span),
        series=(
            _by_day(desk, mark("Orders"), span, rows, lambda one: one.orders),
            _by_day(desk, mark("Buyers"), span, rows, lambda one: one.buyers),
            _by_day(desk, mark("New members"), span, rows, lambda one: one.new_members),
        ),
    )


def draw_recognised(desk: Desk, span: Span, report: RecognisedReport | None) -> Chart:
    """The share of the money that known people paid, day by day."""
    rows = {one.on: one for one in (report.rows if report else [])}

    def share(one: RecognisedRow) -> float | None:
        return one.share_bp / _whole if one.revenue_fen else None

    values = tuple(share(rows[day]) if day in rows else None for day in span.days)
    name = desk.ask.words(mark("Recognised trade"))
    return Chart(
        kind="area",
        labels=_days(desk, span),
        unit="ratio",
        series=(Series(name=name, values=values),),
    )


def draw_known_money(desk: Desk, span: Span, report: RecognisedReport | None) -> Chart:
    """What known and unknown people paid, day by day."""
    rows = {one.on: one for one in (report.rows if report else [])}
    return Chart(
        kind="stacked",
        labels=_days(desk, span),
        unit="fen",
        currency=desk.currency,
        series=(
            _by_day(desk, mark("Known people"), span, rows, lambda one: one.known_fen),
            _by_day(desk, mark("Unknown"), span, rows, lambda one: one.revenue_fen - one.known_fen),
        ),
    )


def draw_rfm(desk: Desk, report: RfmReport | None) -> Chart:
    """People by recency, a row each, and frequency."""
    people: dict[tuple[int, int], int] = {}
    for cell in report.cells if report else []:
        key = (cell.recency, cell.frequency)
        people[key] = people.get(key, 0) + cell.people
    steps = range(1, 6)
    return Chart(
        kind="heatmap",
        labels=tuple(desk.ask.words(mark("Often {step}"), step=step) for step in steps),
        series=tuple(
            Series(
                name=desk.ask.words(mark("Lately {step}"), step=recency),
                values=tuple(people.get((recency, step), 0) for step in steps),
            )
            for recency in reversed(steps)
        ),
    )


def draw_segments(desk: Desk, report: RfmReport | None) -> Chart:
    """People by named segment."""
    found = report.segments if report else []
    return Chart(
        kind="rows",
        labels=tuple(desk.ask.words(SEGMENTS[one.name][0]) for one in found),
        series=(
            Series(name=desk.ask.words(mark("People")), values=tuple(one.people for one in found)),
        ),
    )


def draw_cohorts(desk: Desk, report: CohortReport | None) -> Chart:
    """The share of each month's new buyers who bought again, month after month."""
    cohorts = report.cohorts if report else []
    spans = [month.months_since for one in cohorts for month in one.months]
    width = min(max(spans, default=0) + 1, _months_max)
    last = max((_index(one.month) for one in cohorts), default=0)
    now = max(last, _index(desk.today))
    series = []
    for one in cohorts[-_months_max:]:
        known = {month.months_since: month.retention_bp for month in one.months}
        age = now - _index(one.month)
        values = tuple(
            known.get(since, 0) / _whole if since <= age else None for since in range(width)
        )
        series.append(Series(name=f"{one.month:%Y-%m} ({one.buyers})", values=values))
    labels = tuple(desk.ask.words(mark("Month {number}"), number=number) for number in range(width))
    return Chart(kind="heatmap", labels=labels, unit="ratio", series=tuple(series))


def draw_lifetime(desk: Desk, rows: Sequence[tuple[str, LifetimeRow]]) -> Chart:
    """Value of a buyer after the first days beside what one cost."""
    shown = [(name, one) for name, one in rows if one.buyers][:_bars_max]
    value = desk.ask.words(mark("Value of a buyer after {days} days"), days=_value_days)
    cost = desk.ask.words(mark("Cost of a buyer"))
    return Chart(
        kind="rows",  # names are long: lying, each has room
        labels=tuple(name for name, _ in shown),
        unit="fen",
        currency=desk.currency,
        series=(
            Series(
                name=value,
                values=tuple(_value_of(one) for _, one in shown),
            ),
            Series(name=cost, values=tuple(one.cost_per_buyer_fen for _, one in shown)),
        ),
    )


def _value_of(row: LifetimeRow) -> int | None:
    """What a buyer is worth after the first days; None as long as nobody bought so long ago."""
    return next(
        (one.value_fen for one in row.values if one.days == _value_days and one.buyers), None
    )


def name_buyers(
    desk: Desk, row: LifetimeRow, codes: Mapping[int, str], channels: Mapping[int, str]
) -> str:
    """What brought these buyers, or when."""
    if row.month is not None:
        return f"{row.month:%Y-%m}"
    unknown = desk.ask.words(mark("Another one"))
    if row.channel_id is not None:
        return channels.get(int(row.channel_id), unknown)
    return codes.get(int(row.code_id or 0), unknown)


def _by_day(
    desk: Desk,
    name: str,
    span: Span,
    rows: Mapping[date | None, T],
    pick: Callable[[T], int],
) -> Series:
    values = tuple(pick(rows[day]) if day in rows else 0 for day in span.days)
    return Series(name=desk.ask.words(name), values=values)


def _days(desk: Desk, span: Span) -> tuple[str, ...]:
    locale = desk.ask.language.locale
    return tuple(format_day(locale, day, "day") for day in span.days)


def _index(day: date) -> int:
    return day.year * 12 + day.month
