"""Pure decisions of insight: which files are merged, when days begin, what segments are called."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from banyan.base.errors import Invalid

PARTS_MIN = 8
"""Fewer files than this are not worth a merge."""
PART_ROWS_MAX = 500_000
"""Rows of the largest file: what a merge holds in memory at once."""

DAY_US = 86_400_000_000
_second_us = 1_000_000
_epoch = datetime(1970, 1, 1, tzinfo=UTC)
_first_day = date(1970, 1, 1).toordinal()
_days = (date(1970, 1, 2), date(2200, 1, 1))
_probe = timedelta(days=7)  # no zone has changed its clocks twice within a week
_instant = timedelta(seconds=1)

HORIZONS = (30, 90, 180, 360)
"""Days after their first order at which the value of buyers is told."""


def decide_merge(rows: Sequence[int]) -> int:
    """From which part on all newer ones are merged into one; `len(rows)` for none.

    `rows` are the sizes of a lane's parts, the oldest first. A part is merged once what came after
    it has grown to its size. So a row is written again about once each time its part doubles, and
    the parts that are not yet full are few: seven, and one for each doubling.
    """
    start, newer = len(rows), 0
    for place in range(len(rows) - 1, -1, -1):
        size = rows[place]
        if newer + size > PART_ROWS_MAX:
            break
        if size <= newer and len(rows) - place >= PARTS_MIN:
            start = place
        newer += size
    return start


@lru_cache(maxsize=64)
def compute_offsets(zone: str, since: date, until: date) -> tuple[tuple[int, int], ...]:
    """The clock of a zone as steps: from which microsecond on it is how many microseconds ahead.

    The steps cover the days from `since` to `until`; the first also stands for all time before.
    """
    clock = ZoneInfo(zone)
    at, end = _midnight(since), _midnight(until) + timedelta(days=1)
    steps = [(_micros(at), _offset(clock, at))]
    while at < end:
        next_at = at + _probe
        if _offset(clock, next_at) != steps[-1][1]:
            change = _find_change(clock, at, next_at)
            steps.append((_micros(change), _offset(clock, change)))
        at = next_at
    return tuple(steps)


def _find_change(clock: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second after `before` at which the clock shows another offset."""
    old = _offset(clock, before)
    while after - before > _instant:
        middle = before + (after - before) // 2
        middle -= timedelta(microseconds=middle.microsecond)
        if _offset(clock, middle) == old:
            before = middle
        else:
            after = middle
    return after


def _offset(clock: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(clock).utcoffset()
    assert offset is not None
    return int(offset.total_seconds()) * _second_us


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _micros(at: datetime) -> int:
    return (at - _epoch) // timedelta(microseconds=1)


def check_day(day: date) -> None:
    """Raise Invalid `insight.day_out_of_range` for a day that no report knows."""
    if not _days[0] <= day <= _days[1]:
        raise Invalid("insight.day_out_of_range", day=str(day))


def day_number(day: date) -> int:
    """Days since 1970."""
    return day.toordinal() - _first_day


def day_of_number(number: int) -> date:
    """The date so many days after the first of 1970."""
    return date.fromordinal(number + _first_day)


def compute_months(since: date, until: date) -> tuple[tuple[int, int], ...]:
    """The months from `since` to `until`: the day each begins with, and its index."""
    return tuple(
        (day_number(month_of_index(index)), index)
        for index in range(index_of_month(since), index_of_month(until) + 1)
    )


def index_of_month(day: date) -> int:
    """The number of a day's month, counted so that January of year 1 is 12."""
    return day.year * 12 + day.month - 1


def month_of_index(index: int) -> date:
    """The first day of the month with this index; January of year 1 has 12."""
    return date(index // 12, index % 12 + 1, 1)


class SegmentName(StrEnum):
    """What a group of buyers is called, by recency, frequency and money."""

    CHAMPIONS = "champions"
    """Bought lately, often and for much."""
    LOYAL = "loyal"
    """Buy often, and not long ago."""
    NEW = "new"
    """Bought lately for the first times."""
    PROMISING = "promising"
    """Were here not long ago, but seldom so far."""
    NEEDING_CARE = "needing_care"
    """Used to buy often or for much, and have not for a while."""
    AT_RISK = "at_risk"
    """Were among the best, and have been away for long."""
    ASLEEP = "asleep"
    """Bought seldom, long ago."""


_segments = (
    # Name, recency from and to, and at least this frequency and money. The first that fits.
    (SegmentName.CHAMPIONS, 4, 5, 4, 4),
    (SegmentName.LOYAL, 3, 5, 4, 1),
    (SegmentName.NEW, 4, 5, 1, 1),
    (SegmentName.PROMISING, 3, 3, 1, 1),
    (SegmentName.NEEDING_CARE, 2, 2, 3, 1),
    (SegmentName.NEEDING_CARE, 2, 2, 1, 3),
    (SegmentName.AT_RISK, 1, 1, 4, 1),
    (SegmentName.AT_RISK, 1, 1, 1, 4),
    (SegmentName.ASLEEP, 1, 2, 1, 1),
)


def decide_segment(recency: int, frequency: int, monetary: int) -> SegmentName:
    """The segment of a buyer by quintiles from 1 to 5, where 5 is the best."""
    return next(
        name
        for name, earliest, latest, frequency_min, monetary_min in _segments
        if earliest <= recency <= latest and frequency >= frequency_min and monetary >= monetary_min
    )


def compute_rate_bp(part: int, whole: int) -> int:
    """A share in basis points, rounded down; 0 of nothing."""
    return part * 10_000 // whole if whole else 0
