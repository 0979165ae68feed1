"""Asks for reports over the days that a page is about; a report that is not ready is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from banyan.base.errors import Invalid, Trouble
from banyan.books.work import Operation
from banyan.doors.pages.console.desk import Desk
from banyan.doors.pages.console.inputs import find_day

R = TypeVar("R")

_usual_days = 30
_days_max = 366


@dataclass(frozen=True)
class Span:
    """From the first to the last day, both included."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Every day, so that a curve has no holes."""
        count = min((self.last - self.first).days + 1, _days_max)
        return [self.first + timedelta(days=number) for number in range(count)]

    @property
    def before(self) -> Span:
        """As many days just before."""
        count = (self.last - self.first).days + 1
        return Span(self.first - timedelta(days=count), self.first - timedelta(days=1))


def read_span(desk: Desk, usual_days: int = _usual_days) -> Span:
    """The days that the address asks for; the usual ones if it says nothing sensible."""
    query, today = desk.ask.query, desk.today
    last = min(find_day(query.text("until")) or today, today)
    first = find_day(query.text("from")) or last - timedelta(days=usual_days - 1)
    if not timedelta(0) <= last - first < timedelta(days=_days_max):
        first = last - timedelta(days=usual_days - 1)
    return Span(first, last)


async def ask_report(
    desk: Desk, operation: Operation[Any, R], span: Span | None, **values: object
) -> R | None:
    """The report of the chosen store, or None while it cannot be computed."""
    if span is not None:
        values |= {"from_on": span.first.isoformat(), "until_on": span.last.isoformat()}
    try:
        return await desk.run(operation, store_id=desk.store_id, **values)
    except (Trouble, Invalid):
        return None
