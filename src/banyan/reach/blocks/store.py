"""Every SQL statement on schema `blocks`, and thin functions over them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from banyan.base.db import Connection

_insert_blocked = """
insert into blocks.blocked (channel_id, openid, person_id, blocked_at)
select $1, openid, person_id, $4
from unnest($2::text[], $3::bigint[]) as u (openid, person_id)
order by openid
on conflict do nothing
returning openid, person_id
"""

_delete_blocked = """
delete from blocks.blocked
where channel_id = $1 and openid = any($2)
returning openid, person_id
"""

_find_blocked = "select openid from blocks.blocked where channel_id = $1 and openid = any($2)"

_find_blocked_between = """
select openid from blocks.blocked where channel_id = $1 and openid between $2 and $3
"""

_is_blocked = """
select exists(select 1 from blocks.blocked where channel_id = $1 and person_id = $2)
"""

_list_blocked = """
select openid from blocks.blocked
where channel_id = $1 and openid > $2
order by openid
limit $3
"""

_count_blocked = "select count(*) from blocks.blocked where channel_id = $1"


async def insert_blocked(
    db: Connection, channel_id: int, people: Mapping[str, int], now: datetime
) -> dict[str, int]:
    """Block people (openid to person); return those who were not blocked before."""
    rows = await db.fetch(_insert_blocked, channel_id, list(people), list(people.values()), now)
    return {row["openid"]: row["person_id"] for row in rows}


async def delete_blocked(db: Connection, channel_id: int, openids: Sequence[str]) -> dict[str, int]:
    """Unblock people; return those who were blocked (openid to person)."""
    rows = await db.fetch(_delete_blocked, channel_id, openids)
    return {row["openid"]: row["person_id"] for row in rows}


async def find_blocked(db: Connection, channel_id: int, openids: Sequence[str]) -> set[str]:
    """Return those of the openids that an account has blocked."""
    return {row["openid"] for row in await db.fetch(_find_blocked, channel_id, openids)}


async def find_blocked_between(db: Connection, channel_id: int, first: str, last: str) -> set[str]:
    """Return whom an account has blocked from one openid to another, both included."""
    rows = await db.fetch(_find_blocked_between, channel_id, first, last)
    return {row["openid"] for row in rows}


async def is_blocked(db: Connection, channel_id: int, person_id: int) -> bool:
    """Say whether an account has blocked a person."""
    found: bool = await db.fetchval(_is_blocked, channel_id, person_id)
    return found


async def list_blocked(db: Connection, channel_id: int, after: str, limit: int) -> list[str]:
    """Return whom an account has blocked, by openid, after one."""
    return [row["openid"] for row in await db.fetch(_list_blocked, channel_id, after, limit)]


async def count_blocked(db: Connection, channel_id: int) -> int:
    """Return how many people an account has blocked."""
    count: int = await db.fetchval(_count_blocked, channel_id)
    return count
