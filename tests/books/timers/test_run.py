"""Timers: due ones run once in effect, by however many workers, and failures come again."""

import asyncio
from collections import Counter
from datetime import timedelta

from banyan.books.office import Office
from banyan.books.room import TimerHandler
from banyan.books.timers import Timer
from banyan.books.timers.run import run_due
from banyan.books.work import Work
from tests.books.conftest import open_office


async def _set(office: Office, count: int, after_s: int = 0) -> None:
    async with office.begin() as work:
        for subject in range(1, count + 1):
            work.later("test.ring", subject, work.now + timedelta(seconds=after_s), b"data")


async def test_several_workers_run_each_once(office: Office, dsn: str) -> None:
    """Two hundred timers, two processes of two workers."""
    rung: Counter[int] = Counter()

    async def ring(_work: Work, timer: Timer) -> None:
        await asyncio.sleep(0)
        rung[timer.subject] += 1

    handlers: dict[str, TimerHandler] = {"test.ring": ring}
    await _set(office, 200)
    async with open_office(dsn) as other:
        for _ in range(3):
            await asyncio.gather(
                *(run_due(one, handlers) for one in (office, office, other, other))
            )
    assert rung == Counter(range(1, 201))


async def test_a_timer_waits_for_its_hour_and_can_be_cancelled(office: Office) -> None:
    """Nothing before it is due; a cancelled one never."""
    rung: list[int] = []

    async def ring(_work: Work, timer: Timer) -> None:
        rung.append(timer.subject)

    handlers: dict[str, TimerHandler] = {"test.ring": ring}
    await _set(office, 3, after_s=3_600)
    async with office.begin() as work:
        work.cancel_later("test.ring", 2)
    assert await run_due(office, handlers) == 0
    await office.set_clock(office.clock.now() + timedelta(hours=2))
    await run_due(office, handlers)
    assert sorted(rung) == [1, 3]


async def test_a_failing_timer_harms_no_other_and_comes_again(office: Office) -> None:
    """One of five fails: four ring now, the fifth after a pause, and what it noted is gone."""
    rung: list[int] = []
    is_broken = True

    async def ring(work: Work, timer: Timer) -> None:
        work.later("test.effect", timer.subject, work.now + timedelta(days=1))
        if timer.subject == 3 and is_broken:
            message = "no"
            raise RuntimeError(message)
        rung.append(timer.subject)

    handlers: dict[str, TimerHandler] = {"test.ring": ring}
    await _set(office, 5)
    await run_due(office, handlers)
    await run_due(office, handlers)
    effects = "select subject from timers.timers where kind = 'test.effect' order by subject"
    async with office.pool.acquire() as db:
        assert [row[0] for row in await db.fetch(effects)] == [1, 2, 4, 5]
    is_broken = False
    await office.set_clock(office.clock.now() + timedelta(minutes=1))
    await run_due(office, handlers)
    assert 3 in rung
