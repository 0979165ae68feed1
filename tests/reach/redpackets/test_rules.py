"""The division of packets: exact, within its bounds, and fair to every place in line."""

import random
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Failure
from banyan.reach.redpackets import (
    PERSON_COUNT_MAX,
    SHARE_MAX_FEN,
    PacketKind,
    Split,
)
from banyan.reach.redpackets.rules import check_packet, draw_shares, find_best

_DRAWS = 20_000
_COUNT = 8
_TOTAL = 1_000


@given(count=st.integers(1, 500), data=st.data(), seed=st.integers(0, 2**32))
def test_shares_sum_exactly_and_stay_within_their_bounds(
    count: int, data: st.DataObject, seed: int
) -> None:
    total = data.draw(st.integers(count, count * SHARE_MAX_FEN))
    shares = draw_shares(Split.LUCKY, total, count, random.Random(seed).randint)
    assert len(shares) == count
    assert sum(shares) == total
    assert min(shares) >= 1
    assert max(shares) <= SHARE_MAX_FEN


@given(count=st.integers(1, 500), each=st.integers(1, SHARE_MAX_FEN))
def test_equal_shares_are_equal(count: int, each: int) -> None:
    chance = random.Random(1)
    assert draw_shares(Split.EQUAL, each * count, count, chance.randint) == [each] * count


@pytest.fixture(scope="module", params=[_TOTAL, _COUNT * SHARE_MAX_FEN - 900, 20])
def drawn(request: pytest.FixtureRequest) -> list[list[int]]:
    """Many packets of eight: an ordinary one, one nearly at its limit, one of few fen."""
    chance = random.Random(20_260_214)
    return [draw_shares(Split.LUCKY, request.param, _COUNT, chance.randint) for _ in range(_DRAWS)]


def test_every_place_expects_the_same(drawn: list[list[int]]) -> None:
    mean = sum(drawn[0]) / _COUNT
    spread = sum((share - mean) ** 2 for one in drawn for share in one) / (_DRAWS * _COUNT)
    for place in range(_COUNT):
        off = sum(one[place] for one in drawn) / _DRAWS - mean
        # Five standard errors: once in two million runs by chance, and the seed is fixed.
        assert abs(off) <= 5 * (spread / _DRAWS) ** 0.5


def test_every_place_varies_the_same(drawn: list[list[int]]) -> None:
    mean = sum(drawn[0]) / _COUNT
    squares = [[(one[place] - mean) ** 2 for one in drawn] for place in range(_COUNT)]
    every = [square for place in squares for square in place]
    typical = sum(every) / len(every)
    error = (sum((square - typical) ** 2 for square in every) / len(every) / _DRAWS) ** 0.5
    for place in squares:
        assert abs(sum(place) / _DRAWS - typical) <= 5 * error


def test_the_best_share_falls_on_every_place_alike(drawn: list[list[int]]) -> None:
    # Where several are the largest, the first counts; told apart by chance they would be even.
    chance = random.Random(7)
    bests = Counter(
        chance.choice([place for place, share in enumerate(one) if share == max(one)])
        for one in drawn
    )
    expected = _DRAWS / _COUNT
    chi_square = sum((bests[place] - expected) ** 2 / expected for place in range(_COUNT))
    assert chi_square < 24.32  # 7 degrees of freedom, 0.1 %


def test_neighbours_in_line_are_as_often_in_one_order_as_in_the_other(
    drawn: list[list[int]],
) -> None:
    for earlier, later in pairwise(range(_COUNT)):
        more = sum(one[earlier] > one[later] for one in drawn)
        less = sum(one[earlier] < one[later] for one in drawn)
        assert (more - less) ** 2 / (more + less) < 10.83  # 1 degree of freedom, 0.1 %


def test_each_of_all_orders_is_as_likely_as_any_other() -> None:
    chance = random.Random(3)
    orders: Counter[tuple[int, ...]] = Counter()
    while sum(orders.values()) < _DRAWS:
        shares = draw_shares(Split.LUCKY, 600, 3, chance.randint)
        if len(set(shares)) == 3:
            orders[tuple(sorted(range(3), key=shares.__getitem__))] += 1
    expected = _DRAWS / 6
    assert sum((count - expected) ** 2 / expected for count in orders.values()) < 20.52


def test_the_best_place_is_the_first_of_the_largest() -> None:
    assert find_best(Split.LUCKY, [3, 9, 9, 1]) == 2
    assert find_best(Split.LUCKY, [5]) == 0
    assert find_best(Split.EQUAL, [5, 5]) == 0


@pytest.mark.parametrize(
    ("kind", "split", "total", "count", "code"),
    [
        (PacketKind.PERSONAL, Split.EQUAL, 100, 2, "one_share"),
        (PacketKind.GROUP, Split.LUCKY, 100_000, PERSON_COUNT_MAX + 1, "too_many"),
        (PacketKind.GROUP, Split.LUCKY, 9, 10, "too_little"),
        (PacketKind.GROUP, Split.EQUAL, 1_001, 10, "not_divisible"),
        (PacketKind.GROUP, Split.LUCKY, 3 * SHARE_MAX_FEN + 1, 3, "share_too_large"),
    ],
)
def test_what_cannot_be_sent_is_refused_by_name(
    kind: PacketKind, split: Split, total: int, count: int, code: str
) -> None:
    with pytest.raises(Failure, match=code):
        check_packet(kind, split, total, count, count_max=PERSON_COUNT_MAX)
