"""Every SQL statement on schema `tokens`, and thin functions over them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from banyan.base.db import Connection
from banyan.reach.tokens.types import AskedRequest, CallUses, Function, TicketKind, TokenKind

# Also who has no row yet is locked: the insert waits for a rival's, and updates it.
_lock_holder = """
insert into tokens.holders as h (channel_id, forced_on, forced_count, forced_at)
values ($1, '-infinity', 0, '-infinity')
on conflict (channel_id) do update set forced_count = h.forced_count
returning forced_on, forced_count, forced_at
"""

_set_forced = """
update tokens.holders set forced_on = $2, forced_count = $3, forced_at = $4 where channel_id = $1
"""

_insert_issued = """
insert into tokens.tokens (
    channel_id, token_digest, kind, sealed, issued_at, expires_at, via_id, functions
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

_shorten_issued = """
update tokens.tokens set expires_at = greatest($3, issued_at)
where channel_id = $1 and kind = $2 and expires_at > $3 and via_id = $4
"""

_set_functions = "update tokens.tokens set functions = $3 where channel_id = $1 and via_id = $2"

_delete_issued = "delete from tokens.tokens where channel_id = $1 and expires_at < $2"

_delete_delegated = "delete from tokens.tokens where channel_id = $1 and via_id = $2"

_find_stable = """
select token_digest, sealed, expires_at
from tokens.tokens
where channel_id = $1 and kind = 'stable' and expires_at > $2
order by expires_at desc
limit 1
"""

_find_issued = """
select expires_at, via_id, functions from tokens.tokens
where channel_id = $1 and token_digest = $2
"""

_find_ticket = """
select sealed, expires_at from tokens.tickets
where channel_id = $1 and kind = $2 and expires_at > $3
"""

_set_ticket = """
insert into tokens.tickets (channel_id, kind, sealed, expires_at)
values ($1, $2, $3, $4)
on conflict (channel_id, kind) do update
set sealed = excluded.sealed, expires_at = excluded.expires_at
"""

# Also what has no row yet is locked: the insert waits for a rival's, and updates it.
_lock_uses = """
insert into tokens.uses as u (channel_id, used_on, path, used)
select c.channel_id, c.used_on, c.path, 0
from unnest($1::bigint[], $2::date[], $3::text[]) as c (channel_id, used_on, path)
on conflict (channel_id, used_on, path) do update set used = u.used
returning channel_id, used_on, path, used
"""

_add_uses = """
update tokens.uses as u set used = u.used + c.used
from unnest($1::bigint[], $2::date[], $3::text[], $4::bigint[]) as c (
    channel_id, used_on, path, used
)
where u.channel_id = c.channel_id and u.used_on = c.used_on and u.path = c.path
"""

_find_quotas = """
select channel_id, path, daily_max from tokens.quotas
where channel_id = any($1) and path = any($2)
"""

_list_quotas = """
select channel_id, path, daily_max from tokens.quotas order by path, channel_id limit $1
"""

_set_quota = """
insert into tokens.quotas (channel_id, path, daily_max, set_at)
values ($1, $2, $3, $4)
on conflict (channel_id, path) do update
set daily_max = excluded.daily_max, set_at = excluded.set_at
"""

_delete_quota = "delete from tokens.quotas where channel_id = $1 and path = $2"

_delete_uses = "delete from tokens.uses where channel_id = any($1) and used_on < $2"

_find_uses = """
select path, used from tokens.uses where channel_id = $1 and used_on = $2 and path = $3
"""

_clear_uses = """
update tokens.uses set used = 0
where channel_id = $1 and used_on = $2 and ($3 = '' or path = $3)
"""

_find_allowed = "select addresses from tokens.allowed where channel_id = $1"

_set_allowed = """
insert into tokens.allowed (channel_id, addresses, changed_at)
values ($1, $2, $3)
on conflict (channel_id) do update
set addresses = excluded.addresses, changed_at = excluded.changed_at
"""

_insert_request = """
insert into tokens.requests (channel_id, rid, url, body, answer, asked_at, took_ms)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (channel_id, rid) do nothing
"""

_find_request = """
select rid, url, body, answer, asked_at, took_ms
from tokens.requests
where channel_id = $1 and rid = $2
"""

_delete_requests = "delete from tokens.requests where channel_id = $1 and asked_at < $2"

_add_clear = """
insert into tokens.clears as c (channel_id, month_on, cleared)
values ($1, $2, 1)
on conflict (channel_id, month_on) do update set cleared = c.cleared + 1
where c.cleared < $3
returning cleared
"""


UseKey = tuple[int, date, str]
"""An account, a day, and the path of a call."""


class Holder(msgspec.Struct, frozen=True):
    """When an account last forced a stable token, and how often on that day."""

    forced_on: date
    forced_count: int
    forced_at: datetime


class NewToken(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `tokens.tokens`."""

    channel_id: int
    token_digest: bytes
    kind: TokenKind
    sealed: bytes | None
    issued_at: datetime
    expires_at: datetime
    via_id: int = 0
    functions: Sequence[Function] = ()


class KnownToken(msgspec.Struct, frozen=True):
    """When a token ends or ended; whose it is if not the account's own, and for what."""

    expires_at: datetime
    via_id: int
    functions: frozenset[Function]


async def lock_holder(db: Connection, channel_id: int) -> Holder:
    """Lock an account's tokens to the end of the transaction."""
    row = await db.fetchrow(_lock_holder, channel_id)
    assert row is not None
    return Holder(*row)


async def set_forced(db: Connection, channel_id: int, holder: Holder) -> None:
    """Write when a stable token was forced."""
    await db.execute(
        _set_forced, channel_id, holder.forced_on, holder.forced_count, holder.forced_at
    )


async def insert_token(db: Connection, token: NewToken) -> None:
    """Add a token."""
    await db.execute(_insert_issued, *msgspec.structs.astuple(token))


async def shorten_tokens(
    db: Connection, channel_id: int, kind: TokenKind, until: datetime, via_id: int = 0
) -> None:
    """Let an account's own tokens of a kind, or a platform's, work until then at the longest."""
    await db.execute(_shorten_issued, channel_id, kind, until, via_id)


async def set_functions(
    db: Connection, channel_id: int, via_id: int, functions: Sequence[Function]
) -> None:
    """Write what a platform's tokens of an account are for."""
    await db.execute(_set_functions, channel_id, via_id, functions)


async def delete_tokens(db: Connection, channel_id: int, before: datetime) -> None:
    """Forget an account's tokens that ended before."""
    await db.execute(_delete_issued, channel_id, before)


async def delete_delegated(db: Connection, channel_id: int, via_id: int) -> None:
    """Forget a platform's tokens of an account."""
    await db.execute(_delete_delegated, channel_id, via_id)


async def find_stable(
    db: Connection, channel_id: int, after: datetime
) -> tuple[bytes, bytes, datetime] | None:
    """Return digest, sealed text and end of the stable token that works longer than that."""
    row = await db.fetchrow(_find_stable, channel_id, after)
    return (row[0], row[1], row[2]) if row else None


async def find_token(db: Connection, channel_id: int, token_digest: bytes) -> KnownToken | None:
    """Return when the token ends or ended, and for what it is."""
    row = await db.fetchrow(_find_issued, channel_id, token_digest)
    if row is None:
        return None
    return KnownToken(row["expires_at"], row["via_id"], frozenset(map(Function, row["functions"])))


async def find_ticket(
    db: Connection, channel_id: int, kind: TicketKind, after: datetime
) -> tuple[bytes, datetime] | None:
    """Return the sealed ticket that works longer than that, and its end."""
    row = await db.fetchrow(_find_ticket, channel_id, kind, after)
    return (row[0], row[1]) if row else None


async def set_ticket(
    db: Connection, channel_id: int, kind: TicketKind, sealed: bytes, expires_at: datetime
) -> None:
    """Write the ticket of a kind in place of the one before."""
    await db.execute(_set_ticket, channel_id, kind, sealed, expires_at)


async def lock_uses(db: Connection, keys: Sequence[UseKey]) -> dict[UseKey, int]:
    """Lock the counts of calls, in the order given; return them."""
    rows = await db.fetch(_lock_uses, *zip(*keys, strict=True))
    return {(row[0], row[1], row[2]): row[3] for row in rows}


async def add_uses(db: Connection, uses: Mapping[UseKey, int]) -> None:
    """Add to the locked counts of calls."""
    if uses:
        rows = [(*key, count) for key, count in sorted(uses.items())]
        await db.execute(_add_uses, *zip(*rows, strict=True))


async def find_quotas(
    db: Connection, channel_ids: Sequence[int], paths: Sequence[str]
) -> dict[tuple[int, str], int]:
    """Return the quotas that are set, by channel and path."""
    rows = await db.fetch(_find_quotas, channel_ids, paths)
    return {(row[0], row[1]): row[2] for row in rows}


async def list_quotas(db: Connection, limit: int) -> list[tuple[int, str, int]]:
    """Return all quotas that are set, by path: channel, path and quota."""
    return [(row[0], row[1], row[2]) for row in await db.fetch(_list_quotas, limit)]


async def set_quota(
    db: Connection, channel_id: int, path: str, daily_max: int, now: datetime
) -> None:
    """Set the quota of a call, of a channel or of all."""
    await db.execute(_set_quota, channel_id, path, daily_max, now)


async def delete_quota(db: Connection, channel_id: int, path: str) -> None:
    """Have the quota of a call as the protocol has it."""
    await db.execute(_delete_quota, channel_id, path)


async def delete_uses(db: Connection, channel_ids: Sequence[int], before: date) -> None:
    """Forget what the accounts' programs called on days before."""
    await db.execute(_delete_uses, channel_ids, before)


async def find_uses(db: Connection, channel_id: int, used_on: date, path: str) -> CallUses:
    """Return how often an account made a call on a day."""
    row = await db.fetchrow(_find_uses, channel_id, used_on, path)
    return CallUses(path=path, used=row["used"] if row else 0, daily_max=None)


async def clear_uses(db: Connection, channel_id: int, used_on: date, path: str) -> None:
    """Set an account's counts of a day back: of one call, or of all without a path."""
    await db.execute(_clear_uses, channel_id, used_on, path)


async def add_clear(db: Connection, channel_id: int, month_on: date, most: int) -> bool:
    """Count one more clearing of the month; False if there have been as many as may be."""
    return await db.fetchval(_add_clear, channel_id, month_on, most) is not None


async def find_allowed(db: Connection, channel_id: int) -> list[str]:
    """Return the addresses that get an account's tokens; none for all."""
    return await db.fetchval(_find_allowed, channel_id) or []


async def set_allowed(
    db: Connection, channel_id: int, addresses: Sequence[str], now: datetime
) -> None:
    """Write the addresses that get an account's tokens."""
    await db.execute(_set_allowed, channel_id, addresses, now)


async def insert_request(db: Connection, channel_id: int, request: AskedRequest) -> None:
    """Keep a call; the first of a name stays."""
    await db.execute(_insert_request, channel_id, *msgspec.structs.astuple(request))


async def find_request(db: Connection, channel_id: int, rid: str) -> AskedRequest | None:
    """Return a call of an account."""
    row = await db.fetchrow(_find_request, channel_id, rid)
    return AskedRequest(**dict(row)) if row else None


async def delete_requests(db: Connection, channel_id: int, before: datetime) -> None:
    """Forget an account's calls that were made before."""
    await db.execute(_delete_requests, channel_id, before)
