"""Whatever a file holds: each row is in the books or among the rejects, and nothing breaks."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banyan.app.importing import ImportReport, OrdersFile, Wish, import_orders, try_import
from banyan.base.clock import Clock
from banyan.base.errors import Invalid
from banyan.wire.sheets.mapping import read_mapping
from tests.kit.history import HEADING
from tests.kit.world import World

NASTY = (
    "", " ", "1", "-1", "0", "1e9", "9" * 30, "-0", "NaN", "inf", "1,5", "0x10", "１２", "1_000",
    "'; drop table orders.orders; --", "<script>alert(1)</script>", "../../etc/passwd", "=1+1",
    "\x00", "\x1b[31m", "a\nb", "\u202egnp.exe", "\ufeff", "𝔘𝔫𝔦", "👨‍👩‍👧", "x" * 5_000, "R-1",
    "null", "2025-03-01", "2025-03-01 14:05", "9999-12-31T23:59:59+14:00", "0001-01-01",
    "2026-02-30", "2025-03-01T14:05:00Z", "18.00", "0.000001", "99999999999.99", "1" * 12, "-18.00",
)  # fmt: skip
GOOD = ("1001", "TEA", "Tea", "1", "2025-03-01 14:05", "18.00", "K1", "Main")
cells = st.sampled_from(NASTY)
rows = st.tuples(*(st.one_of(st.just(good), cells) for good in GOOD))


def nothing(_phase: str, _done: int, _total: int | None) -> None:
    """Nobody watches."""


def file_of(path: Path) -> OrdersFile:
    return OrdersFile(
        path=path, mapping=read_mapping("simple"), rejects=path.with_suffix(".rejects.csv")
    )


def write(path: Path, some: list[tuple[str, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([HEADING, *some])


def count_rejected(path: Path) -> int:
    if not path.exists():
        return 0
    with path.open(newline="", encoding="utf-8-sig") as file:
        return sum(1 for _ in csv.reader(line.replace("\0", "") for line in file)) - 1


def check(report: ImportReport, file: OrdersFile, some: list[tuple[str, ...]]) -> None:
    """Raise AssertionError unless every row that holds anything is accounted for."""
    assert report.rows <= len(some)
    assert report.rejected_rows == count_rejected(file.rejects)
    rejected = sum(Decimal(one.amount) for one in report.rejected)
    sold, returned = Decimal(report.sold), Decimal(report.returned)
    assert sold - returned + rejected - Decimal(report.rounding) == Decimal(report.amount)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(rows, min_size=1, max_size=25))
def test_any_cells(tmp_path: Path, some: list[tuple[str, ...]]) -> None:
    file = file_of(tmp_path / "a.csv")
    write(file.path, some)
    check(try_import(file, nothing), file, some)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.one_of(st.binary(max_size=2_000), st.text(max_size=2_000).map(str.encode)))
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    file = file_of(tmp_path / "a.csv")
    file.path.write_bytes(content)
    with pytest.raises(Invalid):
        try_import(file, nothing)


def test_bytes_that_are_no_text_go_to_the_rejects(tmp_path: Path) -> None:
    file = file_of(tmp_path / "a.csv")
    lines = [
        ",".join(HEADING),
        ",".join(GOOD),
        "1002,T\xffA,Tea,1,2025-03-01 14:05,18.00,K1,Main",
        "1003,TEA,Th\xe9,2,2025-03-01 14:05,18.00,K1,Main",
        "1003,TEA,Tea,1,2025-03-01 14:05,18.00,K1,Main",
        "1004,T\xffA,Tea,1,2025-03-01 14:05,18.00,K1,Main,too many",
        ",".join(("1005", *GOOD[1:])),
    ]
    file.path.write_bytes("\n".join(lines).encode("latin1"))
    report = try_import(file, nothing)
    assert (report.orders, report.sold, report.amount) == (2, "36.00", "108.00")
    with file.rejects.open(newline="", encoding="utf-8-sig") as rejects:
        told = list(csv.reader(rejects))[1:]
    assert [(row[0], row[1]) for row in told] == [
        ("3", "bytes_malformed"),
        ("4", "bytes_malformed"),
        ("5", "order_incomplete"),
        ("6", "cells_miscounted"),
    ]
    assert told[0][3] == "T\\xffA"
    assert told[1][4] == "Th\\xe9"
    assert "T\\xffA" in told[3][2]


async def test_every_nasty_cell_in_every_column(world: World, tmp_path: Path) -> None:
    file = file_of(tmp_path / "a.csv")
    some = []
    for place in range(len(GOOD)):
        for number, nasty in enumerate(NASTY):
            row = list(GOOD)
            row[0] = f"{place}-{number}"
            row[place] = nasty
            some.append(tuple(row))
    write(file.path, some)
    wish = Wish(merchant="new", owner="13800000004", name="Old Shop")
    report = await import_orders(world.office, file, wish, nothing)
    check(report, file, some)
    assert report.orders > len(NASTY), "names and stores may be odd"
    again = await import_orders(world.office, file, wish, nothing)
    assert (again.orders, again.orders_new) == (report.orders, 0)
    await world.settle()


def test_the_future_is_no_history(tmp_path: Path) -> None:
    file = file_of(tmp_path / "a.csv")
    at = Clock().now() + timedelta(days=1)
    write(file.path, [(*GOOD[:4], at.isoformat(), *GOOD[5:])])
    (rejected,) = try_import(file, nothing).rejected
    assert rejected.reason == "time_not_past"


def test_parquet_of_other_types(tmp_path: Path) -> None:
    file = file_of(tmp_path / "a.parquet")
    columns = {
        "order": pa.array([1001, 1002], pa.uint64()),
        "sku": pa.array(["TEA", "TEA"]).dictionary_encode(),
        "description": pa.array(["Tea", None], pa.large_string()),
        "quantity": pa.array([1.0, 2.5]),
        "time": pa.array([datetime(2025, 3, 1, tzinfo=UTC)] * 2, pa.timestamp("ns", "UTC")),
        "unit_price": pa.array([Decimal("18.00"), Decimal("1.25")]),
        "customer": pa.array([2**63, None], pa.uint64()),
        "store": pa.array([None, None], pa.string()),
    }
    pq.write_table(pa.table(columns), file.path)
    report = try_import(file, nothing)
    assert (report.orders, report.sold) == (1, "18.00")
    assert [one.reason for one in report.rejected] == ["quantity_malformed"]
    pq.write_table(pa.table({**columns, "sku": pa.array([["a"], ["b"]])}), file.path)
    with pytest.raises(Invalid, match=r"sheets\.column_unusable"):
        try_import(file, nothing)


def test_rejects_must_have_a_place(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", [GOOD])
    file = OrdersFile(
        path=tmp_path / "a.csv",
        mapping=read_mapping("simple"),
        rejects=tmp_path / "nowhere" / "b.csv",
    )
    with pytest.raises(Invalid, match=r"importing\.rejects_unwritable"):
        try_import(file, nothing)
