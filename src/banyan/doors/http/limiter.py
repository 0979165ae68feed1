"""How often one caller may ask: a token bucket each, kept in this process."""

from __future__ import annotations

import math
import time
from typing import NamedTuple

from banyan.base.errors import Refusal

_keys_max = 100_000
_rounding_s = 1e-9


class Allowance(NamedTuple):
    """What a caller has left, as the `RateLimit-*` headers say it."""

    is_allowed: bool
    limit: int
    remaining: int
    reset_s: int
    """Seconds until the bucket is full again; for a refused caller, until one more call passes."""


class Limiter:
    """Lets each key through `rate` times a second for ever, and `burst` times at once.

    A bucket is one number, the instant at which it will be full again (the generic cell rate
    algorithm): nothing ticks, and a caller who stayed away leaves no trace.
    """

    def __init__(self, *, rate: float, burst: int) -> None:
        assert rate > 0
        assert burst >= 1
        self._cost_s = 1 / rate
        self._burst = burst
        self._depth_s = burst / rate
        self._full_at: dict[object, float] = {}

    def look(self, key: object, now: float) -> Allowance:
        """What `take` would answer for one call of `key` at `now`, without counting it."""
        after = max(self._full_at.get(key, now), now) + self._cost_s
        left_s = self._depth_s - (after - now) + _rounding_s
        if left_s < 0:
            return Allowance(False, self._burst, 0, math.ceil(-left_s))  # noqa: FBT003
        return Allowance(True, self._burst, int(left_s / self._cost_s), math.ceil(after - now))  # noqa: FBT003

    def take(self, key: object, now: float) -> Allowance:
        """Count one call of `key` at `now`, seconds of any steady clock."""
        allowance = self.look(key, now)
        if allowance.is_allowed:
            if key not in self._full_at and len(self._full_at) >= _keys_max:
                self._forget(now)
            self._full_at[key] = max(self._full_at.get(key, now), now) + self._cost_s
        return allowance

    def _forget(self, now: float) -> None:
        # Full buckets carry no information. If all are in use, somebody sends from a hundred
        # thousand addresses: then those closest to full are the ones to forget.
        self._full_at = {key: at for key, at in self._full_at.items() if at > now}
        if len(self._full_at) >= _keys_max:
            fullest = sorted(self._full_at, key=self._full_at.__getitem__)[: _keys_max // 10]
            for key in fullest:
                del self._full_at[key]


def hold(limiter: Limiter | None, key: object) -> None:
    """Count one call of `key`, where calls are counted. Raises Refusal `request.too_many`."""
    if limiter is not None:
        check_allowance(limiter.take(key, time.monotonic()))


def check_allowance(allowance: Allowance) -> None:
    """Raise Refusal `request.too_many` when this call was one too many."""
    if not allowance.is_allowed:
        raise Refusal("request.too_many", retry_after_s=allowance.reset_s)
