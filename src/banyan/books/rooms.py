"""The rooms of the books themselves: ledger, journal, answers, timers."""

from datetime import timedelta
from pathlib import Path

from banyan.books.answers.store import delete_old_answers
from banyan.books.ledger import store as ledger
from banyan.books.ledger.open_accounts import open_accounts
from banyan.books.ledger.post_transfers import post_transfers
from banyan.books.room import Invariant, Room
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
    invariants=(
        Invariant(
            name="ledger.books_balance",
            sql="""
                select book from ledger.accounts group by book
                having sum(debits_posted) <> sum(credits_posted)
                    or sum(debits_pending) <> sum(credits_pending)
            """,
            why="Every transfer debits one account and credits another of the same book.",
        ),
        Invariant(
            name="ledger.sums_equal_transfers",
            sql="""
                with moved as (
                    select account_id, sum(debit) as debit, sum(credit) as credit
                    from (
                        select debit as account_id, amount as debit, 0 as credit
                        from ledger.transfers where kind in (0, 2)
                        union all
                        select credit, 0, amount
                        from ledger.transfers where kind in (0, 2)
                    ) as sides
                    group by account_id
                )
                select coalesce(a.account_id, m.account_id) as account_id
                from ledger.accounts a
                full join moved m on m.account_id = a.account_id
                where coalesce(a.debits_posted, 0) <> coalesce(m.debit, 0)
                    or coalesce(a.credits_posted, 0) <> coalesce(m.credit, 0)
                limit 100
            """,
            why="The sums are nothing but the transfers added up.",
        ),
        Invariant(
            name="ledger.pending_sums_equal_pendings",
            sql="""
                with aside as (
                    select account_id, sum(debit) as debit, sum(credit) as credit
                    from (
                        select debit as account_id, amount as debit, 0 as credit
                        from ledger.pendings
                        union all
                        select credit, 0, amount from ledger.pendings
                    ) as sides
                    group by account_id
                )
                select coalesce(a.account_id, p.account_id) as account_id
                from ledger.accounts a
                full join aside p on p.account_id = a.account_id
                where coalesce(a.debits_pending, 0) <> coalesce(p.debit, 0)
                    or coalesce(a.credits_pending, 0) <> coalesce(p.credit, 0)
                limit 100
            """,
            why="What is set aside on an account is what pending transfers set aside.",
        ),
    ),
)

JOURNAL = Room(
    name="journal",
    migrations=_BOOKS / "journal" / "migrations",
    invariants=(
        Invariant(
            name="journal.no_gaps",
            sql="""
                select l.lane
                from journal.lanes l
                left join journal.events e on e.lane = l.lane
                group by l.lane, l.last_number
                having count(e.number) <> l.last_number
                    or coalesce(max(e.number), 0) <> l.last_number
            """,
            why="Followers remember one number a lane: a gap would hide a fact from them.",
        ),
        Invariant(
            name="journal.cursors_within_lanes",
            sql="""
                select c.follower, c.lane
                from journal.cursors c
                inner join journal.lanes l on l.lane = c.lane
                where c.last_number > l.last_number
            """,
            why="Nobody can have read what was not written.",
        ),
    ),
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
