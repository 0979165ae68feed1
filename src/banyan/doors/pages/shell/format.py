"""Numbers, days and instants as a person reads them, in the page's language."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_decimal, format_percent

from banyan.doors.http.money import minus

if TYPE_CHECKING:
    from babel import Locale

default_zone = "Asia/Shanghai"

instant_patterns = {
    "zh": {
        "day": "M月d日",
        "month": "y年M月",
        "long": "y年M月d日",
        "minute": "M月d日 HH:mm",
        "full": "y年M月d日 HH:mm:ss",
    },
    "en": {
        "day": "d MMM",
        "month": "MMMM y",
        "long": "d MMM y",
        "minute": "d MMM, HH:mm",
        "full": "d MMM y, HH:mm:ss",
    },
}


def format_number(locale: Locale, value: float) -> str:
    """Answers a number with the locale's grouping."""
    return format_decimal(value, locale=locale).replace("-", minus)


def format_ratio(locale: Locale, ratio: float, digits: int = 1) -> str:
    """Answers a ratio as a percentage: 0.1234 as `12.3%`."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "") + "%"
    return format_percent(ratio, pattern, locale=locale).replace("-", minus)


def format_instant(
    locale: Locale, at: datetime, zone: str = default_zone, style: str = "minute"
) -> str:
    """Answers an instant on the wall clock of a zone.

    `style` is `time`, `minute`, `day`, `long` or `full`.

    Raises `ValueError` for an instant without a zone: nobody could say when that was.
    """
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    local = at.astimezone(read_zone(zone))
    if style == "time":
        return format_time(local, "HH:mm", locale=locale)
    return format_datetime(local, instant_patterns[locale.language][style], locale=locale)


def format_day(locale: Locale, on: date, style: str = "long") -> str:
    """Answers a calendar day, which has no zone; `style` is `day` (no year), `month` or `long`."""
    return format_date(on, instant_patterns[locale.language][style], locale=locale)


def format_span(locale: Locale, span: timedelta) -> str:
    """Answers how long something took, in its largest unit: `12 seconds`, `3 minutes`."""
    shown = max(span, timedelta(seconds=1))
    return format_timedelta(shown, granularity="second", threshold=1, locale=locale)


def format_machine_instant(at: datetime) -> str:
    """Answers an instant for the `datetime` attribute of `<time>`."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


@cache
def read_zone(name: str) -> ZoneInfo:
    """Answers a time zone by its IANA name; raises `ZoneInfoNotFoundError` for an unknown one."""
    return ZoneInfo(name)
