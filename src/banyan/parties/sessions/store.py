"""Every SQL statement on schema sessions."""

from collections.abc import Collection, Sequence
from datetime import datetime

import asyncpg
import msgspec

from banyan.books.work import Connection
from banyan.parties.ids import PersonId
from banyan.parties.sessions.limits import AskLimit
from banyan.parties.sessions.rules import AskCount, WaitingCode
from banyan.parties.sessions.types import Session, SessionId

_count_asks = """
insert into sessions.counts as c (subject, period_s, started_at, ends_at, count)
select subject, period_s, $3::timestamptz, $3::timestamptz + make_interval(secs => period_s), 1
from unnest($1::bytea[], $2::integer[]) as u (subject, period_s)
order by subject, period_s
on conflict (subject, period_s) do update set
    started_at = case when c.ends_at <= $3 then excluded.started_at else c.started_at end,
    ends_at = case when c.ends_at <= $3 then excluded.ends_at else c.ends_at end,
    count = case when c.ends_at <= $3 then 1 else c.count + 1 end
returning subject, period_s, ends_at, count
"""

_put_code = """
insert into sessions.codes (
    phone_digest, code_id, code_digest, sealed, tries_left, requested_at, expires_at
)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (phone_digest) do update set
    code_id = excluded.code_id,
    code_digest = excluded.code_digest,
    sealed = excluded.sealed,
    tries_left = excluded.tries_left,
    requested_at = excluded.requested_at,
    expires_at = excluded.expires_at
"""

_lock_codes = """
update sessions.codes
set tries_left = tries_left
where phone_digest = any($1)
returning phone_digest, code_id, code_digest, tries_left, expires_at
"""

_set_tries = """
update sessions.codes as c
set tries_left = u.tries_left
from unnest($1::bytea[], $2::smallint[]) as u (phone_digest, tries_left)
where c.phone_digest = u.phone_digest
"""

_delete_codes = "delete from sessions.codes where phone_digest = any($1)"

_lock_sealed = """
update sessions.codes
set tries_left = tries_left
where code_id = any($1) and sealed is not null and expires_at > $2
returning code_id, sealed
"""

_set_delivered = "update sessions.codes set sealed = null where code_id = any($1)"

_forget_code = "delete from sessions.codes where code_id = $1 and expires_at <= $2"

_forget_counts = """
delete from sessions.counts
where (subject, period_s) in (
    select subject, period_s from sessions.counts where ends_at <= $1 limit $2
)
"""

_insert_session = """
insert into sessions.sessions (
    token_digest, session_id, person_id, device, signed_in_at, last_seen_at, expires_at
)
values ($1, $2, $3, $4, $5, $5, $6)
"""

_list_sessions = """
select session_id, device, signed_in_at, last_seen_at, expires_at
from sessions.sessions
where person_id = $1 and expires_at > $2
order by last_seen_at desc, session_id desc
limit $3
"""

_find_open = """
select session_id from sessions.sessions where session_id = any($1) and expires_at > $2
"""

_delete_session = """
delete from sessions.sessions where person_id = $1 and session_id = $2 returning session_id
"""

_delete_sessions = "delete from sessions.sessions where person_id = $1 returning session_id"

_delete_oldest = """
delete from sessions.sessions
where person_id = $1 and session_id in (
    select session_id from sessions.sessions
    where person_id = $1
    order by last_seen_at desc, session_id desc
    offset $2
)
returning session_id
"""

_expire_session = "delete from sessions.sessions where session_id = $1 and expires_at <= $2"

_set_seen = """
update sessions.sessions
set last_seen_at = $2
where session_id = any($1) and last_seen_at < $2
"""

# The one statement here that reads two rooms: who may do what is asked with every request, and a
# second round trip would be the dearest part of most of them.
_find_actors = """
select s.token_digest, s.session_id, s.person_id, s.last_seen_at, p.language, p.phone,
    g.merchant_id, g.role, g.store_ids
from sessions.sessions as s
inner join people.people as p on p.person_id = s.person_id
left join lateral (
    select x.merchant_id, x.role, x.store_ids
    from staff.staff as x
    where x.person_id = s.person_id
    order by x.merchant_id
    limit $3
) as g on true
where s.token_digest = any($1::bytea[]) and s.expires_at > $2
"""


class SealedCode(msgspec.Struct, frozen=True):
    """A code that waits to be sent."""

    code_id: int
    sealed: bytes


async def count_asks(
    db: Connection, asks: Sequence[tuple[bytes, AskLimit]], now: datetime
) -> list[AskCount]:
    """Count one more for each subject and period, and return where each stands."""
    maxima = {(subject, limit.period_s): limit.count_max for subject, limit in asks}
    rows = await db.fetch(
        _count_asks, [subject for subject, _ in asks], [limit.period_s for _, limit in asks], now
    )
    return [
        AskCount(row["count"], maxima[row["subject"], row["period_s"]], row["ends_at"])
        for row in rows
    ]


async def put_code(
    db: Connection,
    phone_digest: bytes,
    code: WaitingCode,
    *,
    sealed: bytes,
    requested_at: datetime,
) -> None:
    """Have this code wait for this phone, instead of any other."""
    await db.execute(
        _put_code,
        phone_digest,
        code.code_id,
        code.code_digest,
        sealed,
        code.tries_left,
        requested_at,
        code.expires_at,
    )


async def lock_codes(db: Connection, phone_digests: Sequence[bytes]) -> dict[bytes, WaitingCode]:
    """Lock the codes that wait for these phones."""
    rows = await db.fetch(_lock_codes, phone_digests)
    return {
        row["phone_digest"]: WaitingCode(
            code_id=row["code_id"],
            code_digest=row["code_digest"],
            tries_left=row["tries_left"],
            expires_at=row["expires_at"],
        )
        for row in rows
    }


async def set_tries(db: Connection, tries: dict[bytes, int]) -> None:
    """Write how many tries are left for these phones."""
    if tries:
        await db.execute(_set_tries, list(tries), list(tries.values()))


async def delete_codes(db: Connection, phone_digests: Sequence[bytes]) -> None:
    """Have no code wait for these phones: each works once."""
    if phone_digests:
        await db.execute(_delete_codes, phone_digests)


async def lock_sealed(db: Connection, code_ids: Sequence[int], now: datetime) -> list[SealedCode]:
    """Lock those of the codes that still wait to be sent and are worth it."""
    rows = await db.fetch(_lock_sealed, code_ids, now)
    return [SealedCode(row["code_id"], row["sealed"]) for row in rows]


async def set_delivered(db: Connection, code_ids: Sequence[int]) -> None:
    """Throw the letters away: nothing readable is left of these codes."""
    await db.execute(_set_delivered, code_ids)


async def forget_code(db: Connection, code_id: int, now: datetime, limit: int) -> None:
    """Delete a code that has expired, and counts whose periods are over."""
    await db.execute(_forget_code, code_id, now)
    await db.execute(_forget_counts, now, limit)


async def insert_session(
    db: Connection, person_id: PersonId, session: Session, token_digest: bytes
) -> None:
    """Have one more device signed in."""
    await db.execute(
        _insert_session,
        token_digest,
        session.session_id,
        person_id,
        session.device,
        session.signed_in_at,
        session.expires_at,
    )


async def list_live_sessions(
    db: Connection, person_id: int, now: datetime, limit: int, *, current: int
) -> list[Session]:
    """Return a person's sessions, the last seen first."""
    rows = await db.fetch(_list_sessions, person_id, now, limit)
    return [_session(row, current) for row in rows]


async def find_open_sessions(
    db: Connection, session_ids: Collection[int], now: datetime
) -> frozenset[int]:
    """Return those of the sessions that are still open."""
    return frozenset(row[0] for row in await db.fetch(_find_open, list(session_ids), now))


async def delete_session(db: Connection, person_id: int, session_id: int) -> bool:
    """End one session of this person; return False if there is none."""
    return await db.fetchval(_delete_session, person_id, session_id) is not None


async def delete_sessions(db: Connection, person_id: int) -> list[int]:
    """End all sessions of this person and return their ids."""
    return [row["session_id"] for row in await db.fetch(_delete_sessions, person_id)]


async def delete_oldest(db: Connection, person_id: int, keep: int) -> list[int]:
    """End all sessions of this person but the last seen ones, and return their ids."""
    return [row["session_id"] for row in await db.fetch(_delete_oldest, person_id, keep)]


async def expire_session(db: Connection, session_id: int, now: datetime) -> None:
    """Delete a session that is over."""
    await db.execute(_expire_session, session_id, now)


async def set_seen(db: Connection, session_ids: Sequence[int], now: datetime) -> None:
    """Write when these sessions were last seen."""
    await db.execute(_set_seen, session_ids, now)


async def find_actor_rows(
    db: Connection, token_digests: Sequence[bytes], now: datetime, grants_max: int
) -> list[asyncpg.Record]:
    """Return the live sessions of those tokens with their people, once for each of their grants.

    Of each session's grants at most so many: nobody's many cut off another's.
    """
    return list(await db.fetch(_find_actors, token_digests, now, grants_max))


def _session(row: asyncpg.Record, current: int) -> Session:
    return Session(
        session_id=SessionId(row["session_id"]),
        device=row["device"],
        is_current=row["session_id"] == current,
        signed_in_at=row["signed_in_at"],
        last_seen_at=row["last_seen_at"],
        expires_at=row["expires_at"],
    )
