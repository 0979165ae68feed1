"""Does a report as an Ibis expression take longer than as SQL by hand, over ten million events?"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from banyan.app.benches import insight_sql
from banyan.app.benches.bench import Bench, Figures
from banyan.views.insight import duck
from banyan.views.insight.archive import write_file
from banyan.views.insight.kinds import ORDER
from banyan.views.insight.reports import write_sql
from banyan.views.insight.rows import SCHEMA
from banyan.views.insight.rules import (
    DAY_US,
    PART_ROWS_MAX,
    compute_months,
    compute_offsets,
    day_number,
)
from banyan.views.insight.scope import Scope
from banyan.views.insight.types import BuyersBy, FunnelBy, Told, TradeBy

_merchant = 4_242_424_242
_neighbour = 4_242_000_000
_neighbours = 1_000
_begin = date(2024, 1, 1)
_days = 730
_zone = "Asia/Shanghai"
_rounds = 5

_reports: dict[str, tuple[tuple[object, ...], str]] = {
    "funnel": ((tuple(FunnelBy),), insight_sql.FUNNEL),
    "overview": (((TradeBy.DAY, TradeBy.STORE),), insight_sql.OVERVIEW),
    "rfm": ((), insight_sql.RFM),
    "cohorts": ((), insight_sql.COHORTS),
    "lifetime": ((BuyersBy.CODE,), insight_sql.LIFETIME),
    "recognised": (((TradeBy.DAY, TradeBy.STORE),), insight_sql.RECOGNISED),
}
"""By name: what it is told apart by, and the same by hand."""


async def run(bench: Bench) -> Figures:
    """Each report of a shop with all the events, by our path and by hand."""
    return await asyncio.to_thread(_measure, bench)


def _measure(bench: Bench) -> Figures:
    events = bench.size(small=20_000, large=10_000_000)
    with tempfile.TemporaryDirectory(prefix="banyan-insight-") as name:
        folder = Path(name)
        connection = duck.open_connection(folder / "spill")
        try:
            files = _write_history(connection, folder, events, bench.report)
            return _compare(connection, files, events, bench.report)
        finally:
            connection.close()


def _write_history(
    connection: duck.Connection, folder: Path, events: int, report: Callable[[str], None]
) -> list[Path]:
    """The files of a lane: as many full parts as the export would leave, and one of neighbours."""
    files = []
    for first in range(0, events, PART_ROWS_MAX):
        last = min(first + PART_ROWS_MAX, events)
        files.append(folder / f"{first:012}.parquet")
        _write_part(connection, files[-1], first, last, events, str(_merchant))
        report(f"{last:,} of {events:,} events written")
    files.append(folder / "neighbours.parquet")
    last = min(PART_ROWS_MAX, events)
    neighbour = f"{_neighbour} + visit % {_neighbours}"
    _write_part(connection, files[-1], 0, last, events, neighbour)
    return files


def _write_part(
    connection: duck.Connection, file: Path, first: int, last: int, events: int, merchant: str
) -> None:
    filled = {
        "first": first,
        "last": last,
        "people": max(events // 25, 10),
        "lane": 5,
        "begin_us": day_number(_begin) * DAY_US,
        "apart_us": _days * DAY_US // events,
        "merchant": f"({merchant})",
    }
    rows = connection.sql(_fill(insight_sql.HISTORY, filled)).to_arrow_table().cast(SCHEMA)
    write_file(rows.sort_by([(name, "ascending") for name in ORDER]), file)


def _fill(sql: str, values: dict[str, object]) -> str:
    for name, value in values.items():
        sql = sql.replace(f"${name}", str(value))
    return sql


def _compare(
    connection: duck.Connection, files: list[Path], events: int, report: Callable[[str], None]
) -> Figures:
    scope = _scope_of(_merchant)
    values: dict[str, object] = {
        "merchant": scope.merchant_id,
        "ahead": scope.clock[0][1],
        "today": scope.today,
        "day": DAY_US,
        "week": 7 * DAY_US,
    }
    details: dict[str, float | int | str] = {"events": events}
    races = []
    for name, (by, hand) in _reports.items():
        report(f"{name} by expression and by hand")
        write_sql.cache_clear()
        begin = time.perf_counter()
        ours_sql = write_sql(name, scope, *by)
        details[f"{name}_write_s"] = round(time.perf_counter() - begin, 3)
        race = _race(connection, files, ours_sql, _fill(hand, values))
        details[f"{name}_s"] = round(race.ours_s, 3)
        details[f"{name}_by_hand_s"] = round(race.by_hand_s, 3)
        details[f"{name}_ratio"] = round(race.ratio, 3)
        details[f"{name}_cpu_ratio"] = round(race.cpu_ratio, 3)
        races.append(race)
    details["small_shop_s"] = _time_small_shop(connection, files)
    worst = min(races, key=lambda one: one.ratio)
    return Figures(
        name="insight",
        ours=round(worst.ours_s, 3),
        yardstick=round(worst.by_hand_s, 3),
        unit="seconds of the worst report, by hand over ours",
        target=round(1 / 1.2, 3),
        ratio=round(worst.ratio, 3),
        details=details,
    )


class _Race(NamedTuple):
    """Medians of several rounds. Ratios are of each round: a busy machine slows both of them."""

    ours_s: float
    by_hand_s: float
    ratio: float
    cpu_ratio: float


def _race(connection: duck.Connection, files: list[Path], ours_sql: str, by_hand: str) -> _Race:
    """Both ways, one after the other; they must agree on every figure."""
    rounds = []
    for _ in range(_rounds):
        told, ours = _timed(connection, files, ours_sql)
        wanted, theirs = _timed(connection, files, by_hand)
        assert told, "there is something to tell"
        assert told == wanted, "both ways give the same figures"
        rounds.append((ours.wall, theirs.wall, theirs.wall / ours.wall, theirs.cpu / ours.cpu))
    return _Race(*(statistics.median(one) for one in zip(*rounds, strict=True)))


class _Spent(NamedTuple):
    """Seconds."""

    wall: float
    cpu: float


def _timed(connection: duck.Connection, files: list[Path], sql: str) -> tuple[list[Told], _Spent]:
    wall, cpu = time.perf_counter(), time.process_time()
    told = duck.fetch(connection, sql, files)
    return told, _Spent(time.perf_counter() - wall, time.process_time() - cpu)


def _time_small_shop(connection: duck.Connection, files: list[Path]) -> float:
    """How long one of a thousand neighbours waits, whose rows lie in the same lane."""
    scope = _scope_of(_neighbour + 7)
    seconds = [
        _timed(connection, files, write_sql("overview", scope, (TradeBy.DAY,)))[1].wall
        for _ in range(_rounds)
    ]
    return round(statistics.median(seconds), 3)


def _scope_of(merchant_id: int) -> Scope:
    last = _begin + timedelta(days=_days)
    return Scope(
        merchant_id=merchant_id,
        currency="CNY",
        clock=compute_offsets(_zone, _begin, last),
        months=compute_months(_begin, last + timedelta(days=1)),
        today=day_number(last) + 1,
    )
