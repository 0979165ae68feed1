"""The check of all promises: what it shows of a broken one, and how often it may run."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from banyan.app import back as backs
from banyan.app.back import Back
from banyan.app.invariants import Broken, check_invariants, compute_rest
from banyan.books.room import Invariant, Room
from banyan.books.timers.types import Timer
from tests.kit.world import World

MILLIONS = Room(
    name="test",
    migrations=Path("none"),
    invariants=(
        Invariant(
            name="test.broken_everywhere",
            sql="select n from generate_series(1, 5000000) as n",
            why="Each row breaks it.",
        ),
        Invariant(name="test.kept", sql="select 1 as n where false", why="It holds."),
    ),
)


@pytest.mark.parametrize(
    ("took_s", "rest"),
    [
        (0, timedelta(minutes=15)),
        (17, timedelta(minutes=15)),
        (36, timedelta(minutes=30)),
        (3_600, timedelta(days=1)),
    ],
)
def test_a_long_check_rests_long(took_s: float, rest: timedelta) -> None:
    assert compute_rest(took_s) == rest


async def test_of_what_is_broken_everywhere_the_first_rows_are_shown(world: World) -> None:
    heard: list[str] = []
    (broken,) = await check_invariants(world.building.pool, [MILLIONS], heard.append)
    assert broken.name == "test.broken_everywhere"
    assert broken.rows == [str({"n": n}) for n in range(1, 6)]
    assert heard == ["test.broken_everywhere", "test.kept"]


async def test_the_next_check_waits_by_what_the_last_took(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what is asked for while one runs is not run once more."""
    runs = 0
    finished = asyncio.Event()

    async def take_long(_pool: object, _rooms: Sequence[Room]) -> list[Broken]:
        nonlocal runs
        runs += 1
        back._check_wanted.set()
        await asyncio.sleep(0.01)
        finished.set()
        return []

    monkeypatch.setattr(backs, "check_invariants", take_long)
    monkeypatch.setattr(backs, "compute_rest", lambda took_s: timedelta(seconds=took_s * 50))
    back = Back(world.building, lambda: None)
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        checking = group.create_task(back._check_when_wanted())
        back._check_wanted.set()
        await finished.wait()
        await asyncio.sleep(0.05)
        checking.cancel()
    assert runs == 1
    assert back._check_took_s >= 0.01
    timer = Timer(kind="app.check_invariants", subject=0, due_at=world.now)
    async with world.office.begin() as work:
        await back.timers()[timer.kind](work, timer)
        earliest = work.now + timedelta(seconds=0.5)
    async with world.building.pool.acquire() as db:
        sql = "select due_at from timers.timers where kind = $1"
        assert await db.fetchval(sql, timer.kind) >= earliest
