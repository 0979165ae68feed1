"""Every statement on schema `journal`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from banyan.base.db import Connection
from banyan.books.journal.types import Fact

# Lanes come in ascending order; their rows stay locked to the commit, which is next. `= any` can't
# be hashed: with `=` the planner may go through the lanes in the order they lie.
APPEND = """
with taken as (
    update journal.lanes l set last_number = l.last_number + u.count
    from unnest($1::smallint[], $2::int[]) as u (lane, count)
    where l.lane = any(array[u.lane])
    returning l.lane, l.last_number - u.count as base
)
insert into journal.events (
    lane, number, kind, occurred_at, actor_kind, actor_id,
    merchant_id, person_id, store_id, code_id, channel_id, subject_id, data
)
select e.lane, t.base + e.number, e.kind, e.at, e.actor_kind, e.actor_id,
    e.merchant_id, e.person_id, e.store_id, e.code_id, e.channel_id, e.subject_id, e.data
from rows from (
    json_to_recordset($3::text::json) as (
        lane smallint, number int, kind text, at timestamptz, actor_kind text, actor_id bigint,
        merchant_id bigint, person_id bigint, store_id bigint, code_id bigint, channel_id bigint,
        subject_id bigint
    ),
    unnest($4::bytea[])
) as e (
    lane, number, kind, at, actor_kind, actor_id,
    merchant_id, person_id, store_id, code_id, channel_id, subject_id, data
)
inner join taken t on t.lane = e.lane
"""

INSERT_CURSORS = """
insert into journal.cursors (follower, lane, last_number)
select $1, lane, 0 from journal.lanes
on conflict (follower, lane) do nothing
"""

LIST_BEHIND = """
select c.follower, c.lane, c.last_number, l.last_number
from journal.cursors c
inner join journal.lanes l on l.lane = c.lane
where c.last_number < l.last_number and c.follower = any($1::text[])
order by c.follower, c.lane
"""

# A lane that has fewer facts than were known of it has been emptied: all it holds is new.
READ_NEWS = """
select l.lane, l.last_number, array(
    select distinct e.kind from journal.events e
    where e.lane = l.lane and e.number <= l.last_number
        and e.number > case when l.last_number < k.number then 0 else k.number end
) as kinds
from journal.lanes l
inner join unnest($1::smallint[], $2::bigint[]) as k (lane, number) on k.lane = l.lane
where l.last_number <> k.number
"""

READ_LANES = """
select lane, last_number from journal.lanes
"""

RECENT_KINDS = """
select e.lane, e.kind, max(e.number) as number
from unnest($1::smallint[], $2::bigint[], $3::bigint[]) as r (lane, after, until)
inner join journal.events e
    on e.lane = r.lane and e.number > r.after and e.number <= r.until
group by e.lane, e.kind
"""

# Only cursors that stand where they stood when it was found out that nothing of the lane concerns
# them; those that others hold are left to them.
SKIP_IDLE = """
with held as (
    select c.follower
    from journal.cursors c
    inner join unnest($2::text[], $3::bigint[]) as idle (follower, after)
        on idle.follower = c.follower and idle.after = c.last_number
    where c.lane = $1
    for update of c skip locked
)
update journal.cursors c set last_number = $4
from held
where c.lane = $1 and c.follower = held.follower
"""

LOCK_CURSOR = """
select c.last_number as read_number, l.last_number
from journal.cursors c
inner join journal.lanes l on l.lane = c.lane
where c.follower = $1 and c.lane = $2
for update of c skip locked
"""

SET_CURSOR = """
update journal.cursors set last_number = $3 where follower = $1 and lane = $2
"""

REWIND = """
update journal.cursors set last_number = 0 where follower = $1 and lane = $2
"""

LIST_FACTS = """
select lane, number, kind, occurred_at, actor_kind, actor_id,
    merchant_id, person_id, store_id, code_id, channel_id, subject_id, data
from journal.events
where lane = $1 and number > $2 and number <= $3 and ($4::text[] is null or kind = any($4))
order by number limit $5
"""


_encode = msgspec.json.Encoder().encode


class NewFact(msgspec.Struct, frozen=True, gc=False):
    """A fact to be appended; `number` is its place among the new ones of its lane, from 1."""

    lane: int
    number: int
    kind: str
    at: datetime
    actor_kind: str
    actor_id: int
    merchant_id: int
    person_id: int
    store_id: int
    code_id: int
    channel_id: int
    subject_id: int


class Behind(NamedTuple):
    """A follower that has not read a lane to its end."""

    follower: str
    lane: int
    after: int
    until: int


async def append(db: Connection, facts: Sequence[NewFact], data: Sequence[bytes]) -> None:
    """Append facts in order, each with its event as JSON."""
    counts = {fact.lane: fact.number for fact in facts}
    lanes = sorted(counts)
    await db.execute(APPEND, lanes, [counts[lane] for lane in lanes], _encode(facts).decode(), data)


async def insert_cursors(db: Connection, follower: str) -> None:
    """Let a follower begin at the first fact of every lane."""
    await db.execute(INSERT_CURSORS, follower)


async def list_behind(db: Connection, followers: Sequence[str]) -> list[Behind]:
    """Followers and lanes with facts not yet read."""
    return [Behind(*row) for row in await db.fetch(LIST_BEHIND, list(followers))]


async def read_lanes(db: Connection) -> dict[int, int]:
    """The number of the last fact of each lane."""
    return {row["lane"]: row["last_number"] for row in await db.fetch(READ_LANES)}


async def read_news(db: Connection, known: Mapping[int, int]) -> dict[int, tuple[int, list[str]]]:
    """Lanes that have not the last number known of them: that number, and the kinds since."""
    rows = await db.fetch(READ_NEWS, list(known), list(known.values()))
    return {row["lane"]: (row["last_number"], row["kinds"]) for row in rows}


async def read_recent_kinds(
    db: Connection, spans: Sequence[tuple[int, int, int]]
) -> dict[tuple[int, str], int]:
    """The last number of each kind in spans of lanes: (lane, after, until]."""
    lanes, after, until = zip(*spans, strict=True)
    rows = await db.fetch(RECENT_KINDS, lanes, after, until)
    return {(row["lane"], row["kind"]): row["number"] for row in rows}


async def skip_idle(db: Connection, lane: int, until: int, idle: Sequence[Behind]) -> None:
    """Let followers pass over a lane that held nothing for them since they read it."""
    names, after = [one.follower for one in idle], [one.after for one in idle]
    await db.execute(SKIP_IDLE, lane, names, after, until)


async def lock_cursor(db: Connection, follower: str, lane: int) -> tuple[int, int] | None:
    """How far the follower read the lane and how far it goes; None while another reads it."""
    row = await db.fetchrow(LOCK_CURSOR, follower, lane)
    return (row[0], row[1]) if row else None


async def set_cursor(db: Connection, follower: str, lane: int, number: int) -> None:
    """Remember that everything up to `number` has been read."""
    await db.execute(SET_CURSOR, follower, lane, number)


async def rewind(db: Connection, follower: str, lane: int) -> None:
    """Forget how far the follower read a lane; waits until nobody reads it."""
    await db.execute(REWIND, follower, lane)


async def list_facts(
    db: Connection, lane: int, after: int, until: int, kinds: Sequence[str] | None, limit: int
) -> list[Fact]:
    """The first facts of a lane with numbers in (after, until], of these kinds, or of all."""
    rows = await db.fetch(LIST_FACTS, lane, after, until, kinds, limit)
    return [Fact(*row) for row in rows]
