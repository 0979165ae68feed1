"""What stands in single cells: quantities, prices and instants, exactly or not at all."""

import math
import re
from datetime import UTC, date, datetime
from decimal import Context, Decimal, Inexact, InvalidOperation
from zoneinfo import ZoneInfo

MILLION = 1_000_000
"""Prices are counted in millionths, so that fractions of a penny are not lost."""
_DECIMALS = 6
_MILLIONTH = Decimal("0.000001")
_EXACT = Context(prec=30, traps=[Inexact])
_WHOLE = re.compile(r"[0-9]+\.0+")
_DIGITS_MAX = 12
_INT = re.compile(r"[+-]?[0-9]{1,15}")


def parse_text(cell: object) -> str:
    """The cell as text without blank edges; empty for an empty cell.

    A whole number that a spreadsheet or a data frame wrote as `17850.0` is `17850`.
    """
    if cell is None:
        return ""
    if isinstance(cell, float):
        if math.isnan(cell):
            return ""
        return str(int(cell)) if cell.is_integer() else repr(cell)
    text = cell.strip() if isinstance(cell, str) else str(cell)
    return text.partition(".")[0] if _WHOLE.fullmatch(text) else text


def parse_quantity(cell: object) -> int | None:
    """The whole number in the cell, or None if there is none."""
    text = parse_text(cell)
    return int(text) if _INT.fullmatch(text) else None


def parse_price(cell: object) -> int | None:
    """The price in millionths, or None if the cell holds none.

    A binary fraction is taken for the decimal that it prints as, to six decimals: 6.95 is 6.95.
    Text with more decimals is no price, as it would have to be cut.
    """
    is_number = isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)
    try:
        number = Decimal(str(cell) if is_number else parse_text(cell))
    except InvalidOperation:
        return None
    if not number.is_finite() or number.adjusted() >= _DIGITS_MAX:
        return None
    if isinstance(cell, float):
        number = number.quantize(_MILLIONTH)
    try:
        scaled = _EXACT.scaleb(number, _DECIMALS)
    except Inexact:
        return None
    return int(scaled) if scaled == scaled.to_integral_value() else None


def parse_time(cell: object, zone: ZoneInfo, time_format: str = "") -> datetime | None:
    """The instant in the cell in UTC, or None if it holds none.

    A time without an offset is one of `zone`; a day without a time is its midnight.
    """
    if isinstance(cell, date):
        found = (
            cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - the zone follows
        )
    else:
        text = parse_text(cell)
        try:
            found = (
                datetime.strptime(text, time_format)  # noqa: DTZ007 - the zone follows
                if time_format
                else datetime.fromisoformat(text)
            )
        except ValueError:
            return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone)
    try:
        return found.astimezone(UTC)
    except OverflowError:
        return None
