"""Every SQL statement on schema `penalties`, and thin functions over them."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg
import msgspec

from banyan.base.db import Connection
from banyan.base.ids import Id
from banyan.reach.channels import ChannelId
from banyan.reach.penalties.rules import DAY, LEAVES_SOON
from banyan.reach.penalties.types import (
    Crowd,
    Penalty,
    PenaltyId,
    PenaltyKind,
    Sign,
    Suspicion,
    SuspicionId,
    SuspicionKind,
    SuspicionState,
)

_insert_penalty = """
insert into penalties.penalties (
    channel_id, penalty_id, merchant_id, kind, reason, facts, note, begins_at, ends_at, given_by
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""

_find_running = """
select channel_id, penalty_id, merchant_id, kind, reason, facts, note, begins_at, ends_at, lifted_at
from penalties.penalties
where channel_id = $1 and kind = $2 and lifted_at is null and ends_at > $3
order by ends_at desc
limit 1
"""

_list_penalties = """
select channel_id, penalty_id, merchant_id, kind, reason, facts, note, begins_at, ends_at, lifted_at
from penalties.penalties
where channel_id = $1
order by penalty_id desc
limit $2
"""

_set_lifted = """
update penalties.penalties set lifted_at = $3
where channel_id = $1 and penalty_id = $2 and lifted_at is null
returning
    channel_id, penalty_id, merchant_id, kind, reason, facts, note, begins_at, ends_at, lifted_at
"""

_insert_follows = """
insert into penalties.follows (channel_id, person_id, followed_at, is_fresh, has_code)
select channel_id, person_id, followed_at, is_fresh, has_code
from unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::boolean[], $5::boolean[])
    as u (channel_id, person_id, followed_at, is_fresh, has_code)
order by channel_id, person_id
on conflict (channel_id, person_id) do update set
followed_at = excluded.followed_at, is_fresh = excluded.is_fresh,
has_code = excluded.has_code, left_at = null
"""

_set_left = """
update penalties.follows as f set left_at = u.left_at
from unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) as u (channel_id, person_id, left_at)
where f.channel_id = u.channel_id and f.person_id = u.person_id and f.followed_at <= u.left_at
"""

_delete_old = "delete from penalties.follows where channel_id = $1 and followed_at < $2"

_read_crowd = """
with hours as (
    select
        date_trunc('hour', followed_at) as hour,
        followed_at >= $2 as is_new,
        count(*) as follows_count,
        count(*) filter (where is_fresh) as fresh_count,
        count(*) filter (where has_code) as code_count,
        count(*) filter (where left_at <= followed_at + $3::interval) as left_count
    from penalties.follows
    where channel_id = $1
    group by hour, is_new
)

select
    coalesce(sum(follows_count) filter (where is_new), 0)::bigint as follows_count,
    coalesce(max(follows_count) filter (where is_new), 0)::bigint as hour_max,
    coalesce(max(follows_count) filter (where not is_new), 0)::bigint as hour_before_max,
    coalesce(sum(fresh_count) filter (where is_new), 0)::bigint as fresh_count,
    coalesce(sum(code_count) filter (where is_new), 0)::bigint as code_count,
    coalesce(sum(left_count) filter (where is_new), 0)::bigint as left_count
from hours
"""

# What was settled today stays so; what is open is told with its latest figures.
_note_suspicion = """
insert into penalties.suspicions as s (
    channel_id, suspicion_id, merchant_id, kind, day, facts, signs, noted_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (channel_id, kind, day) do update
set facts = excluded.facts, signs = excluded.signs
where s.state = 'open'
returning xmax = 0 as is_new
"""

_list_open = """
select channel_id, suspicion_id, merchant_id, kind, day, facts, signs, state, noted_at
from penalties.suspicions
where state = 'open'
order by suspicion_id
limit $1
"""

_set_settled = """
update penalties.suspicions set state = $3, settled_at = $4, settled_by = $5
where channel_id = $1 and suspicion_id = $2 and state = 'open'
returning channel_id, suspicion_id, merchant_id, kind, day, facts, signs, state, noted_at
"""


async def insert_penalty(db: Connection, one: Penalty, given_by: int) -> None:
    """Add a penalty."""
    key = (one.channel_id, one.penalty_id, one.merchant_id)
    what = (one.kind, one.reason, one.facts, one.note)
    await db.execute(_insert_penalty, *key, *what, one.begins_at, one.ends_at, given_by)


async def find_running(
    db: Connection, channel_id: int, kind: PenaltyKind, now: datetime
) -> Penalty | None:
    """Return the penalty of a kind that ends last, if one has not ended."""
    row = await db.fetchrow(_find_running, channel_id, kind, now)
    return _penalty(row) if row else None


async def list_penalties(db: Connection, channel_id: int, limit: int) -> list[Penalty]:
    """Return the penalties of a channel, the newest first."""
    return [_penalty(row) for row in await db.fetch(_list_penalties, channel_id, limit)]


async def set_lifted(
    db: Connection, channel_id: int, penalty_id: int, now: datetime
) -> Penalty | None:
    """End a penalty that has not ended; None if there is no such."""
    row = await db.fetchrow(_set_lifted, channel_id, penalty_id, now)
    return _penalty(row) if row else None


async def insert_follows(
    db: Connection, follows: Sequence[tuple[int, int, datetime, bool, bool]]
) -> None:
    """Note who follows whom since when, whether they are new to Banyan, and came by a code."""
    latest = {one[:2]: one for one in follows}
    columns = [list(column) for column in zip(*latest.values(), strict=True)]
    if columns:
        await db.execute(_insert_follows, *columns)


async def set_left(db: Connection, leaves: Sequence[tuple[int, int, datetime]]) -> None:
    """Note who left whom and when."""
    columns = [list(column) for column in zip(*leaves, strict=True)]
    if columns:
        await db.execute(_set_left, *columns)


async def read_crowd(db: Connection, channel_id: int, now: datetime, kept_since: datetime) -> Crowd:
    """Forget what is too old, and return who began to follow a channel within a day."""
    await db.execute(_delete_old, channel_id, kept_since)
    row = await db.fetchrow(_read_crowd, channel_id, now - DAY, LEAVES_SOON)
    assert row is not None
    return msgspec.convert(dict(row), Crowd)


async def note_suspicion(db: Connection, one: Suspicion) -> bool:
    """Note a suspicion, once a day and kind; False if it was known."""
    key = (one.channel_id, one.suspicion_id, one.merchant_id, one.kind, one.day)
    is_new: bool | None = await db.fetchval(
        _note_suspicion, *key, one.facts, one.signs, one.noted_at
    )
    return bool(is_new)


async def list_open(db: Connection, limit: int) -> list[Suspicion]:
    """Return suspicions that nobody has looked at, the oldest first."""
    return [_suspicion(row) for row in await db.fetch(_list_open, limit)]


async def set_settled(
    db: Connection,
    channel_id: int,
    suspicion_id: int,
    state: SuspicionState,
    now: datetime,
    settled_by: int,
) -> Suspicion | None:
    """Settle an open suspicion; None if there is no such."""
    row = await db.fetchrow(_set_settled, channel_id, suspicion_id, state, now, settled_by)
    return _suspicion(row) if row else None


def _penalty(row: asyncpg.Record) -> Penalty:
    return Penalty(
        merchant_id=Id(row["merchant_id"]),
        channel_id=ChannelId(row["channel_id"]),
        penalty_id=PenaltyId(row["penalty_id"]),
        kind=PenaltyKind(row["kind"]),
        reason=row["reason"],
        facts=row["facts"],
        note=row["note"],
        begins_at=row["begins_at"],
        ends_at=row["ends_at"],
        lifted_at=row["lifted_at"],
    )


def _suspicion(row: asyncpg.Record) -> Suspicion:
    return Suspicion(
        merchant_id=Id(row["merchant_id"]),
        channel_id=ChannelId(row["channel_id"]),
        suspicion_id=SuspicionId(row["suspicion_id"]),
        kind=SuspicionKind(row["kind"]),
        day=row["day"],
        facts=row["facts"],
        signs=[Sign(one) for one in row["signs"]],
        state=SuspicionState(row["state"]),
        noted_at=row["noted_at"],
    )
