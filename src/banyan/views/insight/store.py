"""Every statement of insight: its parts and spends, and how far the export has come."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from asyncpg import Record

from banyan.base.ids import Id
from banyan.books.work import Connection
from banyan.views.insight.types import Part, Spend, SpendId

LIST_PARTS = """
select lane, first_number, last_number, rows_count, first_at, last_at, file_name
from insight.parts
where $1::smallint is null or lane = $1
order by lane, first_number
"""

INSERT_PART = """
insert into insight.parts (
    lane, first_number, last_number, rows_count, first_at, last_at, file_name, exported_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

DELETE_PARTS = """
delete from insight.parts
where lane = $1 and first_number = any($2::bigint[])
"""

DELETE_LANE = """
delete from insight.parts where lane = $1
"""

FIND_LAG = """
select l.last_number - coalesce(c.last_number, 0) as facts_behind, e.occurred_at as behind_since
from journal.lanes l
left join journal.cursors c on c.lane = l.lane and c.follower = $2
left join journal.events e on e.lane = l.lane and e.number = coalesce(c.last_number, 0) + 1
where l.lane = $1
"""

COUNT_BEHIND = """
select coalesce(sum(l.last_number - coalesce(c.last_number, 0)), 0)::bigint as facts_behind
from journal.lanes l
left join journal.cursors c on c.lane = l.lane and c.follower = $1
"""

INSERT_SPEND = """
insert into insight.spends (
    merchant_id, spend_id, store_id, code_id, channel_id, spent_on, amount_fen, note,
    recorded_at, spent_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""

SET_REMOVED = """
update insight.spends set removed_at = $3
where merchant_id = $1 and spend_id = $2 and removed_at is null
returning merchant_id, spend_id, store_id, code_id, channel_id, spent_on, amount_fen, note,
    recorded_at, spent_at
"""

LIST_SPENDS = """
select merchant_id, spend_id, store_id, code_id, channel_id, spent_on, amount_fen, note,
    recorded_at
from insight.spends
where merchant_id = $1 and spend_id < $2 and removed_at is null
order by spend_id desc
limit $3
"""


async def list_parts(db: Connection, lane: int | None = None) -> list[Part]:
    """The files of a lane, or of all, the oldest facts first."""
    rows = await db.fetch(LIST_PARTS, lane)
    return [Part(**dict(row)) for row in rows]


async def replace_parts(db: Connection, old: Sequence[Part], new: Part, now: datetime) -> None:
    """List a new part instead of those that went into it."""
    if old:
        told = await db.execute(DELETE_PARTS, new.lane, [one.first_number for one in old])
        assert told == f"DELETE {len(old)}", "whoever changes a lane's parts holds its cursor"
    await db.execute(
        INSERT_PART,
        new.lane,
        new.first_number,
        new.last_number,
        new.rows_count,
        new.first_at,
        new.last_at,
        new.file_name,
        now,
    )


async def delete_lane(db: Connection, lane: int) -> None:
    """List no part of a lane any more."""
    await db.execute(DELETE_LANE, lane)


async def find_lag(db: Connection, lane: int, follower: str) -> tuple[int, datetime | None]:
    """How many facts of a lane the follower has yet to read, and when the first of them was."""
    row = await db.fetchrow(FIND_LAG, lane, follower)
    assert row is not None
    return row["facts_behind"], row["behind_since"]


async def count_behind(db: Connection, follower: str) -> int:
    """How many facts of all lanes the follower has yet to read."""
    return int(await db.fetchval(COUNT_BEHIND, follower))


async def insert_spend(db: Connection, spend: Spend, spent_at: datetime) -> None:
    """Keep a spend."""
    await db.execute(INSERT_SPEND, *msgspec.structs.astuple(spend), spent_at)


async def set_removed(
    db: Connection, merchant_id: int, spend_id: int, now: datetime
) -> tuple[Spend, datetime] | None:
    """Take a spend back, and return it and its instant; None if there is none."""
    row = await db.fetchrow(SET_REMOVED, merchant_id, spend_id, now)
    return None if row is None else (_spend(row), row["spent_at"])


async def list_spends(db: Connection, merchant_id: int, before: int, limit: int) -> list[Spend]:
    """A merchant's spends with smaller ids, the newest first."""
    return [_spend(row) for row in await db.fetch(LIST_SPENDS, merchant_id, before, limit)]


def _spend(row: Record) -> Spend:
    return Spend(
        merchant_id=Id(row["merchant_id"]),
        spend_id=SpendId(row["spend_id"]),
        store_id=Id(row["store_id"]),
        code_id=Id(row["code_id"]),
        channel_id=Id(row["channel_id"]),
        spent_on=row["spent_on"],
        amount_fen=row["amount_fen"],
        note=row["note"],
        recorded_at=row["recorded_at"],
    )
