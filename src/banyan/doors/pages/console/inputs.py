"""What people type into the console's forms: money, days, rows of a table, pages of a list."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from urllib.parse import urlencode

import msgspec

from banyan.doors.pages.forms import Form, Mistake, Wrong, fill
from banyan.doors.pages.shell import mark
from banyan.doors.pages.shell.format import read_zone

T = TypeVar("T", bound=msgspec.Struct)

_money = re.compile(r"(\d{1,12})(?:\.(\d{1,4}))?")
_percent = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?")
_trail_max = 12
"""How many pages back the pager remembers."""


@dataclass(frozen=True, slots=True)
class TooPrecise:
    """An amount with more decimals than its currency has: no number, and it says why."""

    exponent: int

    @property
    def mistake(self) -> Mistake:
        """What to write beside the field."""
        if self.exponent:
            return Mistake(mark("At most {count} decimals"), {"count": self.exponent})
        return Mistake(mark("This currency has no decimals: enter a whole number"))


def parse_money(text: str, exponent: int) -> object:
    """Minor units of an amount such as `1,234.50`; what is none is for `fill` to refuse.

    That is the text itself, or `TooPrecise`. An empty text is zero.
    """
    if not text:
        return 0
    plain = unicodedata.normalize("NFKC", text)
    found = _money.fullmatch(plain.replace(",", "").replace("¥", "").strip())
    if found is None:
        return text
    if len(found[2] or "") > exponent:
        return TooPrecise(exponent)
    return int(found[1]) * 10**exponent + int((found[2] or "").ljust(exponent, "0") or "0")


def write_money(amount: int | None, exponent: int) -> str:
    """An amount as `parse_money` reads it; none is an empty text."""
    if amount is None:
        return ""
    whole, fraction = divmod(amount, 10**exponent)
    return f"{whole}.{fraction:0{exponent}d}" if exponent else str(whole)


def parse_percent(text: str) -> object:
    """Basis points of a percentage such as `12.5`; what is none stays text."""
    if not text:
        return 0
    found = _percent.fullmatch(text.strip().rstrip("%").strip())
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else text


def write_percent(basis_points: int) -> str:
    """Basis points as a percentage without needless zeros."""
    return f"{basis_points / 100:.2f}".rstrip("0").rstrip(".")


def find_day(text: str) -> date | None:
    """The calendar day of `2026-03-14`; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def start_of(day: date, zone: str) -> datetime:
    """The instant at which a day begins on the clocks of a zone."""
    return datetime.combine(day, time(), read_zone(zone)).astimezone(UTC)


def end_of(day: date, zone: str) -> datetime:
    """The instant at which a day ends on the clocks of a zone."""
    return start_of(day + timedelta(days=1), zone)


def fill_rows(kind: type[T], rows: Iterable[tuple[int, Mapping[str, object]]]) -> list[T]:
    """A struct for each numbered row. Raises Wrong with the mistakes as `field-number`."""
    filled: list[T] = []
    errors: dict[str, Mistake] = {}
    for number, values in rows:
        try:
            filled.append(fill(kind, **values))
        except Wrong as wrong:
            errors |= {f"{name}-{number}": one for name, one in wrong.errors.items()}
    if errors:
        raise Wrong(errors)
    return filled


@dataclass(frozen=True)
class Pager:
    """Addresses of the page before and the page after; empty where there is none."""

    previous_href: str
    next_href: str


def turn_pages(path: str, query: Form, names: Iterable[str], next_cursor: str | None) -> Pager:
    """The pages around the one that a query asked for; `names` are the filters to keep.

    Cursors lead only forward, so the address carries those of the pages before.
    """
    kept = [(name, one) for name in names for one in query.texts(name)]
    cursor = query.text("cursor")
    trail = [one for one in query.text("trail").split(".") if one]
    previous = ""
    if cursor:
        back = [("cursor", trail[-1]), ("trail", ".".join(trail[:-1]))] if trail else []
        previous = _address(path, [*kept, *back])
    following = ""
    if next_cursor:
        walked = [*trail, cursor][-_trail_max:] if cursor else trail
        on = [("cursor", next_cursor), ("trail", ".".join(walked))]
        following = _address(path, [*kept, *on])
    return Pager(previous, following)


def _address(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    return f"{path}?{urlencode([(name, one) for name, one in pairs if one])}"
