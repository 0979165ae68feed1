"""The rooms of the books themselves: ledger, journal, answers, timers."""

from datetime import timedelta
from pathlib import Path

from banyan.books.answers.store import delete_old_answers
from banyan.books.journal import invariants as journal_invariants
from banyan.books.ledger import invariants as ledger_invariants
from banyan.books.ledger import store as ledger
from banyan.books.ledger.open_accounts import open_accounts
from banyan.books.ledger.post_transfers import post_transfers
from banyan.books.room import Room
from banyan.books.timers.types import Timer
from banyan.books.work import Work

_BOOKS = Path(__file__).parent
_AT_ONCE = 500
_ANSWERS_KEPT = timedelta(days=7)
_SWEEP = timedelta(seconds=5)
EXPIRED = 1
"""Transfer code of a pending transfer that nobody completed in time."""


async def expire_pendings(work: Work, timer: Timer) -> None:
    """Void what is set aside beyond its time, and come again soon."""
    expired = await ledger.lock_expired(work.db, work.now, _AT_ONCE)
    for transfer_id in expired:
        work.void(transfer_id, code=EXPIRED, cause=0)
    _come_again(work, timer, len(expired))


async def forget_answers(work: Work, timer: Timer) -> None:
    """Forget replies older than a week, and come again soon."""
    count = await delete_old_answers(work.db, work.now - _ANSWERS_KEPT, _AT_ONCE)
    _come_again(work, timer, count)


def _come_again(work: Work, timer: Timer, count: int) -> None:
    """Set the sweep again: at once if it was full, or a busy server's pile would only grow."""
    pause = _SWEEP if count < _AT_ONCE else timedelta()
    work.later(timer.kind, timer.subject, work.now + pause)


LEDGER = Room(
    name="ledger",
    migrations=_BOOKS / "ledger" / "migrations",
    operations=(open_accounts, post_transfers),
    timers={"ledger.expire_pendings": expire_pendings},
    invariants=ledger_invariants.INVARIANTS,
)

JOURNAL = Room(
    name="journal",
    migrations=_BOOKS / "journal" / "migrations",
    invariants=journal_invariants.INVARIANTS,
)

ANSWERS = Room(
    name="answers",
    migrations=_BOOKS / "answers" / "migrations",
    timers={"answers.forget": forget_answers},
)

TIMERS = Room(name="timers", migrations=_BOOKS / "timers" / "migrations")

BOOKS = (LEDGER, JOURNAL, ANSWERS, TIMERS)
SWEEPS = ("ledger.expire_pendings", "answers.forget")
"""Timers that set themselves again; the building sets them once at the start."""
