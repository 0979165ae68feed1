"""Every SQL statement on schema `scenes`, and thin functions over them."""

from collections.abc import Sequence
from datetime import date, datetime

import asyncpg
import msgspec

from banyan.base.db import Connection
from banyan.reach.channels import ChannelId
from banyan.reach.scenes.rules import render_ticket, render_token
from banyan.reach.scenes.types import CountedCode, SceneCode, SceneCodeId, SceneCounts, SceneDay

# Also an account without a row is locked: the insert waits for a rival's, and updates it.
_lock_book = """
insert into scenes.books as b (channel_id, lasting_count)
values ($1, 0)
on conflict (channel_id) do update set lasting_count = b.lasting_count
returning lasting_count
"""

_add_lasting = """
update scenes.books set lasting_count = lasting_count + 1 where channel_id = $1
"""

_insert_code = """
insert into scenes.codes (
    channel_id, code_id, chance, number, text, name, created_at, expires_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

_find_lasting = """
select channel_id, code_id, chance, number, text, name, created_at, expires_at
from scenes.codes
where channel_id = $1 and number = $2 and text = $3 and expires_at is null
"""

_find_codes = """
select channel_id, code_id, chance, number, text, name, created_at, expires_at
from scenes.codes
where channel_id = $1 and code_id = any($2)
"""

_list_codes = """
select c.channel_id, c.code_id, c.chance, c.number, c.text, c.name, c.created_at, c.expires_at,
    d.scans_count, d.followers_count
from scenes.codes as c
cross join lateral (
    select coalesce(sum(scans_count), 0)::bigint as scans_count,
        coalesce(sum(followers_count), 0)::bigint as followers_count
    from scenes.days
    where channel_id = c.channel_id and code_id = c.code_id
) as d
where c.channel_id = $1 and c.code_id < $2
order by c.code_id desc
limit $3
"""

_delete_ended = """
delete from scenes.codes
where channel_id = $1 and code_id = any(
    select code_id from scenes.codes
    where channel_id = $1 and expires_at < $2
    order by expires_at
    limit $3
)
"""

_add_day = """
insert into scenes.days as d (channel_id, code_id, day_on, scans_count, followers_count)
values ($1, $2, $3, $4, $5)
on conflict (channel_id, code_id, day_on) do update
set scans_count = d.scans_count + excluded.scans_count,
    followers_count = d.followers_count + excluded.followers_count
"""

_list_days = """
select day_on, scans_count, followers_count
from scenes.days
where channel_id = $1 and code_id = $2 and day_on >= $3
order by day_on
limit $4
"""

_read_counts = """
select coalesce(sum(scans_count), 0)::bigint as scans_count,
    coalesce(sum(followers_count), 0)::bigint as followers_count
from scenes.days
where channel_id = $1 and code_id = $2
"""

_insert_short = """
insert into scenes.shorts (channel_id, short_key, long_data, created_at, expires_at)
values ($1, $2, $3, $4, $5)
"""

_find_short = """
select long_data, created_at, expires_at
from scenes.shorts
where channel_id = $1 and short_key = $2 and expires_at > $3
"""

_delete_shorts = """
delete from scenes.shorts
where channel_id = $1 and short_key = any(
    select short_key from scenes.shorts
    where channel_id = $1 and expires_at < $2
    order by expires_at
    limit $3
)
"""

_swept_max = 100
_days_max = 400


class Short(msgspec.Struct, frozen=True, kw_only=True):
    """What a short key stands for, and until when."""

    long_data: str
    created_at: datetime
    expires_at: datetime


async def lock_book(db: Connection, channel_id: int) -> int:
    """Lock the account's lasting codes to the end of the transaction; return how many there are."""
    count: int = await db.fetchval(_lock_book, channel_id)
    return count


async def insert_code(db: Connection, code: SceneCode, chance: bytes) -> None:
    """Add a code; one that lasts is counted, the account's being locked."""
    await db.execute(
        _insert_code,
        code.channel_id,
        code.code_id,
        chance,
        code.number,
        code.text,
        code.name,
        code.created_at,
        code.expires_at,
    )
    if code.expires_at is None:
        await db.execute(_add_lasting, code.channel_id)


async def find_lasting(db: Connection, channel_id: int, number: int, text: str) -> SceneCode | None:
    """Return the account's lasting code with that parameter, or None."""
    row = await db.fetchrow(_find_lasting, channel_id, number, text)
    return _code(row) if row else None


async def find_codes(
    db: Connection, channel_id: int, code_ids: Sequence[int]
) -> dict[int, SceneCode]:
    """Return those of the codes that the account has."""
    rows = await db.fetch(_find_codes, channel_id, code_ids)
    return {row["code_id"]: _code(row) for row in rows}


async def list_codes(db: Connection, channel_id: int, before: int, limit: int) -> list[CountedCode]:
    """Return the account's codes with their counts, the newest first."""
    return [
        CountedCode(code=_code(row), counts=_counts(row))
        for row in await db.fetch(_list_codes, channel_id, before, limit)
    ]


async def delete_ended(db: Connection, channel_id: int, before: datetime) -> None:
    """Forget some of the account's codes that ended before."""
    await db.execute(_delete_ended, channel_id, before, _swept_max)


async def add_day(
    db: Connection, code: SceneCode, day_on: date, *, scans: int = 0, followers: int = 0
) -> None:
    """Count scans and new followers of a code on a day."""
    await db.execute(_add_day, code.channel_id, code.code_id, day_on, scans, followers)


async def list_days(db: Connection, code: SceneCode, since: date) -> list[SceneDay]:
    """Return the days on which something was counted, since one, in order."""
    rows = await db.fetch(_list_days, code.channel_id, code.code_id, since, _days_max)
    return [SceneDay(day_on=row[0], scans_count=row[1], followers_count=row[2]) for row in rows]


async def read_counts(db: Connection, code: SceneCode) -> SceneCounts:
    """Return a code's counts since it was made."""
    row = await db.fetchrow(_read_counts, code.channel_id, code.code_id)
    assert row is not None
    return _counts(row)


async def insert_short(db: Connection, channel_id: int, short_key: str, short: Short) -> None:
    """Add a short key."""
    await db.execute(_insert_short, channel_id, short_key, *msgspec.structs.astuple(short))


async def find_short(
    db: Connection, channel_id: int, short_key: str, now: datetime
) -> Short | None:
    """Return what a short key of the account stands for, unless it has ended."""
    row = await db.fetchrow(_find_short, channel_id, short_key, now)
    return Short(long_data=row[0], created_at=row[1], expires_at=row[2]) if row else None


async def delete_shorts(db: Connection, channel_id: int, before: datetime) -> None:
    """Forget some of the account's short keys that ended before."""
    await db.execute(_delete_shorts, channel_id, before, _swept_max)


def _code(row: asyncpg.Record) -> SceneCode:
    token = render_token(row["channel_id"], row["code_id"], row["chance"])
    return SceneCode(
        channel_id=ChannelId(row["channel_id"]),
        code_id=SceneCodeId(row["code_id"]),
        token=token,
        ticket=render_ticket(token),
        number=row["number"],
        text=row["text"],
        name=row["name"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
    )


def _counts(row: asyncpg.Record) -> SceneCounts:
    return SceneCounts(scans_count=row["scans_count"], followers_count=row["followers_count"])
