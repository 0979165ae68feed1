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

KIND = "app.check_invariants"
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


async def read_timer(world: World) -> Timer:
    """The timer of the check, which is there once."""
    async with world.building.pool.acquire() as db:
        sql = "select kind, subject, due_at, data from timers.timers where kind = $1"
        (row,) = await db.fetch(sql, KIND)
    return Timer(**row)


async def go_off(world: World, back: Back) -> None:
    """Let a process hear of the timer as it stands."""
    timer = await read_timer(world)
    async with world.office.begin() as work:
        await back.timers()[KIND](work, timer)


async def test_the_next_check_waits_by_what_the_last_took_in_whatever_process(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what is asked for while one runs is not run once more, nor by anybody else."""
    runs = 0
    finished = asyncio.Event()

    async def take_long(_pool: object, _rooms: Sequence[Room]) -> list[Broken]:
        nonlocal runs
        runs += 1
        back._check_wanted.set()
        # Who is woken may be faster than the commit that puts the timer off.
        for _ in range(500):
            if (await read_timer(world)).due_at >= world.now + timedelta(minutes=50):
                break
            await asyncio.sleep(0.02)
        assert (await read_timer(world)).due_at >= world.now + timedelta(minutes=50)
        await asyncio.sleep(0.01)
        finished.set()
        return []

    monkeypatch.setattr(backs, "check_invariants", take_long)
    monkeypatch.setattr(backs, "compute_rest", lambda took_s: timedelta(seconds=took_s * 1e6))
    back, other = Back(world.building, lambda: None), Back(world.building, lambda: None)
    await back.prepare()
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        checking = group.create_task(back._check_when_wanted())
        await go_off(world, back)
        await finished.wait()
        for _ in range(100):
            if (await read_timer(world)).data:
                break
            await asyncio.sleep(0.02)
        checking.cancel()
    assert runs == 1
    told = await read_timer(world)
    assert float(told.data) >= 0.01
    assert told.due_at >= world.now + timedelta(hours=2)
    await go_off(world, other)
    again = await read_timer(world)
    assert again.data == told.data
    assert again.due_at >= world.now + timedelta(hours=2)


async def test_a_start_does_not_put_off_what_the_one_before_began(world: World) -> None:
    """Else a server that crashes every few minutes would never check."""
    await Back(world.building, lambda: None).prepare()
    before = await read_timer(world)
    await world.advance(timedelta(minutes=10))
    await Back(world.building, lambda: None).prepare()
    assert await read_timer(world) == before
