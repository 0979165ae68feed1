"""Money, numbers, days and instants, as a person of each language reads them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.doors.http.money import format_money
from banyan.doors.pages.shell.format import (
    format_day,
    format_instant,
    format_machine_instant,
    format_number,
    format_ratio,
)
from banyan.doors.pages.shell.i18n import Language
from banyan.doors.pages.shell.parse import amount_max, parse_money, render_amount

_zh, _en = Language.ZH.locale, Language.EN.locale
_late = datetime(2026, 3, 14, 18, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (0, "CNY", "¥0.00"),
        (5, "CNY", "¥0.05"),
        (123456, "CNY", "¥1,234.56"),
        (-500, "CNY", "\u2212¥5.00"),
        (10**15 + 1, "CNY", "¥10,000,000,000,000.01"),
        (1200, "JPY", "JP¥1,200"),
        (1234567, "KWD", "KWD1,234.567"),
    ],
)
def test_money_is_exact_at_any_size(amount: int, currency: str, text: str) -> None:
    assert format_money(_en, amount, currency) == text


@pytest.mark.parametrize("locale", [_zh, _en], ids=["zh", "en"])
def test_yuan_carry_one_sign_in_both_languages(locale: object) -> None:
    assert format_money(locale, 4700) == "¥47.00"  # type: ignore[arg-type]


def test_pounds_and_dollars_are_told_apart_in_chinese() -> None:
    assert format_money(_zh, 100, "GBP") == "£1.00"
    assert format_money(_zh, 100, "USD") == "US$1.00"


def test_a_list_of_entries_shows_both_signs() -> None:
    signed = [format_money(_en, amount, is_signed=True) for amount in (500, -500, 0)]
    assert signed == ["+¥5.00", "\u2212¥5.00", "¥0.00"]


@given(st.integers(0, amount_max), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_what_a_field_shows_is_read_back_the_same(amount: int, currency: str) -> None:
    assert parse_money(render_amount(amount, currency), currency) == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [("12", 1200), ("12.", 1200), ("12.5", 1250), ("¥1,234.50", 123450), ("１２．３４", 1234)],
)
def test_money_is_read_as_people_type_it(text: str, amount: int) -> None:
    assert parse_money(text) == amount


@pytest.mark.parametrize(
    "text",
    ["", " ", "-1", "+1", "1e3", "1.234", "1,23", "NaN", "12.3.4", "٣", "9" * 19, "1 2", "1;drop"],
)
def test_what_is_no_money_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"money|decimals"):
        parse_money(text)


def test_instants_stand_on_the_wall_clock_of_the_store() -> None:
    """02:05 of the next day in Shanghai is 18:05 in London."""
    assert format_instant(_zh, _late) == "3月15日 02:05"
    assert format_instant(_en, _late, "Europe/London") == "14 Mar, 18:05"
    assert format_instant(_en, _late, style="time") == "02:05"
    assert format_instant(_zh, _late, style="full") == "2026年3月15日 02:05:09"


def test_an_instant_without_a_zone_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="time zone"):
        format_instant(_zh, datetime(2026, 3, 14, 18, 5))  # noqa: DTZ001
    with pytest.raises(ZoneInfoNotFoundError):
        format_instant(_zh, _late, "Mars/Olympus")


def test_days_numbers_and_ratios() -> None:
    assert format_day(_zh, date(2026, 3, 1)) == "2026年3月1日"
    assert format_day(_en, date(2026, 3, 1), "day") == "1 Mar"
    assert format_number(_en, -1234567) == "\u22121,234,567"
    assert format_ratio(_en, 0.1234) == "12.3%"
    assert format_ratio(_zh, -0.005, 0) == "\u22120%"
    assert format_machine_instant(_late) == "2026-03-14T18:05:09+00:00"
