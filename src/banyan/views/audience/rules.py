"""On which day something counts, what brought somebody, and which days a question may be about."""

from calendar import monthrange
from datetime import date, datetime, timedelta, timezone

from banyan.base.errors import Invalid
from banyan.views.audience.types import DAYS_MAX, Source, Step

SUBJECT_MAX = 200
"""Most characters of a subject that are kept: they are part of a key."""

_china = timezone(timedelta(hours=8))


def hour_of(at: datetime) -> tuple[date, int]:
    """Return the day and hour of the platform's calendar, China's."""
    there = at.astimezone(_china)
    return there.date(), there.hour


def source_of(scene: str, code_id: int) -> Source:
    """Return what brought somebody who follows."""
    if code_id:
        return Source.CODE
    return Source(scene) if scene in set(Source) else Source.OTHER


def begin_of(day: date, step: Step) -> date:
    """Return the first day of the week or month that a day is in, otherwise the day."""
    if step is Step.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step is Step.MONTH else day


def end_of(day: date, step: Step) -> date:
    """Return the last day of the week or month that a day is in, otherwise the day."""
    if step is Step.WEEK:
        return begin_of(day, step) + timedelta(days=6)
    if step is Step.MONTH:
        return day.replace(day=monthrange(day.year, day.month)[1])
    return day


def check_days(from_on: date, until_on: date) -> None:
    """Raise Invalid `audience.days_reversed`, `audience.too_many_days`."""
    if from_on > until_on:
        raise Invalid("audience.days_reversed", from_on=str(from_on), until_on=str(until_on))
    if (until_on - from_on).days >= DAYS_MAX:
        raise Invalid("audience.too_many_days", days_max=DAYS_MAX)


def whole_steps(from_on: date, until_on: date, step: Step, today: date) -> tuple[date, date]:
    """Return the days of all steps that these touch, today only if it was asked for."""
    yesterday = today - timedelta(days=1)
    return begin_of(from_on, step), min(end_of(until_on, step), max(until_on, yesterday))


def compute_later(first: date, on: date, step: Step) -> int:
    """Return how many steps after the first another begins."""
    if step is Step.MONTH:
        return (on.year - first.year) * 12 + on.month - first.month
    return (on - first).days // (7 if step is Step.WEEK else 1)
