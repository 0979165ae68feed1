"""Every SQL statement on schema `originals`, and thin functions over them."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from banyan.base.db import Connection
from banyan.base.ids import Id
from banyan.reach.channels import ChannelId
from banyan.reach.originals.types import Complaint, ComplaintId, ComplaintState, Published

_insert_work = """
insert into originals.works (
    channel_id, publish_number, place, merchant_id, article_id, title, published_at
)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict do nothing
"""

_insert_bands = """
insert into originals.bands (band, channel_id, publish_number, place)
select band, $2, $3, $4 from unnest($1::bigint[]) as u (band)
order by band
on conflict do nothing
"""

_set_gone = """
update originals.works set is_gone = $4
where channel_id = $1 and article_id = $2 and ($3::smallint[] is null or place = any($3))
"""

# Of texts that everybody publishes there are many: enough of them are looked at.
_find_alike = """
with alike as (
    select channel_id, publish_number, place, count(*) as bands_count
    from (
        select channel_id, publish_number, place from originals.bands
        where band = any($1)
        limit 5000
    ) as found
    group by channel_id, publish_number, place
)

select w.channel_id, w.publish_number, w.place, w.merchant_id, w.article_id, w.title,
    w.published_at, w.declared_at, w.may_reprint
from alike
inner join originals.works as w using (channel_id, publish_number, place)
where
    w.merchant_id <> $2 and not w.is_gone
    and (w.declared_at is not null or not $3)
    and ($4::timestamptz is null or w.published_at < $4)
order by alike.bands_count desc, w.published_at
limit $5
"""

_find_work = """
select channel_id, publish_number, place, merchant_id, article_id, title, published_at,
    declared_at, may_reprint
from originals.works
where channel_id = $1 and article_id = $2 and place = $3 and not is_gone
"""

_list_works = """
select channel_id, publish_number, place, merchant_id, article_id, title, published_at,
    declared_at, may_reprint
from originals.works
where channel_id = $1 and not is_gone
order by published_at desc, publish_number desc, place
limit $2
"""

_set_declared = """
update originals.works set declared_at = $4, may_reprint = $5
where channel_id = $1 and publish_number = $2 and place = $3
"""

_insert_complaint = """
insert into originals.complaints (
    complaint_id, merchant_id, channel_id, publish_number, place, against_channel_id,
    against_number, against_place, share, why, created_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict do nothing
returning complaint_id
"""

_list_waiting = """
select c.complaint_id, c.merchant_id, c.channel_id, c.publish_number, c.place,
    c.against_channel_id, c.against_number, c.against_place, c.share, c.why, c.state,
    c.created_at, c.decided_at, c.note, w.title, a.title as against_title
from originals.complaints as c
inner join originals.works as w using (channel_id, publish_number, place)
inner join originals.works as a
    on
        a.channel_id = c.against_channel_id and a.publish_number = c.against_number
        and a.place = c.against_place
where c.state = 'waiting'
order by c.complaint_id
limit $1
"""

_list_own = """
select c.complaint_id, c.merchant_id, c.channel_id, c.publish_number, c.place,
    c.against_channel_id, c.against_number, c.against_place, c.share, c.why, c.state,
    c.created_at, c.decided_at, c.note, w.title, a.title as against_title
from originals.complaints as c
inner join originals.works as w using (channel_id, publish_number, place)
inner join originals.works as a
    on
        a.channel_id = c.against_channel_id and a.publish_number = c.against_number
        and a.place = c.against_place
where c.merchant_id = $1
order by c.complaint_id desc
limit $2
"""

_lock_complaint = """
select complaint_id, merchant_id, channel_id, publish_number, place, against_channel_id,
    against_number, against_place, share, why, state, created_at, decided_at, note,
    '' as title, '' as against_title
from originals.complaints
where complaint_id = $1
for update
"""

_set_decided = """
update originals.complaints set state = $2, decided_at = $3, decided_by = $4, note = $5
where complaint_id = $1
"""


async def insert_work(db: Connection, work: Published, bands: Sequence[int]) -> None:
    """Add what was published, with what it can be found by."""
    key = (work.channel_id, work.publish_number, work.place)
    facts = (work.merchant_id, work.article_id, work.title, work.published_at)
    await db.execute(_insert_work, *key, *facts)
    await db.execute(_insert_bands, bands, *key)


async def set_gone(
    db: Connection,
    channel_id: int,
    article_id: str,
    places: Sequence[int] | None,
    *,
    is_gone: bool,
) -> None:
    """Write that articles are seen no more, or again; without places, all of the pack."""
    await db.execute(_set_gone, channel_id, article_id, places, is_gone)


async def find_alike(
    db: Connection,
    bands: Sequence[int],
    *,
    merchant_id: int,
    is_declared: bool,
    before: datetime | None,
    limit: int,
) -> list[Published]:
    """Return others' works that have bands in common, those with most first."""
    rows = await db.fetch(_find_alike, bands, merchant_id, is_declared, before, limit)
    return [_work(row) for row in rows]


async def find_work(
    db: Connection, channel_id: int, article_id: str, place: int
) -> Published | None:
    """Return an article that is seen."""
    row = await db.fetchrow(_find_work, channel_id, article_id, place)
    return _work(row) if row else None


async def list_works(db: Connection, channel_id: int, limit: int) -> list[Published]:
    """Return what a channel published and is seen, the latest first."""
    return [_work(row) for row in await db.fetch(_list_works, channel_id, limit)]


async def set_declared(db: Connection, work: Published) -> None:
    """Write that a work is original, or not said to be any more."""
    key = (work.channel_id, work.publish_number, work.place)
    await db.execute(_set_declared, *key, work.declared_at, work.may_reprint)


async def insert_complaint(db: Connection, one: Complaint) -> bool:
    """Add a complaint; False if it was made before."""
    key = (one.complaint_id, one.merchant_id, one.channel_id, one.publish_number, one.place)
    against = (one.against_channel_id, one.against_number, one.against_place)
    facts = (one.share, one.why, one.created_at)
    return await db.fetchval(_insert_complaint, *key, *against, *facts) is not None


async def list_waiting(db: Connection, limit: int) -> list[Complaint]:
    """Return complaints that wait, the oldest first."""
    return [_complaint(row) for row in await db.fetch(_list_waiting, limit)]


async def list_own(db: Connection, merchant_id: int, limit: int) -> list[Complaint]:
    """Return the complaints of a merchant, the newest first."""
    return [_complaint(row) for row in await db.fetch(_list_own, merchant_id, limit)]


async def lock_complaint(db: Connection, complaint_id: int) -> Complaint | None:
    """Lock a complaint, and return it without titles."""
    row = await db.fetchrow(_lock_complaint, complaint_id)
    return _complaint(row) if row else None


async def set_decided(db: Connection, one: Complaint, decided_by: int) -> None:
    """Write what became of a complaint."""
    await db.execute(
        _set_decided, one.complaint_id, one.state, one.decided_at, decided_by, one.note
    )


def _work(row: asyncpg.Record) -> Published:
    return Published(
        merchant_id=Id(row["merchant_id"]),
        channel_id=ChannelId(row["channel_id"]),
        publish_number=row["publish_number"],
        place=row["place"],
        article_id=row["article_id"],
        title=row["title"],
        published_at=row["published_at"],
        declared_at=row["declared_at"],
        may_reprint=row["may_reprint"],
    )


def _complaint(row: asyncpg.Record) -> Complaint:
    return Complaint(
        complaint_id=ComplaintId(row["complaint_id"]),
        merchant_id=Id(row["merchant_id"]),
        channel_id=ChannelId(row["channel_id"]),
        publish_number=row["publish_number"],
        place=row["place"],
        against_channel_id=ChannelId(row["against_channel_id"]),
        against_number=row["against_number"],
        against_place=row["against_place"],
        share=row["share"],
        why=row["why"],
        state=ComplaintState(row["state"]),
        created_at=row["created_at"],
        decided_at=row["decided_at"],
        note=row["note"],
        title=row["title"],
        against_title=row["against_title"],
    )
