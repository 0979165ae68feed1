"""Every SQL statement on schema `notices`, and thin functions over them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import asyncpg

from banyan.base.db import Connection
from banyan.base.ids import Id
from banyan.reach.notices.sources import InboxQuery
from banyan.reach.notices.types import NewNotice, Notice, NoticeId

_insert_notices = """
insert into notices.notices (
    person_id, notice_id, merchant_id, channel_id, kind, title, body, link, fields, arrived_at
)
select person_id, notice_id, merchant_id, channel_id, kind, title, body, link, fields, arrived_at
from unnest(
    $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[],
    $8::text[], $9::jsonb[], $10::timestamptz[]
) as u (
    person_id, notice_id, merchant_id, channel_id, kind, title, body, link, fields, arrived_at
)
"""

_list_notices = """
select notice_id, merchant_id, channel_id, kind, title, body, link, fields, arrived_at,
    read_at is not null as is_read
from notices.notices
where person_id = $1 and (arrived_at, notice_id) < ($2, $3)
    and ($4::bigint is null or merchant_id = $4)
    and ($5::bigint is null or channel_id = $5)
    and (not $6 or read_at is null)
order by arrived_at desc, notice_id desc
limit $7
"""

_count_unread = """
select count(*) from (
    select 1 from notices.notices where person_id = $1 and read_at is null limit $2
) as unread
"""

_set_read = """
update notices.notices
set read_at = $2
where person_id = $1 and read_at is null
    and notice_id = any(
        select notice_id from notices.notices
        where person_id = $1 and read_at is null
            and ($3::bigint[] is null or notice_id = any($3))
            and ($4::timestamptz is null or (arrived_at, notice_id) <= ($4, $5))
        order by notice_id
        limit $6
    )
"""

_find_place = """
select arrived_at, notice_id from notices.notices where person_id = $1 and notice_id = $2
"""


async def insert_notices(db: Connection, notices: Mapping[NoticeId, NewNotice]) -> None:
    """Put notices into inboxes, all in one statement."""
    await db.execute(
        _insert_notices,
        [one.person_id for one in notices.values()],
        list(notices),
        [one.merchant_id for one in notices.values()],
        [one.channel_id for one in notices.values()],
        [one.kind for one in notices.values()],
        [one.title for one in notices.values()],
        [one.body for one in notices.values()],
        [one.link for one in notices.values()],
        [one.fields for one in notices.values()],
        [one.at for one in notices.values()],
    )


async def list_notices(db: Connection, query: InboxQuery) -> list[Notice]:
    """Return notices in a person's inbox, the newest first."""
    rows = await db.fetch(
        _list_notices,
        query.person_id,
        *query.before,
        query.merchant_id,
        query.channel_id,
        query.is_unread,
        query.limit,
    )
    return [_notice(row) for row in rows]


async def find_place(db: Connection, person_id: int, notice_id: int) -> tuple[datetime, int] | None:
    """Return where a notice of a person stands in their inbox, or None."""
    row = await db.fetchrow(_find_place, person_id, notice_id)
    return (row["arrived_at"], row["notice_id"]) if row else None


async def count_unread(db: Connection, person_id: int, count_max: int) -> int:
    """Return how many notices a person has not read, at most `count_max`."""
    count: int = await db.fetchval(_count_unread, person_id, count_max)
    return count


async def set_read(
    db: Connection,
    person_id: int,
    now: datetime,
    *,
    notice_ids: Sequence[int] | None,
    until: tuple[datetime, int] | None,
    limit: int,
) -> None:
    """Mark a person's notices as read: the named ones, and those up to a place."""
    at, notice_id = until or (None, None)
    await db.execute(_set_read, person_id, now, notice_ids, at, notice_id, limit)


def _notice(row: asyncpg.Record) -> Notice:
    return Notice(
        notice_id=NoticeId(row["notice_id"]),
        kind=row["kind"],
        merchant_id=Id(row["merchant_id"]),
        channel_id=Id(row["channel_id"]),
        title=row["title"],
        body=row["body"],
        link=row["link"],
        fields=row["fields"],
        arrived_at=row["arrived_at"],
        is_read=row["is_read"],
    )
