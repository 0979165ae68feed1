"""Draws the figures of an account or a mini program, day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from itertools import accumulate
from typing import TypeVar

from banyan.doors.pages.console.desk import Desk
from banyan.doors.pages.console.insight.asking import Span
from banyan.doors.pages.shell import Chart, Series, mark
from banyan.doors.pages.shell.format import format_day
from banyan.views.audience import DeedRow, Growth, ServedRow, VisitRow

T = TypeVar("T")


def draw_growth(desk: Desk, span: Span, growth: Growth) -> Chart:
    """Who came, who went, and what remains of it, day by day."""
    gained, lost = _sum_moves(growth)
    came = [gained[day] for day in span.days]
    left = [lost[day] for day in span.days]
    net = [one - other for one, other in zip(came, left, strict=True)]
    return _draw(
        desk,
        "line",
        span,
        [(mark("Came"), came), (mark("Left"), left), (mark("Net"), net)],
    )


def draw_followers(desk: Desk, span: Span, growth: Growth) -> Chart:
    """How many follow at the end of each day."""
    gained, lost = _sum_moves(growth)
    changes = (gained[day] - lost[day] for day in span.days)
    counts = list(accumulate(changes, initial=growth.before))[1:]
    return _draw(desk, "area", span, [(mark("Followers"), counts)])


def draw_messages(desk: Desk, span: Span, rows: Sequence[DeedRow]) -> Chart:
    """Messages and who wrote them, day by day."""
    return _draw_rows(
        desk,
        "bar",
        span,
        rows,
        [
            (mark("Messages received"), lambda one: one.times),
            (mark("People"), lambda one: one.people),
        ],
    )


def draw_reads(
    desk: Desk, span: Span, reads: Sequence[DeedRow], shares: Sequence[DeedRow]
) -> Chart:
    """Reads, readers and shares, day by day."""
    read, shared = {one.on: one for one in reads}, {one.on: one for one in shares}
    return _draw(
        desk,
        "line",
        span,
        [
            (mark("Reads"), [read[day].times if day in read else 0 for day in span.days]),
            (mark("Readers"), [read[day].people if day in read else 0 for day in span.days]),
            (mark("Shares"), [shared[day].times if day in shared else 0 for day in span.days]),
        ],
    )


def draw_served(desk: Desk, span: Span, rows: Sequence[ServedRow]) -> Chart:
    """What the account's own server took, and what it did not, day by day."""
    return _draw_rows(
        desk,
        "stacked",
        span,
        rows,
        [
            (mark("Taken"), lambda one: one.pushes - one.failures),
            (mark("Failures"), lambda one: one.failures),
        ],
    )


def draw_visits(desk: Desk, span: Span, rows: Sequence[VisitRow]) -> Chart:
    """Visits, people and new people, day by day."""
    return _draw_rows(
        desk,
        "line",
        span,
        rows,
        [
            (mark("Visits"), lambda one: one.visits),
            (mark("People"), lambda one: one.people),
            (mark("New people"), lambda one: one.new_people),
        ],
    )


def _sum_moves(growth: Growth) -> tuple[dict[date, int], dict[date, int]]:
    gained: dict[date, int] = defaultdict(int)
    lost: dict[date, int] = defaultdict(int)
    for one in growth.rows:
        gained[one.on] += one.gained
        lost[one.on] += one.lost
    return gained, lost


def _draw_rows(
    desk: Desk,
    kind: str,
    span: Span,
    rows: Sequence[T],
    curves: Sequence[tuple[str, Callable[[T], int]]],
) -> Chart:
    by_day = {getattr(one, "on"): one for one in rows}  # noqa: B009 - of whichever kind
    picked = [
        (name, [pick(by_day[day]) if day in by_day else 0 for day in span.days])
        for name, pick in curves
    ]
    return _draw(desk, kind, span, picked)


def _draw(desk: Desk, kind: str, span: Span, curves: Sequence[tuple[str, Sequence[int]]]) -> Chart:
    locale = desk.ask.language.locale
    return Chart(
        kind=kind,  # type: ignore[arg-type] # one of those that charts know
        labels=tuple(format_day(locale, day, "day") for day in span.days),
        series=tuple(
            Series(name=desk.ask.words(name), values=tuple(values)) for name, values in curves
        ),
    )
