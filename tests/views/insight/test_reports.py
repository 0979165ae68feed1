"""Each report against the same report in plain Python, over invented histories."""

import itertools
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from banyan.views.insight.reports import REPORTS, write_sql
from banyan.views.insight.rules import day_number
from banyan.views.insight.scope import EngineKind
from banyan.views.insight.types import BuyersBy, FunnelBy, TradeBy
from tests.views.insight import plain
from tests.views.insight.invented import BEGIN, DAYS, Row, compute, invent, scope_of, write_rows

Plain = Callable[..., list[dict[str, Any]]]

SEEDS = range(3)


def subsets(kinds: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Every choice of these, the empty one too."""
    return [
        chosen for size in range(len(kinds) + 1) for chosen in itertools.combinations(kinds, size)
    ]


CASES: list[tuple[str, Plain, tuple[object, ...]]] = [
    *(("funnel", plain.funnel, (by,)) for by in subsets(list(FunnelBy))),
    *(("overview", plain.overview, (by,)) for by in subsets(list(TradeBy))),
    *(("recognised", plain.recognised, (by,)) for by in subsets(list(TradeBy))),
    ("rfm", plain.rfm, ()),
    ("cohorts", plain.cohorts, ()),
    *(("lifetime", plain.lifetime, (by,)) for by in BuyersBy),
]


BEGIN_DAY = day_number(BEGIN.date())
FROM_DAY, UNTIL_DAY = BEGIN_DAY + DAYS // 4, BEGIN_DAY + DAYS // 2
PARTIAL = (
    scope_of(from_day=FROM_DAY, until_day=UNTIL_DAY),
    scope_of(store_ids=(2,)),
    scope_of(from_day=FROM_DAY, until_day=UNTIL_DAY, store_ids=(1, 3)),
)
"""A span of days; one store; two stores in that span. Few: to write SQL takes the longest here."""


@pytest.fixture(scope="module", params=SEEDS)
def history(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[Row], list[Path]]:
    """A history in several files, as the export leaves it."""
    rows = invent(int(request.param))
    folder = tmp_path_factory.mktemp("history")
    files = []
    for place, start in enumerate(range(0, len(rows), 70)):
        files.append(folder / f"{place}.parquet")
        write_rows(rows[start : start + 70], files[-1])
    return rows, files


@pytest.mark.parametrize(("report", "plainly", "by"), CASES)
def test_report_is_what_plain_python_counts(
    history: tuple[list[Row], list[Path]],
    report: str,
    plainly: Plain,
    by: tuple[object, ...],
) -> None:
    rows, files = history
    place = [one[::2] for one in CASES].index((report, by))
    for scope in (scope_of(), PARTIAL[place % len(PARTIAL)]):
        assert compute(files, report, scope, *by) == plainly(rows, scope, *by)


@pytest.mark.parametrize(("report", "plainly", "by"), CASES)
def test_a_merchant_without_a_history_gets_an_answer(
    tmp_path: Path, report: str, plainly: Plain, by: tuple[object, ...]
) -> None:
    file = tmp_path / "empty.parquet"
    write_rows([], file)
    assert compute([file], report, scope_of(), *by) == plainly([], scope_of(), *by)


@pytest.mark.parametrize(
    ("report", "by"),
    [("funnel", (FunnelBy.CODE, FunnelBy.DAY)), ("lifetime", BuyersBy.CODE)],
)
def test_the_figures_do_not_depend_on_how_an_engine_likes_to_be_asked(
    history: tuple[list[Row], list[Path]], report: str, by: object
) -> None:
    """What is written for Spark is standard enough to be run here."""
    _, files = history
    told = compute(files, report, scope_of(), by)
    assert any(one["code_id"] for one in told)
    assert compute(files, report, scope_of(engine=EngineKind.SPARK), by) == told


@pytest.mark.parametrize("report", REPORTS)
def test_every_report_can_be_written_for_spark(report: str) -> None:
    choices: dict[str, tuple[object, ...]] = {
        "funnel": (tuple(FunnelBy),),
        "overview": (tuple(TradeBy),),
        "recognised": (tuple(TradeBy),),
        "lifetime": (BuyersBy.CODE,),
    }
    sql = write_sql(report, scope_of(engine=EngineKind.SPARK), *choices.get(report, ()))
    assert "`events`" in sql


def test_histories_have_what_reports_are_about() -> None:
    """Otherwise the tests above could pass by having nothing to count."""
    rows = [row for seed in SEEDS for row in invent(seed)]
    numbers = plain.funnel(invent(0), scope_of(), ())[0]
    assert all(numbers[name] for name in numbers)
    assert sum(row["kind"] == "places.touch_joined" for row in rows) > 20
    instants = [row["at_us"] for row in rows if row["kind"] == "orders.paid"]
    assert len(set(instants)) < len(instants)
    lifetimes = plain.lifetime(invent(0), scope_of(), BuyersBy.CODE)
    assert any(one["payback_day"] for one in lifetimes)
    assert any(one["payback_day"] is None for one in lifetimes)
    assert timedelta(days=DAYS) > timedelta(days=360)
