"""Running what is due: several workers may, and each timer takes effect once."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from banyan.books.timers import store
from banyan.books.timers.types import Timer

if TYPE_CHECKING:
    from banyan.books.office import Office
    from banyan.books.room import TimerHandler

_log = structlog.get_logger("banyan.timers")

_AT_ONCE = 50
_POLL_S = 1.0
_BACK_OFF_S = 5
_BACK_OFF_MAX_S = 3_600


async def run_due(office: "Office", handlers: Mapping[str, "TimerHandler"]) -> int:
    """Run timers that are due, up to fifty in one transaction; how many were run or put off.

    The rows are locked and deleted in the transaction of their effect. If one fails, they run one
    by one, and the one that fails is tried again after a growing pause.
    """
    try:
        return await _run(office, handlers, _AT_ONCE)
    except Exception as error:  # noqa: BLE001 - found again one by one, and logged there
        _log.info("timers.one_by_one", reason=repr(error))
    done = 0
    for _ in range(_AT_ONCE):
        step = await _run_one(office, handlers)
        if not step:
            break
        done += step
    return done


async def run_forever(office: "Office", handlers: Mapping[str, "TimerHandler"]) -> None:
    """Run what falls due until cancelled."""
    while True:
        try:
            done = await run_due(office, handlers)
        except Exception:  # noqa: BLE001 - whatever it is, we must go on
            _log.exception("timers.away")
            done = 0
        if not done:
            await asyncio.sleep(_POLL_S)


async def _run(office: "Office", handlers: Mapping[str, "TimerHandler"], limit: int) -> int:
    async with office.begin() as work:
        due = await store.lock_due(work.db, work.now, list(handlers), limit)
        if not due:
            return 0
        await store.delete_timers(work.db, [(one.subject, one.kind) for one in due])
        for timer in due:
            await handlers[timer.kind](work, timer)
    return len(due)


async def _run_one(office: "Office", handlers: Mapping[str, "TimerHandler"]) -> int:
    due: list[Timer] = []
    try:
        async with office.begin() as work:
            due = await store.lock_due(work.db, work.now, list(handlers), 1)
            if not due:
                return 0
            await store.delete_timers(work.db, [(one.subject, one.kind) for one in due])
            await handlers[due[0].kind](work, due[0])
    except Exception as error:
        if not due:
            raise
        timer = due[0]
        pause = min(_BACK_OFF_S * 2**timer.attempts, _BACK_OFF_MAX_S)
        _log.exception("timers.failed", kind=timer.kind, subject=str(timer.subject))
        async with office.begin() as work:
            due_at = work.now + timedelta(seconds=pause)
            await store.postpone(work.db, timer, due_at, repr(error)[:500])
    return 1
