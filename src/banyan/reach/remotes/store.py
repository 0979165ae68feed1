"""Every SQL statement on schema `remotes`, and thin functions over them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import asyncpg
import msgspec

from banyan.base.db import Connection
from banyan.base.ids import Id
from banyan.reach.channels import ChannelId
from banyan.reach.remotes.types import (
    Errand,
    ErrandId,
    ErrandKind,
    ErrandState,
    Name,
    NameKind,
    NewErrand,
    Remote,
    RemoteState,
)

_set_account = """
insert into remotes.accounts (
    channel_id, merchant_id, appid, secret_sealed, token_sealed, key_sealed, state, changed_at
)
values ($1, $2, $3, $4, $5, $6, 'checking', $7)
on conflict (channel_id) do update
set appid = excluded.appid, secret_sealed = excluded.secret_sealed,
    token_sealed = excluded.token_sealed, key_sealed = excluded.key_sealed, state = 'checking',
    errcode = 0, why = '', changed_at = excluded.changed_at
"""

_set_state = """
update remotes.accounts set state = $2, errcode = $3, why = $4, changed_at = $5
where channel_id = $1
"""

_find_accounts = """
select merchant_id, channel_id, appid, state, errcode, why, changed_at, secret_sealed, token_sealed,
    key_sealed
from remotes.accounts
where channel_id = any($1)
"""

_list_accounts = """
select merchant_id, channel_id, appid, state, errcode, why, changed_at, secret_sealed, token_sealed,
    key_sealed
from remotes.accounts
where merchant_id = $1
order by channel_id
limit $2
"""

_lock_account = """
select merchant_id, channel_id, appid, state, errcode, why, changed_at, secret_sealed, token_sealed,
    key_sealed
from remotes.accounts
where channel_id = $1
for update
"""

_delete_account = "delete from remotes.accounts where channel_id = $1"
_delete_names = "delete from remotes.names where channel_id = $1"

_find_people = """
select p.openid, p.person_id
from remotes.people p
inner join remotes.accounts a on p.channel_id = a.channel_id and p.appid = a.appid
where p.channel_id = $1 and p.openid = any($2)
"""

_find_openid = """
select p.openid
from remotes.accounts a
inner join remotes.people p on p.channel_id = a.channel_id and p.appid = a.appid
where a.merchant_id = $1 and a.appid = $2 and p.person_id = $3
order by p.met_at desc, p.channel_id
limit 1
"""

_insert_people = """
insert into remotes.people (channel_id, openid, person_id, met_at, appid)
select a.channel_id, u.openid, u.person_id, $4, a.appid
from unnest($2::text[], $3::bigint[]) as u (openid, person_id)
inner join remotes.accounts a on a.channel_id = $1
order by u.openid
"""

_find_names = """
select n.kind, n.here, n.there, n.url, n.until
from remotes.names n
inner join unnest($2::text[], $3::text[]) as u (kind, here) on n.kind = u.kind and n.here = u.here
where n.channel_id = $1 and (n.until is null or n.until > $4)
"""

_find_there = """
select kind, here, there, url, until from remotes.names
where channel_id = $1 and kind = $2 and there = $3
"""

_set_names = """
insert into remotes.names (channel_id, kind, here, there, url, until)
select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
on conflict (channel_id, kind, here) do update
set there = excluded.there, url = excluded.url, until = excluded.until
"""

_delete_name = "delete from remotes.names where channel_id = $1 and kind = $2 and here = $3"

_insert_errands = """
insert into remotes.errands (
    channel_id, errand_id, line, kind, fields, state, tries, due_at, created_at
)
select channel_id, errand_id, line, kind, fields, 'waiting', 0, '-infinity', $6
from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::jsonb[])
    as u (channel_id, errand_id, line, kind, fields)
"""

# Of two workers that see the same errand one counts the taking first; the other then finds another
# count and leaves it.
_take_errands = """
with heads as materialized (
    select e.channel_id, e.errand_id, e.tries, e.why
    from remotes.errands e
    where e.state = 'waiting' and e.due_at <= $1
        and e.errand_id = (
            select min(b.errand_id) from remotes.errands b
            where b.channel_id = e.channel_id and b.line = e.line and b.state = 'waiting'
        )
    order by e.due_at, e.errand_id
    limit $3
)
update remotes.errands e set due_at = $2, tries = e.tries + 1, why = ''
from heads h
where e.channel_id = h.channel_id and e.errand_id = h.errand_id and e.tries = h.tries
    and e.state = 'waiting'
returning e.channel_id, e.errand_id, e.line, e.kind, e.fields, e.state, e.tries, e.errcode, h.why,
    e.created_at, e.finished_at
"""

_lock_errand = """
select channel_id, errand_id, line, kind, fields, state, tries, errcode, why, created_at,
    finished_at
from remotes.errands
where channel_id = $1 and errand_id = $2
for update
"""

_set_errand = """
update remotes.errands
set state = $3, due_at = $4, errcode = $5, why = $6, finished_at = $7
where channel_id = $1 and errand_id = $2
"""

_set_waiting = """
update remotes.errands
set state = 'waiting', tries = 0, due_at = '-infinity', finished_at = null
where channel_id = $1 and errand_id = $2
"""

_fail_waiting = """
update remotes.errands set state = 'failed', why = $3, finished_at = $2
where channel_id = $1 and state = 'waiting'
"""

_list_errands = """
select channel_id, errand_id, line, kind, fields, state, tries, errcode, why, created_at,
    finished_at
from remotes.errands
where channel_id = $1 and errand_id < $2 and ($4::text is null or state = $4)
order by errand_id desc
limit $3
"""

_count_errands = """
select state, count(*) as count from remotes.errands where channel_id = $1 group by state
"""

_forget_errands = """
delete from remotes.errands e
where (e.channel_id, e.errand_id) in (
    select channel_id, errand_id from remotes.errands
    where state <> 'waiting' and finished_at < $1
    order by finished_at
    limit $2
)
"""


class Keeping(msgspec.Struct, frozen=True, kw_only=True):
    """An account there as it is stored."""

    remote: Remote
    secret_sealed: bytes
    token_sealed: bytes
    key_sealed: bytes


async def set_account(db: Connection, keeping: Keeping) -> None:
    """Write through which account there one of ours acts."""
    remote = keeping.remote
    await db.execute(
        _set_account,
        remote.channel_id,
        remote.merchant_id,
        remote.appid,
        keeping.secret_sealed,
        keeping.token_sealed,
        keeping.key_sealed,
        remote.changed_at,
    )


async def set_state(
    db: Connection,
    channel_id: int,
    state: RemoteState,
    *,
    errcode: int = 0,
    why: str = "",
    now: datetime,
) -> None:
    """Write how an account stands to the one there."""
    await db.execute(_set_state, channel_id, state.value, errcode, why, now)


async def find_accounts(db: Connection, channel_ids: Iterable[int]) -> dict[int, Keeping]:
    """Return the accounts there of those of ours that have one."""
    rows = await db.fetch(_find_accounts, list(channel_ids))
    return {row["channel_id"]: _keeping(row) for row in rows}


async def list_accounts(db: Connection, merchant_id: int, limit: int) -> list[Remote]:
    """Return the accounts there of a merchant's."""
    rows = await db.fetch(_list_accounts, merchant_id, limit)
    return [_keeping(row).remote for row in rows]


async def lock_account(db: Connection, channel_id: int) -> Keeping | None:
    """Lock the account there of one of ours and return it, or None."""
    row = await db.fetchrow(_lock_account, channel_id)
    return _keeping(row) if row else None


async def delete_account(db: Connection, channel_id: int) -> None:
    """Forget an account there, and what is called how; its people are known again with it."""
    await db.execute(_delete_account, channel_id)
    await db.execute(_delete_names, channel_id)


async def find_people(db: Connection, channel_id: int, openids: Iterable[str]) -> dict[str, int]:
    """Return the people who are known there, by openid."""
    rows = await db.fetch(_find_people, channel_id, list(openids))
    return {row["openid"]: row["person_id"] for row in rows}


async def find_openid(db: Connection, merchant_id: int, appid: str, person_id: int) -> str:
    """Return what WeChat calls a person in the name of an appid of a merchant's; empty if unknown.

    Every account of theirs that acts by this appid knows people by the same openids; the one they
    were met under last, should there be two.
    """
    found: str | None = await db.fetchval(_find_openid, merchant_id, appid, person_id)
    return found or ""


async def insert_people(
    db: Connection, channel_id: int, people: Mapping[str, int], now: datetime
) -> None:
    """Write who is known there under which openid."""
    await db.execute(_insert_people, channel_id, list(people), list(people.values()), now)


async def find_names(
    db: Connection, channel_id: int, wanted: Sequence[tuple[NameKind, str]], now: datetime
) -> dict[tuple[NameKind, str], Name]:
    """Return what these are called there, as far as it is known and still so."""
    kinds = [kind.value for kind, _ in wanted]
    rows = await db.fetch(_find_names, channel_id, kinds, [here for _, here in wanted], now)
    return {(NameKind(row["kind"]), row["here"]): _name(row) for row in rows}


async def find_there(db: Connection, channel_id: int, kind: NameKind, there: str) -> Name | None:
    """Return what something there is called here, or None."""
    row = await db.fetchrow(_find_there, channel_id, kind.value, there)
    return _name(row) if row else None


async def set_names(db: Connection, channel_id: int, names: Sequence[Name]) -> None:
    """Write what something is called there."""
    await db.execute(
        _set_names,
        channel_id,
        [one.kind.value for one in names],
        [one.here for one in names],
        [one.there for one in names],
        [one.url for one in names],
        [one.until for one in names],
    )


async def delete_name(db: Connection, channel_id: int, kind: NameKind, here: str) -> None:
    """Forget what something was called there."""
    await db.execute(_delete_name, channel_id, kind.value, here)


async def insert_errands(
    db: Connection, errands: Sequence[tuple[int, NewErrand]], now: datetime
) -> None:
    """Add errands, each with its id."""
    await db.execute(
        _insert_errands,
        [one.channel_id for _, one in errands],
        [errand_id for errand_id, _ in errands],
        [one.line for _, one in errands],
        [one.kind.value for _, one in errands],
        [one.fields for _, one in errands],
        now,
    )


async def take_errands(db: Connection, at: datetime, until: datetime, limit: int) -> list[Errand]:
    """Return errands whose turn it is, each with why its last try failed.

    Nobody else has them until then.
    """
    return [_errand(row) for row in await db.fetch(_take_errands, at, until, limit)]


async def lock_errand(db: Connection, channel_id: int, errand_id: int) -> Errand | None:
    """Lock an errand and return it, or None."""
    row = await db.fetchrow(_lock_errand, channel_id, errand_id)
    return _errand(row) if row else None


async def set_errand(db: Connection, errand: Errand, due_at: datetime) -> None:
    """Write how far an errand is, and when it is tried again if it waits."""
    await db.execute(
        _set_errand,
        errand.channel_id,
        errand.errand_id,
        errand.state.value,
        due_at,
        errand.errcode,
        errand.why,
        errand.finished_at,
    )


async def set_waiting(db: Connection, channel_id: int, errand_id: int) -> None:
    """Have an errand tried anew."""
    await db.execute(_set_waiting, channel_id, errand_id)


async def fail_waiting(db: Connection, channel_id: int, now: datetime, why: str) -> None:
    """Give up all that waits."""
    await db.execute(_fail_waiting, channel_id, now, why)


async def list_errands(
    db: Connection, channel_id: int, before: int, limit: int, state: ErrandState | None
) -> list[Errand]:
    """Return errands, the newest first."""
    wanted = state.value if state else None
    return [
        _errand(row) for row in await db.fetch(_list_errands, channel_id, before, limit, wanted)
    ]


async def count_errands(db: Connection, channel_id: int) -> dict[ErrandState, int]:
    """Return how many errands there are in each state."""
    rows = await db.fetch(_count_errands, channel_id)
    return {ErrandState(row["state"]): row["count"] for row in rows}


async def forget_errands(db: Connection, before: datetime, limit: int) -> int:
    """Delete errands that ended before then; return how many."""
    told: str = await db.execute(_forget_errands, before, limit)
    return int(told.rpartition(" ")[2])


def _keeping(row: asyncpg.Record) -> Keeping:
    return Keeping(
        remote=Remote(
            merchant_id=Id(row["merchant_id"]),
            channel_id=ChannelId(row["channel_id"]),
            appid=row["appid"],
            state=RemoteState(row["state"]),
            errcode=row["errcode"],
            why=row["why"],
            changed_at=row["changed_at"],
        ),
        secret_sealed=row["secret_sealed"],
        token_sealed=row["token_sealed"],
        key_sealed=row["key_sealed"],
    )


def _name(row: asyncpg.Record) -> Name:
    return Name(
        kind=NameKind(row["kind"]),
        here=row["here"],
        there=row["there"],
        url=row["url"],
        until=row["until"],
    )


def _errand(row: asyncpg.Record) -> Errand:
    return Errand(
        channel_id=ChannelId(row["channel_id"]),
        errand_id=ErrandId(row["errand_id"]),
        line=row["line"],
        kind=ErrandKind(row["kind"]),
        fields=row["fields"],
        state=ErrandState(row["state"]),
        tries=row["tries"],
        errcode=row["errcode"],
        why=row["why"],
        created_at=row["created_at"],
        finished_at=row["finished_at"],
    )
