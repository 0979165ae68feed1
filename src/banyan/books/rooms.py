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
_EXPIRE_AT_ONCE = 500
_ANSWERS_KEPT = timedelta(days=7)
_SWEEP = timedelta(seconds=5)
EXPIRED = 1
"""Transfer code of a pending transfer that nobody completed in time."""


async def expire_pendings(work: Work, timer: Timer) -> None:
    """Void what is set aside beyond its time, and come again soon."""
    for transfer_id in await ledger.lock_expired(work.db, work.now, _EXPIRE_AT_ONCE):
        work.void(transfer_id, code=EXPIRED, cause=0)
    work.later(timer.kind, timer.subject, work.now + _SWEEP)


async def forget_answers(work: Work, timer: Timer) -> None:
    """Forget replies older than a week, and come again soon."""
    await delete_old_answers(work.db, work.now - _ANSWERS_KEPT, _EXPIRE_AT_ONCE)
    work.later(timer.kind, timer.subject, work.now + _SWEEP)


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
