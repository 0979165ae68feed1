"""Carrying a plan out while the database comes and goes."""

from collections.abc import Sequence
from typing import Any, cast

import msgspec
import pytest

from banyan.app.importing.replay import bring_patiently
from banyan.base.clock import Clock
from banyan.base.errors import Failure, Refusal, Trouble
from banyan.books.office import Office
from banyan.books.work import Call, Permission, Work, plural


class Row(msgspec.Struct, frozen=True):
    """A row of a file."""

    number: int


@plural(permission=Permission.SYSTEM, batch_max=10)
async def bring(work: Work, calls: Sequence[Call[Row]]) -> Sequence[Row | Failure]:
    """Bring rows."""
    del work
    return [call.command for call in calls]


class _ComingAndGoing:
    """An Office whose database is away for the first so many times; it refuses the row 13."""

    def __init__(self, away: int) -> None:
        self._away = away
        self.asked: list[list[int]] = []

    async def run_many(
        self, _operation: object, rows: Sequence[Row], _actor: object, *, at: Sequence[object]
    ) -> list[Row | Failure]:
        """What came of each row: of those with odd numbers nothing, while the database is away."""
        assert len(at) == len(rows)
        self.asked.append([one.number for one in rows])
        is_away = len(self.asked) <= self._away
        return [
            Trouble("database.unavailable")
            if is_away and one.number % 2
            else Refusal("test.unlucky")
            if one.number == 13
            else one
            for one in rows
        ]


async def _bring(office: _ComingAndGoing, numbers: Sequence[int]) -> list[Any]:
    at = [Clock().now()] * len(numbers)
    rows = [Row(number) for number in numbers]
    return await bring_patiently(cast("Office", office), bring, rows, at, pauses_s=(0, 0))


async def test_trouble_is_no_fault_of_the_row() -> None:
    """What met with trouble is tried again, and only that; what is refused stays refused."""
    office = _ComingAndGoing(away=2)
    outcomes = await _bring(office, [1, 2, 13])
    assert outcomes[:2] == [Row(1), Row(2)]
    assert isinstance(outcomes[2], Refusal)
    assert office.asked == [[1, 2, 13], [1, 13], [1, 13]]


async def test_trouble_that_lasts_ends_the_import() -> None:
    """Its rows are not called bad: the next run brings them."""
    with pytest.raises(Trouble, match=r"database\.unavailable"):
        await _bring(_ComingAndGoing(away=9), [1, 2])
