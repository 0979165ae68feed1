"""Merging, clocks, months and segments: pure decisions."""

import itertools
import math
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from banyan.base.errors import Invalid
from banyan.views.insight.rows import instant, micros
from banyan.views.insight.rules import (
    PART_ROWS_MAX,
    PARTS_MIN,
    SegmentName,
    check_day,
    compute_months,
    compute_offsets,
    compute_rate_bp,
    day_number,
    day_of_number,
    decide_merge,
    decide_segment,
    index_of_month,
    month_of_index,
)

STEP_MAX = 5_000
DAYS = st.dates(date(1971, 1, 1), date(2199, 12, 31))
ZONES = ("Asia/Shanghai", "Europe/London", "America/New_York", "Australia/Lord_Howe", "UTC")


def export(steps: list[int]) -> tuple[list[int], int]:
    """The parts after these exports, and how many rows were written in all."""
    parts: list[int] = []
    written = 0
    for rows in steps:
        start = decide_merge([*parts, rows])
        parts[start:] = [sum(parts[start:]) + rows]
        written += parts[-1]
    return parts, written


@given(st.lists(st.integers(1, STEP_MAX), max_size=400))
@example([1] * 2_000)
@example([STEP_MAX] * 400)
@example([STEP_MAX, 1, 1, 1] * 200)
def test_parts_stay_few_and_rows_are_seldom_written_again(steps: list[int]) -> None:
    parts, written = export(steps)
    total = sum(steps)
    assert sum(parts) == total
    assert all(rows <= PART_ROWS_MAX for rows in parts)
    doublings = math.log2(max(total, 1)) + 1
    assert len(parts) <= PARTS_MIN + doublings + 3 * total / PART_ROWS_MAX
    assert written <= total * (doublings + 2)


def test_nothing_is_merged_for_little() -> None:
    assert decide_merge([]) == 0
    assert decide_merge([1] * (PARTS_MIN - 1)) == PARTS_MIN - 1
    assert decide_merge([1] * PARTS_MIN) == 0
    assert decide_merge([PART_ROWS_MAX, *[1] * PARTS_MIN]) == 1
    assert decide_merge([100, *[1] * PARTS_MIN]) == 1


@pytest.mark.parametrize("zone", ZONES)
@given(at=st.datetimes(datetime(2000, 1, 2), datetime(2030, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_clock_is_what_its_zone_says(zone: str, at: datetime) -> None:
    steps = compute_offsets(zone, date(2000, 1, 1), date(2030, 12, 31))
    offset = [ahead for begin, ahead in steps if begin <= micros(at)][-1]
    local = at.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)
    assert at + timedelta(microseconds=offset) == local


def test_a_zone_without_summer_time_is_one_step() -> None:
    assert len(compute_offsets("Asia/Shanghai", date(2000, 1, 1), date(2040, 1, 1))) == 1
    assert len(compute_offsets("Europe/London", date(2000, 1, 1), date(2030, 1, 1))) == 61


@given(DAYS, DAYS)
def test_months_hold_the_days_between(one: date, other: date) -> None:
    first, last = sorted((one, other))
    months = compute_months(first, last)
    assert [index for _, index in months] == list(
        range(index_of_month(first), index_of_month(last) + 1)
    )
    for day in (first, last):
        (begin, index) = [step for step in months if step[0] <= day_number(day)][-1]
        assert month_of_index(index) == day.replace(day=1) == day_of_number(begin)


@given(st.datetimes(datetime(1971, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_instants_are_numbers_and_back(at: datetime) -> None:
    assert instant(micros(at)) == at


def test_every_buyer_has_a_segment() -> None:
    quintiles = range(1, 6)
    names = [decide_segment(*cell) for cell in itertools.product(quintiles, repeat=3)]
    assert set(names) == set(SegmentName)
    assert decide_segment(5, 5, 5) is SegmentName.CHAMPIONS
    assert decide_segment(1, 1, 1) is SegmentName.ASLEEP
    assert decide_segment(1, 5, 5) is SegmentName.AT_RISK
    assert decide_segment(5, 1, 5) is SegmentName.NEW
    assert decide_segment(2, 3, 1) is SegmentName.NEEDING_CARE


def test_a_share_of_nothing_is_nothing() -> None:
    assert compute_rate_bp(0, 0) == 0
    assert compute_rate_bp(1, 3) == 3333
    assert compute_rate_bp(3, 3) == 10_000


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1970, 1, 1), date(2200, 1, 2), date.max])
def test_days_beyond_all_business_are_refused(day: date) -> None:
    with pytest.raises(Invalid, match=r"insight\.day_out_of_range"):
        check_day(day)


def test_a_server_starts_without_loading_the_engine() -> None:
    """Ibis, Arrow and DuckDB together take a second to load: they wait for the first report."""
    code = "import sys, banyan.app.worker; print(*sorted({'ibis', 'duckdb'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
