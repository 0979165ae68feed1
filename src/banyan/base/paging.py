"""Pages of a list: a bounded number of items and an opaque cursor to the next."""

import base64
import binascii
from typing import Annotated, Generic, TypeVar

import msgspec

from banyan.base.errors import Invalid
from banyan.base.limits import PAGE_MAX

T = TypeVar("T")

Limit = Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX)]
Cursor = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[A-Za-z0-9_-]*$(?!\n)")]


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Items, and the cursor that continues after the last of them; null when there are no more."""

    items: list[T]
    next_cursor: str | None = None


def encode_cursor(*parts: int | str) -> str:
    """An opaque cursor that `decode_cursor` reads back."""
    raw = msgspec.json.encode([str(part) for part in parts])
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode_cursor(cursor: str | None, count: int) -> list[str] | None:
    """The parts of a cursor, or None without one. Raises Invalid `paging.bad_cursor`."""
    if not cursor:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        parts = msgspec.json.decode(raw, type=list[str])
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise Invalid("paging.bad_cursor") from None
    # What we write is plain; a NUL or half a character would be a bug in the driver.
    if len(parts) != count or not all(part.isascii() and part.isprintable() for part in parts):
        raise Invalid("paging.bad_cursor")
    return parts


def decode_id_cursor(cursor: str | None, start: int = 0) -> int:
    """The id in a one-part cursor, or `start` without one. Raises Invalid `paging.bad_cursor`."""
    parts = decode_cursor(cursor, 1)
    if parts is None:
        return start
    if not (parts[0].isascii() and parts[0].isdigit() and len(parts[0]) <= 18 + 1):
        raise Invalid("paging.bad_cursor")
    return min(int(parts[0]), 2**63 - 1)


def page_of(rows: list[T], limit: int, ids: list[int]) -> Page[T]:
    """A page from one row more than `limit` asked for; `ids` are the rows' cursor ids."""
    if len(rows) <= limit:
        return Page(items=rows)
    return Page(items=rows[:limit], next_cursor=encode_cursor(ids[limit - 1]))
