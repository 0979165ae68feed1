"""Every SQL statement on schema `pushes`, and thin functions over them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec

from banyan.base.db import Connection
from banyan.reach.pushes.records import (
    Keeping,
    NewAttempt,
    NewPush,
    NewState,
    Relay,
    Taken,
    attempt_of,
    keeping_of,
    push_of,
    server_values,
)
from banyan.reach.pushes.types import Attempt, Outcome, Push

_has_server = """
select exists (select from pushes.servers where channel_id = $1)
    or exists (select from pushes.relays where channel_id = $1)
"""

_insert_push = """
insert into pushes.pushes (
    channel_id, push_id, person_id, openid, kind, fields, state, tries, tries_before, due_at,
    created_at
)
values (
    $1, $2, $3, $4, $5, $6, 'waiting', 0, 0,
    coalesce(clock_timestamp() + $8::interval, '-infinity'), $7
)
"""

# One that somebody has begun to tell stays as it is: each try says the same.
_release_push = """
update pushes.pushes set fields = fields || $4, due_at = '-infinity'
where channel_id = $1 and person_id = $2 and state = 'waiting' and tries = 0
    and (fields ->> 'msg_id')::bigint = $3
"""

# Of two workers that see the same push one counts the taking first; the other then finds another
# count and leaves it. No lock is held over shards, and none over a call.
_take_pushes = """
with heads as materialized (
    select w.channel_id, w.push_id, w.tries
    from (
        select channel_id from pushes.servers
        union
        select channel_id from pushes.relays
    ) s
    cross join lateral (
        select p.channel_id, p.push_id, p.tries
        from pushes.pushes p
        where p.channel_id = s.channel_id and p.state = 'waiting' and p.due_at <= $1
            and p.push_id = (
                select min(e.push_id) from pushes.pushes e
                where e.channel_id = p.channel_id and e.person_id = p.person_id
                    and e.state = 'waiting'
            )
        order by p.due_at, p.push_id
        limit $4
    ) w
    where s.channel_id <> all($3::bigint[])
    limit $5
)
update pushes.pushes p set due_at = $2, tries = p.tries + 1
from heads h
where p.channel_id = h.channel_id and p.push_id = h.push_id and p.tries = h.tries
    and p.state = 'waiting'
returning p.channel_id, p.push_id, p.person_id, p.openid, p.kind, p.fields, p.state, p.created_at,
    p.due_at, p.tries, p.tries_before
"""

_lock_pushes = """
update pushes.pushes p set tries = p.tries
from unnest($1::bigint[], $2::bigint[]) as u (channel_id, push_id)
where p.channel_id = u.channel_id and p.push_id = u.push_id
returning p.channel_id, p.push_id, p.person_id, p.openid, p.kind, p.fields, p.state, p.created_at,
    p.due_at, p.tries, p.tries_before
"""

_set_states = """
update pushes.pushes p
set state = u.state, due_at = coalesce(u.due_at, p.due_at), finished_at = u.finished_at
from unnest($1::bigint[], $2::bigint[], $3::text[], $4::timestamptz[], $5::timestamptz[])
    as u (channel_id, push_id, state, due_at, finished_at)
where p.channel_id = u.channel_id and p.push_id = u.push_id
"""

_insert_attempts = """
insert into pushes.attempts (channel_id, push_id, number, url, at, outcome, status, took_ms)
select * from unnest(
    $1::bigint[], $2::bigint[], $3::smallint[], $4::text[], $5::timestamptz[], $6::text[],
    $7::smallint[], $8::integer[]
)
on conflict (channel_id, push_id, number) do nothing
"""

_set_waiting = """
update pushes.pushes
set state = 'waiting', tries_before = tries, due_at = '-infinity', finished_at = null
where channel_id = $1 and push_id = $2 and state <> 'waiting'
returning tries
"""

_list_pushes = """
select channel_id, push_id, person_id, openid, kind, fields, state, created_at, due_at, tries
from pushes.pushes
where channel_id = $1 and push_id < $2
order by push_id desc
limit $3
"""

_list_latest = """
select channel_id, push_id, person_id, openid, kind, fields, state, created_at, due_at, tries
from pushes.pushes
where $1::bigint is null or channel_id = $1
order by push_id desc
limit $2
"""

_find_push = """
select channel_id, push_id, person_id, openid, kind, fields, state, created_at, due_at, tries
from pushes.pushes
where channel_id = $1 and push_id = $2
"""

_list_attempts = """
select a.channel_id, a.push_id, a.number, a.url, a.at, a.outcome, a.status, a.took_ms
from pushes.attempts a
inner join unnest($1::bigint[], $2::bigint[]) as u (channel_id, push_id)
    on a.channel_id = u.channel_id and a.push_id = u.push_id
order by a.channel_id, a.push_id, a.number
"""

_count_waiting = """
select count(*) from (
    select 1 from pushes.pushes
    where channel_id = $1 and ($2::bigint is null or person_id = $2) and state = 'waiting'
    limit $3
) as waiting
"""

_fail_untold = """
update pushes.pushes p set state = 'failed', finished_at = $2
where p.channel_id = any($1) and p.state = 'waiting'
    and not exists (select from pushes.servers s where s.channel_id = p.channel_id)
    and not exists (select from pushes.relays r where r.channel_id = p.channel_id)
"""

_list_old = """
select push_id from pushes.pushes
where channel_id = $1 and state <> 'waiting' and finished_at < $2
order by push_id
limit $3
"""

_delete_attempts = "delete from pushes.attempts where channel_id = $1 and push_id = any($2)"
_delete_pushes = "delete from pushes.pushes where channel_id = $1 and push_id = any($2)"

_list_servers = """
select merchant_id, channel_id, url, mode, token_sealed, key_sealed, old_key_sealed, old_key_until,
    changed_at, format
from pushes.servers
where channel_id = any($1)
"""

_set_server = """
insert into pushes.servers as s (
    channel_id, merchant_id, url, mode, token_sealed, key_sealed, format, changed_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (channel_id) do update
set url = excluded.url, mode = excluded.mode, token_sealed = excluded.token_sealed,
    key_sealed = excluded.key_sealed, old_key_sealed = s.key_sealed, old_key_until = $9,
    format = excluded.format, changed_at = excluded.changed_at
"""

_delete_server = "delete from pushes.servers where channel_id = $1"

_set_candidate = """
insert into pushes.candidates (
    channel_id, merchant_id, candidate_id, url, mode, token_sealed, key_sealed, format,
    due_at, changed_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, '-infinity', $9)
on conflict (channel_id) do update
set candidate_id = excluded.candidate_id, url = excluded.url, mode = excluded.mode,
    token_sealed = excluded.token_sealed, key_sealed = excluded.key_sealed, outcome = null,
    format = excluded.format, due_at = excluded.due_at, changed_at = excluded.changed_at
"""

_take_candidates = """
update pushes.candidates set due_at = $2
where outcome is null and due_at <= $1
returning merchant_id, channel_id, candidate_id, url, mode, token_sealed, key_sealed, outcome,
    changed_at, format
"""

_lock_candidate = """
select merchant_id, channel_id, candidate_id, url, mode, token_sealed, key_sealed, outcome,
    changed_at, format
from pushes.candidates
where channel_id = $1
for update
"""

_find_candidate = """
select merchant_id, channel_id, candidate_id, url, mode, token_sealed, key_sealed, outcome,
    changed_at, format
from pushes.candidates
where channel_id = $1
"""

_set_outcome = "update pushes.candidates set outcome = $2 where channel_id = $1"

_list_relays = "select channel_id, via_id, url from pushes.relays where channel_id = any($1)"

_set_relays = """
insert into pushes.relays (channel_id, via_id, url)
select channel_id, $2, $3 from unnest($1::bigint[]) as u (channel_id)
on conflict (channel_id) do update set via_id = excluded.via_id, url = excluded.url
"""

_delete_relays = "delete from pushes.relays where via_id = $2 and channel_id = any($1)"

_delete_candidate = "delete from pushes.candidates where channel_id = $1"


async def has_server(db: Connection, channel_id: int) -> bool:
    """Return whether an account has a server."""
    return bool(await db.fetchval(_has_server, channel_id))


async def insert_push(db: Connection, push: NewPush) -> None:
    """Add a push."""
    await db.execute(_insert_push, *msgspec.structs.astuple(push))


async def release_push(
    db: Connection, channel_id: int, person_id: int, message_id: int, fields: dict[str, Any]
) -> None:
    """Add to the push of a message, if nobody took it yet, and let it go out."""
    await db.execute(_release_push, channel_id, person_id, message_id, fields)


async def take_pushes(
    db: Connection,
    *,
    at: datetime,
    until: datetime,
    busy_ids: Collection[int],
    each_max: int,
    limit: int,
) -> list[Taken]:
    """Take each person's oldest waiting push of accounts that are not busy; return which."""
    rows = await db.fetch(_take_pushes, at, until, list(busy_ids), each_max, limit)
    return [Taken(push_of(row), row["tries"], row["tries_before"]) for row in rows]


async def lock_pushes(
    db: Connection, keys: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], Taken]:
    """Lock pushes by account and number; return those that there are."""
    rows = await db.fetch(_lock_pushes, [one[0] for one in keys], [one[1] for one in keys])
    return {
        (row["channel_id"], row["push_id"]): Taken(push_of(row), row["tries"], row["tries_before"])
        for row in rows
    }


async def set_states(db: Connection, states: Sequence[NewState]) -> None:
    """Write how far locked pushes are."""
    await db.execute(_set_states, *_columns(states, NewState))


async def insert_attempts(db: Connection, attempts: Sequence[NewAttempt]) -> None:
    """Add what became of tries; of one try the first word counts."""
    await db.execute(_insert_attempts, *_columns(attempts, NewAttempt))


async def set_waiting(db: Connection, channel_id: int, push_id: int) -> int | None:
    """Let a finished push be tried afresh; return how often it was tried, None if it waits."""
    tries: int | None = await db.fetchval(_set_waiting, channel_id, push_id)
    return tries


async def list_pushes(db: Connection, channel_id: int, before: int, limit: int) -> list[Push]:
    """Return an account's pushes without their attempts, the newest first."""
    return [push_of(row) for row in await db.fetch(_list_pushes, channel_id, before, limit)]


async def list_latest(db: Connection, channel_id: int | None, limit: int) -> list[Push]:
    """Return the latest pushes of one account or of all: for test servers, which have few."""
    return [push_of(row) for row in await db.fetch(_list_latest, channel_id, limit)]


async def find_push(db: Connection, channel_id: int, push_id: int) -> Push | None:
    """Return a push without its attempts."""
    row = await db.fetchrow(_find_push, channel_id, push_id)
    return push_of(row) if row else None


async def list_attempts(
    db: Connection, keys: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], list[Attempt]]:
    """Return the attempts at each push, in order."""
    rows = await db.fetch(_list_attempts, [one[0] for one in keys], [one[1] for one in keys])
    found: dict[tuple[int, int], list[Attempt]] = {}
    for row in rows:
        found.setdefault((row["channel_id"], row["push_id"]), []).append(attempt_of(row))
    return found


async def count_waiting(
    db: Connection, channel_id: int, person_id: int | None, count_max: int
) -> int:
    """Return how many pushes of an account wait, of one person or all; at most `count_max`."""
    count: int = await db.fetchval(_count_waiting, channel_id, person_id, count_max)
    return count


async def fail_untold(db: Connection, channel_ids: Collection[int], now: datetime) -> None:
    """End all waiting pushes of those of the accounts of which no server is told any more."""
    await db.execute(_fail_untold, list(channel_ids), now)


async def delete_old(db: Connection, channel_id: int, before: datetime, limit: int) -> int:
    """Forget an account's pushes that were finished before; return how many."""
    rows = await db.fetch(_list_old, channel_id, before, limit)
    ids = [row["push_id"] for row in rows]
    if ids:
        await db.execute(_delete_attempts, channel_id, ids)
        await db.execute(_delete_pushes, channel_id, ids)
    return len(ids)


def _columns(rows: Sequence[msgspec.Struct], kind: type[msgspec.Struct]) -> list[list[Any]]:
    return [[getattr(row, name) for row in rows] for name in kind.__struct_fields__]


async def list_servers(db: Connection, channel_ids: Collection[int]) -> dict[int, Keeping]:
    """Return the servers of accounts that have one."""
    rows = await db.fetch(_list_servers, list(channel_ids))
    return {row["channel_id"]: keeping_of(row) for row in rows}


async def set_server(db: Connection, one: Keeping, old_until: datetime) -> None:
    """Write an account's server; the key of the one before is good until then."""
    await db.execute(_set_server, *server_values(one), one.server.changed_at, old_until)


async def delete_server(db: Connection, channel_id: int) -> None:
    """Let an account have no server."""
    await db.execute(_delete_server, channel_id)


async def list_relays(db: Connection, channel_ids: Collection[int]) -> dict[int, Relay]:
    """Return who is told instead of accounts' own servers."""
    rows = await db.fetch(_list_relays, list(channel_ids))
    return {row["channel_id"]: Relay(channel_id=row[0], via_id=row[1], url=row[2]) for row in rows}


async def set_relays(db: Connection, channel_ids: Collection[int], via_id: int, url: str) -> None:
    """Let another channel's server be told instead of accounts' own."""
    await db.execute(_set_relays, list(channel_ids), via_id, url)


async def delete_relays(db: Connection, channel_ids: Collection[int], via_id: int) -> None:
    """Let another channel's server be told instead of accounts' own no more."""
    await db.execute(_delete_relays, list(channel_ids), via_id)


async def set_candidate(db: Connection, one: Keeping) -> None:
    """Write a server that has yet to prove itself, instead of any other such."""
    channel_id, merchant_id, *rest = server_values(one)
    await db.execute(
        _set_candidate, channel_id, merchant_id, one.candidate_id, *rest, one.server.changed_at
    )


async def take_candidates(db: Connection, at: datetime, until: datetime) -> list[Keeping]:
    """Take the servers that have yet to prove themselves; return which."""
    return [keeping_of(row) for row in await db.fetch(_take_candidates, at, until)]


async def lock_candidate(db: Connection, channel_id: int) -> Keeping | None:
    """Lock the server that has yet to prove itself."""
    row = await db.fetchrow(_lock_candidate, channel_id)
    return keeping_of(row) if row else None


async def find_candidate(db: Connection, channel_id: int) -> Keeping | None:
    """Return the server that has yet to prove itself, or has failed to."""
    row = await db.fetchrow(_find_candidate, channel_id)
    return keeping_of(row) if row else None


async def set_outcome(db: Connection, channel_id: int, outcome: Outcome) -> None:
    """Write why a server has not proved itself."""
    await db.execute(_set_outcome, channel_id, outcome)


async def delete_candidate(db: Connection, channel_id: int) -> None:
    """Have no server that is to prove itself."""
    await db.execute(_delete_candidate, channel_id)
