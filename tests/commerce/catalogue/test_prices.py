"""Prices are written in major units and read back exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Invalid
from banyan.base.limits import AMOUNT_MAX
from banyan.commerce.catalogue.rules import compute_price, write_price


@given(st.integers(0, AMOUNT_MAX), st.sampled_from([0, 2, 3]))
def test_what_is_written_is_read_back(price_fen: int, exponent: int) -> None:
    assert compute_price(write_price(price_fen, exponent), exponent) == price_fen


@pytest.mark.parametrize(
    ("text", "exponent", "price_fen"),
    [
        ("18", 2, 1800),
        ("18.5", 2, 1850),
        ("18.50", 2, 1850),
        ("18.5000", 2, 1850),
        ("18.", 2, 1800),
        ("0", 2, 0),
        ("007", 2, 700),
        ("0.01", 2, 1),
        ("1200", 0, 1200),
        ("10000000000.00", 2, AMOUNT_MAX),
    ],
)
def test_prices_are_exact(text: str, exponent: int, price_fen: int) -> None:
    assert compute_price(text, exponent) == price_fen


@pytest.mark.parametrize(
    ("text", "exponent", "code"),
    [
        ("", 2, "malformed"),
        ("-1", 2, "malformed"),
        ("1e3", 2, "malformed"),
        ("NaN", 2, "malformed"),
        ("1,000", 2, "malformed"),
        ("¥18", 2, "malformed"),
        (".5", 2, "malformed"),
        ("１８", 2, "malformed"),
        ("٣", 2, "malformed"),
        ("99999999999999", 2, "malformed"),
        ("0.001", 2, "too_precise"),
        ("1.5", 0, "too_precise"),
        ("10000000000.01", 2, "out_of_range"),
    ],
)
def test_what_is_no_price_is_said_why(text: str, exponent: int, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        compute_price(text, exponent)
    assert refused.value.code == code
