"""Which pay passwords are too easy, and how long somebody is locked out."""

from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

from banyan.base.errors import Invalid, Refusal

TRIES_MAX = 5
LOCK = timedelta(hours=3)
LOCK_MAX = timedelta(hours=24)
PROOF_LIFE = timedelta(minutes=5)
_digits = 6


class Standing(msgspec.Struct, frozen=True):
    """How often a password was tried in vain, and how often that locked it."""

    tries: int = 0
    locks: int = 0
    locked_until: datetime | None = None


def check_password(password: str, phone: str) -> None:
    """Accept a new password. Raises Invalid `passwords.too_easy`.

    One digit six times, or digits in a row, are what thieves try first; so is the phone's end.
    """
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(password)}
    is_in_a_row = len(steps) == 1 and steps <= {0, 1, 9}
    is_repeated = password[:3] == password[3:] or password[:2] * 3 == password
    if is_in_a_row or is_repeated or phone.endswith(password):
        raise Invalid("passwords.too_easy")


def count_try(standing: Standing, now: datetime) -> Standing:
    """Return how it stands if this try is wrong; a right one sets it all back.

    The last of five tries locks at once: for three hours, and each further time twice as long, up
    to a day. Raises Refusal `passwords.locked`.
    """
    check_unlocked(standing.locked_until, now)
    if standing.tries + 1 < TRIES_MAX:
        return Standing(standing.tries + 1, standing.locks, None)
    wait = min(LOCK * 2 ** min(standing.locks, _digits), LOCK_MAX)
    return Standing(0, standing.locks + 1, now + wait)


def check_unlocked(locked_until: datetime | None, now: datetime) -> None:
    """Raise Refusal `passwords.locked`, with the wait, while somebody is locked out."""
    wait = compute_wait(locked_until, now)
    if wait:
        raise Refusal("passwords.locked", wait_minutes=wait)


def compute_wait(locked_until: datetime | None, now: datetime) -> int:
    """Return in how many minutes it may be tried again; 0 for now."""
    if locked_until is None or locked_until <= now:
        return 0
    return -(-(locked_until - now) // timedelta(minutes=1))


def tries_left(standing: Standing, now: datetime) -> int:
    """How many wrong tries there may be before it is locked."""
    is_locked = standing.locked_until is not None and standing.locked_until > now
    return 0 if is_locked else TRIES_MAX - standing.tries
