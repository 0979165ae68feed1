"""Every SQL statement on schema `applinks`, and thin functions over them."""

from datetime import date, datetime

import asyncpg
import msgspec

from banyan.base.db import Connection
from banyan.reach.applinks.rules import render_token
from banyan.reach.applinks.types import AppLink, LinkKind, Shape
from banyan.reach.channels import ChannelId
from banyan.reach.miniapps import Env

# Also a mini program without a row is locked: the insert waits for a rival's, and updates it.
_lock_book = """
insert into applinks.books as b (channel_id) values ($1)
on conflict (channel_id) do update set codes_count = b.codes_count
returning codes_count, lasting_count
"""

_add_counts = """
update applinks.books
set codes_count = codes_count + $2, lasting_count = lasting_count + $3
where channel_id = $1
"""

_find_code = """
select path from applinks.codes where channel_id = $1 and shape = $2 and path = $3
"""

_insert_code = """
insert into applinks.codes (channel_id, shape, path, created_at) values ($1, $2, $3, $4)
"""

_insert_link = """
insert into applinks.links (
    channel_id, chance, kind, page, query, env, title, model_id, serial_no, created_at, expires_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""

_find_link = """
select channel_id, chance, kind, page, query, env, title, model_id, serial_no, created_at,
    expires_at
from applinks.links
where channel_id = $1 and chance = $2
"""

_delete_ended = """
delete from applinks.links
where channel_id = $1 and chance = any(
    select chance from applinks.links
    where channel_id = $1 and expires_at < $2
    order by expires_at
    limit $3
)
"""

_add_visit = """
insert into applinks.visits as v (channel_id, day_on, part, visits_count)
values ($1, $2, $3::bigint % 16, 1)
on conflict (channel_id, day_on, part) do update set visits_count = v.visits_count + 1
"""

_count_visits = """
select coalesce(sum(visits_count), 0)::bigint from applinks.visits
where channel_id = $1 and day_on = $2
"""

_swept_max = 100


class Book(msgspec.Struct, frozen=True):
    """How many counted codes and lasting links a mini program has."""

    codes_count: int
    lasting_count: int


async def lock_book(db: Connection, channel_id: int) -> Book:
    """Lock a mini program's codes and lasting links to the end of the transaction."""
    row = await db.fetchrow(_lock_book, channel_id)
    assert row is not None
    return Book(*row)


async def add_counts(db: Connection, channel_id: int, *, codes: int = 0, lasting: int = 0) -> None:
    """Count what a locked mini program has more."""
    await db.execute(_add_counts, channel_id, codes, lasting)


async def has_code(db: Connection, channel_id: int, shape: Shape, path: str) -> bool:
    """Return whether there is a counted code for a page."""
    return await db.fetchval(_find_code, channel_id, shape.value, path) is not None


async def insert_code(
    db: Connection, channel_id: int, shape: Shape, path: str, now: datetime
) -> None:
    """Add a code for a page."""
    await db.execute(_insert_code, channel_id, shape.value, path, now)


async def insert_link(db: Connection, link: AppLink, chance: bytes) -> None:
    """Add a link."""
    await db.execute(
        _insert_link,
        link.channel_id,
        chance,
        link.kind.value,
        link.page,
        link.query,
        link.env.value,
        link.title,
        link.model_id,
        link.serial_no,
        link.created_at,
        link.expires_at,
    )


async def find_link(db: Connection, channel_id: int, chance: bytes) -> AppLink | None:
    """Return a link, or None."""
    row = await db.fetchrow(_find_link, channel_id, chance)
    return _link(row) if row else None


async def delete_ended(db: Connection, channel_id: int, before: datetime) -> None:
    """Forget some links that ended before."""
    await db.execute(_delete_ended, channel_id, before, _swept_max)


async def add_visit(db: Connection, channel_id: int, day_on: date, person_id: int) -> None:
    """Count that a link led into a mini program."""
    await db.execute(_add_visit, channel_id, day_on, person_id)


async def count_visits(db: Connection, channel_id: int, day_on: date) -> int:
    """Return how often links led into a mini program on a day."""
    count: int = await db.fetchval(_count_visits, channel_id, day_on)
    return count


def _link(row: asyncpg.Record) -> AppLink:
    return AppLink(
        channel_id=ChannelId(row["channel_id"]),
        token=render_token(row["channel_id"], row["chance"]),
        kind=LinkKind(row["kind"]),
        page=row["page"],
        query=row["query"],
        env=Env(row["env"]),
        title=row["title"],
        model_id=row["model_id"],
        serial_no=row["serial_no"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
    )
