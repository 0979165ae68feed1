"""Cursors of lists that are ordered by an instant, the newest first, and by id within it."""

from datetime import UTC, datetime, timedelta

from banyan.base.errors import Invalid
from banyan.base.paging import decode_cursor, encode_cursor

ID_MAX = 2**63 - 1
FAR = datetime(9999, 12, 31, tzinfo=UTC)
"""Later than everything: where a list begins that has no cursor."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DIGITS_MAX = 19


def encode_time_cursor(at: datetime, last_id: int) -> str:
    """A cursor that continues after the item of that instant and id."""
    return encode_cursor((at - _EPOCH) // _MICROSECOND, last_id)


def decode_time_cursor(
    cursor: str | None, start: tuple[datetime, int] = (FAR, ID_MAX)
) -> tuple[datetime, int]:
    """The instant and id in a cursor, or `start` without one.

    Raises Invalid `paging.bad_cursor`.
    """
    parts = decode_cursor(cursor, 2)
    if parts is None:
        return start
    if not (_is_number(parts[0]) and _is_number(parts[1])) or int(parts[1]) < 0:
        raise Invalid("paging.bad_cursor")
    micros, last_id = int(parts[0]), int(parts[1])
    try:
        return _EPOCH + timedelta(microseconds=micros), min(last_id, ID_MAX)
    except OverflowError:
        raise Invalid("paging.bad_cursor") from None


def _is_number(part: str) -> bool:
    digits = part.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS_MAX
