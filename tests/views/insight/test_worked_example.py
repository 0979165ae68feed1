"""The example of docs/explanation/insight.md, computed: the page says what the code does."""

from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from banyan.views.insight import BuyersBy, FunnelBy, TradeBy
from banyan.views.insight.kinds import COLUMNS
from banyan.views.insight.reports import REPORTS
from banyan.views.insight.rows import micros
from banyan.views.insight.rules import (
    _segments,
    compute_months,
    compute_offsets,
    day_number,
    month_of_index,
)
from banyan.views.insight.scope import Scope
from banyan.views.insight.types import Told
from tests.views.insight.invented import Row, compute, write_rows

PAGE = Path(__file__).parents[3] / "docs/explanation/insight.md"
SHANGHAI = "Asia/Shanghai"
TODAY = date(2026, 4, 30)
MERCHANT = 42

Line = dict[str, str]

READERS = ("funnel", "overview", "recognised", "lifetime")
MAKERS = {name: import_module(f"banyan.views.insight.read_{name}")._row for name in READERS}
"""What makes an answer's row of what the engine said."""


def read_tables() -> list[list[Line]]:
    """Every table of the page, each a list of lines by column."""
    tables: list[list[Line]] = []
    names: list[str] = []
    for text in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in text.strip().strip("|").split("|")]
        if not text.startswith("|"):
            names = []
        elif not names:
            names = cells
            tables.append([])
        elif set(cells[-1]) != {"-"}:
            tables[-1].append(dict(zip(names, cells, strict=True)))
    return tables


TABLES = read_tables()


def history() -> list[Row]:
    """The example's rows."""
    (table,) = [one for one in TABLES if "kind" in one[0]]
    rows = []
    for number, line in enumerate(table, start=1):
        at = datetime.fromisoformat(line["at"]).replace(tzinfo=ZoneInfo(SHANGHAI))
        row: Row = {name: "" if kind == "string" else 0 for name, kind in COLUMNS.items()}
        told: Row = {name: int(line[name]) for name in line if name not in {"at", "kind"}}
        fixed: Row = {"lane": 1, "number": number, "kind": line["kind"], "at_us": micros(at)}
        rows.append(row | told | fixed | {"merchant_id": MERCHANT})
    return rows


def expected(report: str) -> tuple[list[str], list[Line]]:
    """What a report's table is told apart by, and its lines."""
    title = f"report: {report}"
    (table,) = [one for one in TABLES if title in one[0]]
    return table[0][title].split(), [
        {name: value for name, value in line.items() if name != title} for line in table
    ]


def scope() -> Scope:
    """Everything up to the day on which it is read."""
    begin = date(2026, 1, 1)
    return Scope(
        merchant_id=MERCHANT,
        currency="CNY",
        clock=compute_offsets(SHANGHAI, begin, TODAY),
        months=compute_months(begin, TODAY),
        today=day_number(TODAY),
    )


def shown(told: Told, row: msgspec.Struct | None = None) -> Line:
    """A row as the page writes it: what the engine said, and what was made of it."""
    line: dict[str, Any] = dict(told)
    line |= {} if row is None else msgspec.structs.asdict(row)
    if "first_month" in line:
        line["first_month"] = month_of_index(line["first_month"])
    return {name: str(value) for name, value in line.items()}


@pytest.mark.parametrize("report", REPORTS)
def test_the_page_tells_what_is_computed(tmp_path: Path, report: str) -> None:
    by, lines = expected(report)
    write_rows(history(), tmp_path / "example.parquet")
    kinds: dict[str, Any] = {"funnel": FunnelBy, "overview": TradeBy, "recognised": TradeBy}
    chosen: tuple[object, ...] = ()
    if report in kinds:
        chosen = (tuple(kinds[report](one) for one in by),)
    elif report == "lifetime":
        chosen = tuple(BuyersBy(one) for one in by)
    answer = compute([tmp_path / "example.parquet"], report, scope(), *chosen)
    make: Any = MAKERS.get(report, lambda _told: None)
    told = [shown(one, make(one)) for one in answer]
    assert [{name: one[name] for name in lines[0]} for one in told] == lines


def test_the_page_names_every_segment_as_it_is_decided() -> None:
    (table,) = [one for one in TABLES if "segment" in one[0]]
    assert [tuple(line.values()) for line in table] == [
        (name.value, f"{first} to {last}", f"at least {often}", f"at least {much}")
        for name, first, last, often, much in _segments
    ]
