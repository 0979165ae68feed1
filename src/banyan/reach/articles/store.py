"""Every SQL statement on schema `articles`, and thin functions over them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import msgspec

from banyan.base.db import Connection
from banyan.reach.articles.types import Article, Mark, Pack, PackState, Publication, Tally
from banyan.reach.channels import ChannelId

_delete_expired = """
delete from articles.packs where channel_id = $1 and state = 'upload' and expires_at <= $2
"""

_insert_pack = """
insert into articles.packs (
    channel_id, media_id, state, articles, created_at, updated_at, expires_at
)
values ($1, $2, $3, $4, $5, $6, $7)
"""

_find_pack = """
select channel_id, media_id, state, articles, created_at, updated_at, expires_at, version,
    publish_at
from articles.packs
where channel_id = $1 and media_id = $2 and (expires_at is null or expires_at > $3)
"""

_lock_pack = """
select channel_id, media_id, state, articles, created_at, updated_at, expires_at, version,
    publish_at
from articles.packs
where channel_id = $1 and media_id = $2 and (expires_at is null or expires_at > $3)
for update
"""

_set_written = """
update articles.packs set articles = $3, updated_at = $4, version = version + 1
where channel_id = $1 and media_id = $2
"""

_delete_pack = """
delete from articles.packs where channel_id = $1 and media_id = $2 and state = any($3)
returning media_id
"""

_list_packs = """
select channel_id, media_id, state, articles, created_at, updated_at, expires_at, version,
    publish_at
from articles.packs
where channel_id = $1 and state = $2
order by updated_at desc, media_id desc
offset $3
limit $4
"""

_count_packs = "select count(*) from articles.packs where channel_id = $1 and state = $2"

_take_number = """
insert into articles.holders as h (channel_id, last_number)
values ($1, $2 + 1)
on conflict (channel_id) do update set last_number = h.last_number + 1
returning last_number
"""

_insert_publication = """
insert into articles.publications (
    channel_id, publish_number, article_id, articles, deleted, submitted_at, media_id
)
values ($1, $2, $3, $4, '{}', $5, $6)
"""

_find_publication = """
select channel_id, publish_number, article_id, articles, deleted, submitted_at, published_at,
    media_id, refused_at, refused_reason
from articles.publications
where channel_id = $1 and publish_number = $2
"""

_find_published = """
select channel_id, publish_number, article_id, articles, deleted, submitted_at, published_at,
    media_id, refused_at, refused_reason
from articles.publications
where channel_id = $1 and article_id = $2 and published_at is not null and refused_at is null
"""

_set_published = """
update articles.publications set published_at = $3
where channel_id = $1 and publish_number = $2 and published_at is null
returning publish_number
"""

_set_unlisted = """
update articles.publications set is_listed = false where channel_id = $1 and publish_number = $2
"""

_set_refused = """
update articles.publications set refused_at = $3, refused_reason = $4
where channel_id = $1 and publish_number = $2
"""

_count_submitted = """
select count(*) from articles.publications where channel_id = $1 and submitted_at > $2
"""

_set_schedule = """
update articles.packs set publish_at = $3, schedule_id = $4
where channel_id = $1 and media_id = $2
"""

_find_schedule = """
select schedule_id from articles.packs where channel_id = $1 and media_id = $2
"""

_delete_old_previews = "delete from articles.previews where expires_at <= $1"

_insert_preview = """
insert into articles.previews (token_digest, channel_id, media_id, expires_at)
values ($1, $2, $3, $4)
"""

_find_preview = """
select channel_id, media_id from articles.previews
where token_digest = $1 and expires_at > $2
"""

_set_deleted = """
update articles.publications set deleted = $3 where channel_id = $1 and article_id = $2
"""

_list_published = """
select channel_id, publish_number, article_id, articles, deleted, submitted_at, published_at,
    media_id, refused_at, refused_reason
from articles.publications
where channel_id = $1 and published_at is not null and refused_at is null and is_listed
    and cardinality(deleted) < jsonb_array_length(articles)
order by published_at desc, article_id desc
offset $2
limit $3
"""

_count_published = """
select count(*) from articles.publications
where channel_id = $1 and published_at is not null and refused_at is null and is_listed
    and cardinality(deleted) < jsonb_array_length(articles)
"""

_find_outs = """
select p.channel_id, p.article_id, p.publish_number, p.articles, p.deleted, p.submitted_at,
    p.published_at, p.media_id, p.refused_at, p.refused_reason
from unnest($1::bigint[], $2::text[]) as w (channel_id, article_id)
inner join articles.publications as p using (channel_id, article_id)
where p.published_at is not null and p.refused_at is null
"""

_find_titles = """
select p.publish_number, p.articles
from unnest($1::bigint[], $2::bigint[]) as w (channel_id, publish_number)
inner join articles.publications as p using (channel_id, publish_number)
"""

_count_readings = """
insert into articles.readers as r (
    channel_id, article_id, place, reader, readings_count, read_at
)
select n.channel_id, n.article_id, n.place, n.reader, 1, n.at
from unnest($1::bigint[], $2::text[], $3::smallint[], $4::text[], $5::timestamptz[])
    as n (channel_id, article_id, place, reader, at)
order by n.channel_id, n.article_id, n.place, n.reader
on conflict (channel_id, article_id, place, reader) do update
set readings_count = r.readings_count + 1, read_at = excluded.read_at
where r.read_at <= excluded.read_at - $6::interval
returning channel_id, article_id, place, reader, readings_count
"""

_insert_marks = """
insert into articles.marks (channel_id, article_id, place, mark, person_id, marked_at)
select n.channel_id, n.article_id, n.place, n.mark, n.person_id, n.at
from unnest(
    $1::bigint[], $2::text[], $3::smallint[], $4::text[], $5::bigint[], $6::timestamptz[]
) as n (channel_id, article_id, place, mark, person_id, at)
order by n.channel_id, n.article_id, n.place, n.mark, n.person_id
on conflict (channel_id, article_id, place, mark, person_id) do nothing
returning channel_id, article_id, place, mark, person_id
"""

_delete_marks = """
delete from articles.marks as m
using unnest($1::bigint[], $2::text[], $3::smallint[], $4::text[], $5::bigint[])
    as n (channel_id, article_id, place, mark, person_id)
where m.channel_id = n.channel_id and m.article_id = n.article_id and m.place = n.place
    and m.mark = n.mark and m.person_id = n.person_id
returning m.channel_id, m.article_id, m.place, m.mark, m.person_id
"""

_list_marks = """
select mark from articles.marks
where channel_id = $1 and article_id = $2 and place = $3 and person_id = $4
    and mark in ('like', 'favourite')
order by mark desc
limit 2
"""

_list_marked = """
select channel_id, article_id, place from articles.marks
where person_id = $1 and mark = $2
order by marked_at desc, article_id, place
offset $3
limit $4
"""

_add_tallies = """
insert into articles.tallies as t (
    channel_id, article_id, place, reads_count, readers_count, likes_count, favourites_count,
    shares_count
)
select n.channel_id, n.article_id, n.place, n.reads, n.readers, n.likes, n.favourites, n.shares
from unnest(
    $1::bigint[], $2::text[], $3::smallint[], $4::bigint[], $5::bigint[], $6::bigint[],
    $7::bigint[], $8::bigint[]
) as n (channel_id, article_id, place, reads, readers, likes, favourites, shares)
order by n.channel_id, n.article_id, n.place
on conflict (channel_id, article_id, place) do update
set reads_count = t.reads_count + excluded.reads_count,
    readers_count = t.readers_count + excluded.readers_count,
    likes_count = t.likes_count + excluded.likes_count,
    favourites_count = t.favourites_count + excluded.favourites_count,
    shares_count = t.shares_count + excluded.shares_count
"""

_find_tallies = """
select t.channel_id, t.article_id, t.place, t.reads_count, t.readers_count, t.likes_count,
    t.favourites_count, t.shares_count
from unnest($1::bigint[], $2::text[], $3::smallint[]) as w (channel_id, article_id, place)
inner join articles.tallies as t using (channel_id, article_id, place)
"""

Key = tuple[int, str, int]
"""One article: the account, what was published, and its place therein."""


async def insert_pack(db: Connection, pack: Pack) -> None:
    """Add a pack, and forget the account's uploads that are over."""
    await db.execute(_delete_expired, pack.channel_id, pack.created_at)
    await db.execute(
        _insert_pack,
        pack.channel_id,
        pack.media_id,
        pack.state,
        msgspec.to_builtins(pack.articles),
        pack.created_at,
        pack.updated_at,
        pack.expires_at,
    )


async def find_pack(db: Connection, channel_id: int, media_id: str, now: datetime) -> Pack | None:
    """Return a pack that is there."""
    row = await db.fetchrow(_find_pack, channel_id, media_id, now)
    return _pack(row) if row else None


async def lock_pack(db: Connection, channel_id: int, media_id: str, now: datetime) -> Pack | None:
    """Lock a pack that is there, and return it."""
    row = await db.fetchrow(_lock_pack, channel_id, media_id, now)
    return _pack(row) if row else None


async def set_articles(db: Connection, pack: Pack) -> None:
    """Write the articles of a pack."""
    told = msgspec.to_builtins(pack.articles)
    await db.execute(_set_written, pack.channel_id, pack.media_id, told, pack.updated_at)


async def delete_pack(
    db: Connection, channel_id: int, media_id: str, states: Sequence[PackState]
) -> bool:
    """Delete a pack in one of these states; False if there is none."""
    return await db.fetchval(_delete_pack, channel_id, media_id, states) is not None


async def list_packs(
    db: Connection, channel_id: int, state: PackState, offset: int, limit: int
) -> list[Pack]:
    """Return packs, the latest changed first."""
    rows = await db.fetch(_list_packs, channel_id, state, offset, limit)
    return [_pack(row) for row in rows]


async def count_packs(db: Connection, channel_id: int, state: PackState) -> int:
    """Return how many packs an account has."""
    count: int = await db.fetchval(_count_packs, channel_id, state)
    return count


async def insert_publication(
    db: Connection, pack: Pack, article_id: str, start: int, now: datetime
) -> int:
    """Add a publication that is not out yet; return its number, counted on from the start."""
    number: int = await db.fetchval(_take_number, pack.channel_id, start)
    told = msgspec.to_builtins(pack.articles)
    await db.execute(
        _insert_publication, pack.channel_id, number, article_id, told, now, pack.media_id
    )
    return number


async def find_publication(db: Connection, channel_id: int, number: int) -> Publication | None:
    """Return a publication by its number."""
    row = await db.fetchrow(_find_publication, channel_id, number)
    return _publication(row) if row else None


async def find_published(db: Connection, channel_id: int, article_id: str) -> Publication | None:
    """Return what is out under an id."""
    row = await db.fetchrow(_find_published, channel_id, article_id)
    return _publication(row) if row else None


async def set_published(db: Connection, channel_id: int, number: int, now: datetime) -> bool:
    """Write that a publication is out; False if it was before."""
    return await db.fetchval(_set_published, channel_id, number, now) is not None


async def set_refused(
    db: Connection, channel_id: int, number: int, at: datetime | None, reason: str
) -> None:
    """Write since when and why a publication may not be seen; with None that it may."""
    await db.execute(_set_refused, channel_id, number, at, reason)


async def count_submitted(db: Connection, channel_id: int, since: datetime) -> int:
    """Return how many packs an account gave to be published since then."""
    count: int = await db.fetchval(_count_submitted, channel_id, since)
    return count


async def set_schedule(
    db: Connection, channel_id: int, media_id: str, publish_at: datetime | None, schedule_id: int
) -> None:
    """Write when a pack is to be published, and by which timer."""
    await db.execute(_set_schedule, channel_id, media_id, publish_at, schedule_id)


async def find_schedule(db: Connection, channel_id: int, media_id: str) -> int:
    """Return the timer of a pack; 0 if it has none."""
    return await db.fetchval(_find_schedule, channel_id, media_id) or 0


async def insert_preview(
    db: Connection, pack: Pack, token_digest: bytes, now: datetime, expires_at: datetime
) -> None:
    """Let whoever has a token look at a pack, and forget the tokens that are over."""
    await db.execute(_delete_old_previews, now)
    await db.execute(_insert_preview, token_digest, pack.channel_id, pack.media_id, expires_at)


async def find_preview(
    db: Connection, token_digest: bytes, now: datetime
) -> tuple[int, str] | None:
    """Return the account and the pack that a token shows."""
    row = await db.fetchrow(_find_preview, token_digest, now)
    return (row["channel_id"], row["media_id"]) if row else None


async def set_unlisted(db: Connection, channel_id: int, number: int) -> None:
    """Let a publication be read by its address only."""
    await db.execute(_set_unlisted, channel_id, number)


async def set_deleted(
    db: Connection, channel_id: int, article_id: str, deleted: Sequence[int]
) -> None:
    """Write which articles were taken back."""
    await db.execute(_set_deleted, channel_id, article_id, deleted)


async def list_published(
    db: Connection, channel_id: int, offset: int, limit: int
) -> tuple[int, list[Publication]]:
    """Return how much is out, and some of it, the latest first."""
    rows = await db.fetch(_list_published, channel_id, offset, limit)
    return await db.fetchval(_count_published, channel_id), [_publication(row) for row in rows]


async def find_outs(
    db: Connection, wanted: Collection[tuple[int, str]]
) -> dict[tuple[int, str], Publication]:
    """Return those that are out, by account and id."""
    rows = await db.fetch(_find_outs, *_columns(sorted(wanted), 2))
    return {(row["channel_id"], row["article_id"]): _publication(row) for row in rows}


async def find_titles(db: Connection, wanted: Collection[tuple[int, int]]) -> dict[int, list[str]]:
    """Return the titles of what one account published, by its numbers."""
    rows = await db.fetch(_find_titles, *_columns(sorted(wanted), 2))
    return {row["publish_number"]: [one["title"] for one in row["articles"]] for row in rows}


async def count_readings(
    db: Connection, readings: Mapping[tuple[Key, str], datetime], again_after: timedelta
) -> dict[tuple[Key, str], int]:
    """Count one reading of each reader who was not counted just before; how often they read it."""
    values = [(*key, reader, at) for (key, reader), at in sorted(readings.items())]
    rows = await db.fetch(_count_readings, *_columns(values, 5), again_after)
    return {(_key(row), row["reader"]): row["readings_count"] for row in rows}


async def insert_marks(
    db: Connection, marks: Mapping[tuple[Key, str, int], datetime]
) -> set[tuple[Key, str, int]]:
    """Add marks of persons on articles; return those that are new."""
    values = [(*key, mark, person, at) for (key, mark, person), at in sorted(marks.items())]
    rows = await db.fetch(_insert_marks, *_columns(values, 6))
    return {(_key(row), row["mark"], row["person_id"]) for row in rows}


async def delete_marks(
    db: Connection, marks: Collection[tuple[Key, str, int]]
) -> set[tuple[Key, str, int]]:
    """Delete marks of persons on articles; return those that there were."""
    values = [(*key, mark, person) for key, mark, person in sorted(marks)]
    rows = await db.fetch(_delete_marks, *_columns(values, 5))
    return {(_key(row), row["mark"], row["person_id"]) for row in rows}


async def list_marks(db: Connection, key: Key, person_id: int) -> list[Mark]:
    """Return what a person says of an article."""
    return [Mark(row["mark"]) for row in await db.fetch(_list_marks, *key, person_id)]


async def list_marked(
    db: Connection, person_id: int, mark: Mark, offset: int, limit: int
) -> list[Key]:
    """Return the articles that somebody marked, the latest first."""
    return [_key(row) for row in await db.fetch(_list_marked, person_id, mark, offset, limit)]


async def add_tallies(db: Connection, added: Mapping[Key, Tally]) -> None:
    """Add to how often articles were read, liked, kept and shared; locks them in order."""
    values = [(*key, *msgspec.structs.astuple(tally)) for key, tally in sorted(added.items())]
    await db.execute(_add_tallies, *_columns(values, 8))


async def find_tallies(db: Connection, keys: Collection[Key]) -> dict[Key, Tally]:
    """Return how often articles were read, liked, kept and shared; those nobody read are absent."""
    rows = await db.fetch(_find_tallies, *_columns(sorted(keys), 3))
    return {_key(row): msgspec.convert(dict(row), Tally) for row in rows}


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [[row[i] for row in rows] for i in range(width)]


def _key(row: asyncpg.Record) -> Key:
    return row["channel_id"], row["article_id"], row["place"]


def _pack(row: asyncpg.Record) -> Pack:
    return Pack(
        channel_id=ChannelId(row["channel_id"]),
        media_id=row["media_id"],
        state=PackState(row["state"]),
        articles=msgspec.convert(row["articles"], list[Article]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        expires_at=row["expires_at"],
        version=row["version"],
        publish_at=row["publish_at"],
    )


def _publication(row: asyncpg.Record) -> Publication:
    return Publication(
        channel_id=ChannelId(row["channel_id"]),
        publish_number=row["publish_number"],
        article_id=row["article_id"],
        articles=msgspec.convert(row["articles"], list[Article]),
        deleted=list(row["deleted"]),
        submitted_at=row["submitted_at"],
        published_at=row["published_at"],
        media_id=row["media_id"],
        refused_at=row["refused_at"],
        refused_reason=row["refused_reason"],
    )
