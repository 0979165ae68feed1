"""How payment codes are made and recognised: no I/O, and the same on the phone (`paycode.js`)."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from banyan.base.errors import Failure, NotFound, Refusal

SEEDS = 60_000_000
"""So many seeds fit in front of nine digits, if codes begin with 10 to 15."""
TURNS = 4
"""Codes that one device can make in a minute, should one be taken and another be needed."""
SECRET_BYTES = 32
MINUTE_S = 60
GRACE = timedelta(seconds=30)
"""A code is good for its minute, and so long before and after, for clocks are never right."""
REMEMBERED = timedelta(minutes=10)
"""So long after, a code is told to be too old, and not to be none."""
IDLE = timedelta(days=90)
"""A seed from which nothing was made for so long is forgotten."""
MISSES_MAX = 60
"""Wrong codes that a merchant may bring in an hour. One guess in eighty million is right."""
KEPT = timedelta(days=1)

_first = 10**17
_marks = 10**9
_mark_bytes = 6


def compute_code(seed_number: int, secret: bytes, at: datetime, turn: int) -> str:
    """The code of a minute; `turn` is below TURNS."""
    return _render(seed_number, secret, _minute(at) * TURNS + turn)


def list_codes(seed_number: int, secret: bytes, at: datetime) -> list[str]:
    """All codes of a minute, in the order in which they are shown."""
    return [compute_code(seed_number, secret, at, turn) for turn in range(TURNS)]


def compute_change(at: datetime) -> datetime:
    """When the minute of a code is over."""
    return at.replace(second=0, microsecond=0) + timedelta(seconds=MINUTE_S)


def read_seed_number(code: str) -> int:
    """Which seed a code says that it was made from."""
    return (int(code) - _first) // _marks


def decide_unreadable(seed_number: int, secret: bytes, code: str, at: datetime) -> Failure | None:
    """What speaks against this code now: nothing, its age, or that the seed makes no such code."""
    if _is_among(seed_number, secret, code, {_minute(at - GRACE), _minute(at + GRACE)}):
        return None
    newest = _minute(at - GRACE)
    oldest = _minute(at - REMEMBERED)
    if _is_among(seed_number, secret, code, range(oldest, newest)):
        return Refusal("paycodes.expired")
    return NotFound("paycodes.not_found")


def find_fresh(codes: Sequence[str], taken: Iterable[str]) -> str | None:
    """The first of these codes that was not taken."""
    used = frozenset(taken)
    return next((one for one in codes if one not in used), None)


def _is_among(seed_number: int, secret: bytes, code: str, minutes: Iterable[int]) -> bool:
    found = False
    for minute in minutes:
        for turn in range(TURNS):
            made = _render(seed_number, secret, minute * TURNS + turn)
            found |= hmac.compare_digest(made, code)
    return found


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // MINUTE_S


def _render(seed_number: int, secret: bytes, step: int) -> str:
    mark = hmac.digest(secret, step.to_bytes(8), hashlib.sha256)[:_mark_bytes]
    return str(_first + seed_number * _marks + int.from_bytes(mark) % _marks)
