"""The token bucket: as many at once as it holds, and then as many a second as it fills."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from banyan.doors.http import limiter as module
from banyan.doors.http.limiter import Limiter


def test_a_burst_passes_and_then_one_each_interval() -> None:
    limiter = Limiter(rate=2, burst=3)
    taken = [limiter.take("lin", 0.0) for _ in range(4)]
    assert [one.is_allowed for one in taken] == [True, True, True, False]
    assert [one.remaining for one in taken] == [2, 1, 0, 0]
    assert taken[-1].reset_s == 1
    assert not limiter.take("lin", 0.4).is_allowed
    assert limiter.take("lin", 0.5).is_allowed
    assert not limiter.take("lin", 0.5).is_allowed
    assert limiter.take("wu", 0.5).remaining == 2


@given(
    st.integers(1, 20),
    st.integers(1, 50),
    st.lists(st.floats(0, 2, allow_nan=False), min_size=1, max_size=60),
)
def test_never_more_than_burst_and_rate_allow(rate: int, burst: int, gaps: list[float]) -> None:
    limiter = Limiter(rate=rate, burst=burst)
    instants = list(itertools.accumulate(gaps))
    passed = [at for at in instants if limiter.take("x", at).is_allowed]
    for start, first in enumerate(passed):
        for end in range(start, len(passed)):
            count = end - start + 1
            assert count <= burst + (passed[end] - first) * rate + 1e-6


def test_strangers_cannot_fill_the_memory() -> None:
    limiter = Limiter(rate=1, burst=2)
    for number in range(module._keys_max + 10):
        limiter.take(number, 0.0)
    assert len(limiter._full_at) <= module._keys_max
    assert limiter.take("late", 100.0).is_allowed


def test_looking_costs_nothing() -> None:
    limiter = Limiter(rate=1, burst=1)
    for _ in range(3):
        assert limiter.look("lin", 0.0).is_allowed
    limiter.take("lin", 0.0)
    assert not limiter.look("lin", 0.5).is_allowed
    assert limiter.look("lin", 1.0).is_allowed
