"""Every statement on schema `timers`."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from banyan.base.db import Connection
from banyan.books.timers.types import Timer

UPSERT = """
insert into timers.timers (subject, kind, due_at, data)
select * from unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::bytea[])
on conflict (subject, kind) do update
set due_at = excluded.due_at, data = excluded.data, attempts = 0, last_failure = null
"""

BEGIN = """
insert into timers.timers (subject, kind, due_at, data)
select * from unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::bytea[])
on conflict (subject, kind) do nothing
"""

DELETE = """
delete from timers.timers t
using unnest($1::bigint[], $2::text[]) as u (subject, kind)
where t.subject = u.subject and t.kind = u.kind
"""

LOCK_DUE = """
select kind, subject, due_at, data, attempts
from timers.timers
where due_at <= $1 and kind = any($2::text[])
order by due_at
limit $3
for update skip locked
"""

POSTPONE = """
update timers.timers
set due_at = $3, attempts = attempts + 1, last_failure = $4
where subject = $1 and kind = $2
"""

READ_CLOCK = """
select offset_us from timers.clock
"""

SET_CLOCK = """
update timers.clock set offset_us = $1
"""


async def upsert_timers(db: Connection, timers: Collection[Timer]) -> None:
    """Set the timers; one of the same subject and kind is replaced."""
    await _write(db, UPSERT, timers)


async def begin_timers(db: Connection, timers: Collection[Timer]) -> None:
    """Set the timers; one of the same subject and kind that is there already stays as it is."""
    await _write(db, BEGIN, timers)


async def _write(db: Connection, statement: str, timers: Collection[Timer]) -> None:
    ordered = sorted(timers, key=lambda one: (one.subject, one.kind))
    await db.execute(
        statement,
        [one.subject for one in ordered],
        [one.kind for one in ordered],
        [one.due_at for one in ordered],
        [one.data for one in ordered],
    )


async def delete_timers(db: Connection, names: Collection[tuple[int, str]]) -> None:
    """Have these (subject, kind) timers no more."""
    ordered = sorted(names)
    await db.execute(DELETE, [one[0] for one in ordered], [one[1] for one in ordered])


async def lock_due(db: Connection, now: datetime, kinds: Sequence[str], limit: int) -> list[Timer]:
    """Timers that are due and that nobody else is running, earliest first."""
    rows = await db.fetch(LOCK_DUE, now, list(kinds), limit)
    return [
        Timer(kind=row[0], subject=row[1], due_at=row[2], data=row[3], attempts=row[4])
        for row in rows
    ]


async def postpone(db: Connection, timer: Timer, due_at: datetime, failure: str) -> None:
    """Try again later, and remember why."""
    await db.execute(POSTPONE, timer.subject, timer.kind, due_at, failure)


async def read_clock(db: Connection) -> timedelta:
    """How far business time is ahead of the system's."""
    return timedelta(microseconds=await db.fetchval(READ_CLOCK))


async def set_clock(db: Connection, offset: timedelta) -> None:
    """Put business time ahead of the system's by `offset`."""
    await db.execute(SET_CLOCK, offset // timedelta(microseconds=1))
