"""Cells of other systems' files: read exactly, or not at all."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.wire.sheets.cells import parse_price, parse_quantity, parse_text, parse_time

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (" a ", "a"),
        (17850.0, "17850"),
        ("17850.0", "17850"),
        (float("nan"), ""),
        ("1.50", "1.50"),
        (7, "7"),
        ("007", "007"),
        ("v1.0", "v1.0"),
    ],
)
def test_text(cell: object, text: str) -> None:
    assert parse_text(cell) == text


@pytest.mark.parametrize(
    ("cell", "quantity"),
    [
        (12, 12),
        ("-3", -3),
        ("12.0", 12),
        (2.0, 2),
        ("1.5", None),
        ("x", None),
        ("", None),
        (None, None),
        (True, None),
        ("9" * 16, None),
        ("١٢", None),
    ],
)
def test_quantity(cell: object, quantity: int | None) -> None:
    assert parse_quantity(cell) == quantity


@pytest.mark.parametrize(
    ("cell", "price_e6"),
    [
        ("6.95", 6_950_000),
        (6.95, 6_950_000),
        (0.001, 1_000),
        (Decimal("1.10"), 1_100_000),
        (3, 3_000_000),
        ("-5", -5_000_000),
        ("0.0000001", None),
        ("1e999999999", None),
        ("1e-999999999", None),
        (1e300, None),
        (True, None),
        ("nan", None),
        (float("inf"), None),
        ("1,50", None),
        ("", None),
        ("9" * 20, None),
    ],
)
def test_price(cell: object, price_e6: int | None) -> None:
    assert parse_price(cell) == price_e6


@given(st.integers(-(10**9), 10**9))
def test_a_binary_fraction_is_the_decimal_that_it_prints_as(fen: int) -> None:
    assert parse_price(fen / 100) == fen * 10_000
    assert parse_price(f"{Decimal(fen) / 100:f}") == fen * 10_000


@pytest.mark.parametrize(
    ("cell", "instant"),
    [
        ("2010-07-01 12:00", datetime(2010, 7, 1, 11, tzinfo=UTC)),
        ("2010-07-01T12:00:00+08:00", datetime(2010, 7, 1, 4, tzinfo=UTC)),
        (datetime(2010, 12, 1, 12), datetime(2010, 12, 1, 12, tzinfo=UTC)),  # noqa: DTZ001
        (date(2010, 7, 1), datetime(2010, 6, 30, 23, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
        (None, None),
        (12, None),
    ],
)
def test_time(cell: object, instant: datetime | None) -> None:
    assert parse_time(cell, LONDON) == instant


def test_time_of_a_format() -> None:
    assert parse_time("01/12/2010 08:26", LONDON, "%d/%m/%Y %H:%M") == datetime(
        2010, 12, 1, 8, 26, tzinfo=UTC
    )
    assert parse_time("2010-12-01", LONDON, "%d/%m/%Y") is None
