"""Every SQL statement on schema `labels`, and thin functions over them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from banyan.base.db import Connection
from banyan.reach.labels.rules import STARRED_NAME, Changes
from banyan.reach.labels.types import STARRED, Tag, TagId

# Also an account without a row is locked: the insert waits for a rival's, and updates it.
_lock_book = """
insert into labels.books as b (channel_id)
values ($1)
on conflict (channel_id) do update set labelled_count = b.labelled_count
returning xmax = 0 as is_new
"""

_lock_known_book = """
select channel_id from labels.books where channel_id = $1 for update
"""

_find_labelled_count = "select labelled_count from labels.books where channel_id = $1"

_next_tag = """
update labels.books set last_tag_id = last_tag_id + 1 where channel_id = $1 returning last_tag_id
"""

_insert_tag = """
insert into labels.tags (channel_id, tag_id, name) values ($1, $2, $3)
on conflict do nothing
returning tag_id
"""

_set_name = "update labels.tags set name = $3 where channel_id = $1 and tag_id = $2"

_find_tag = """
select tag_id, name, followers_count from labels.tags where channel_id = $1 and tag_id = $2
"""

_find_named = "select tag_id from labels.tags where channel_id = $1 and name = $2"

_list_tags = """
select tag_id, name, followers_count from labels.tags
where channel_id = $1
order by tag_id
limit $2
"""

_delete_tagged = """
with gone as (
    delete from labels.tagged
    where channel_id = $1 and tag_id = $2
    returning openid
)

select count(*) from gone
where not exists(
    select 1 from labels.tagged as t
    where t.channel_id = $1 and t.openid = gone.openid and t.tag_id <> $2
)
"""

_delete_tag = "delete from labels.tags where channel_id = $1 and tag_id = $2"

_find_tag_ids = """
select openid, tag_id from labels.tagged
where channel_id = $1 and openid = any($2)
order by openid, tagged_at, tag_id
"""

_insert_given = """
insert into labels.tagged (channel_id, openid, tag_id, tagged_at)
select $1, openid, tag_id, $4 from unnest($2::text[], $3::bigint[]) as u (openid, tag_id)
"""

_delete_taken = """
delete from labels.tagged as t
using unnest($2::text[], $3::bigint[]) as u (openid, tag_id)
where t.channel_id = $1 and t.openid = u.openid and t.tag_id = u.tag_id
"""

_add_counts = """
update labels.tags as t set followers_count = t.followers_count + u.grown
from unnest($2::bigint[], $3::bigint[]) as u (tag_id, grown)
where t.channel_id = $1 and t.tag_id = u.tag_id
"""

_add_labelled = """
update labels.books set labelled_count = labelled_count + $2 where channel_id = $1
"""

_list_tagged = """
select coalesce(array_agg(openid order by openid), '{}') from (
    select openid from labels.tagged
    where channel_id = $1 and tag_id = $2 and openid > $3
    order by openid
    limit $4
) as part
"""

_count_labelled = """
select count(distinct openid) from labels.tagged where channel_id = $1 and openid = any($2)
"""

_find_remarks = """
select openid, remark from labels.remarks where channel_id = $1 and openid = any($2)
"""

_set_remark = """
insert into labels.remarks (channel_id, openid, remark) values ($1, $2, $3)
on conflict (channel_id, openid) do update set remark = excluded.remark
"""

_delete_remark = "delete from labels.remarks where channel_id = $1 and openid = $2"

_tags_max = 200


async def lock_book(db: Connection, channel_id: int) -> None:
    """Lock an account's tags to the end of the transaction, and give it the first one."""
    if await db.fetchval(_lock_book, channel_id):
        await insert_tag(db, channel_id, STARRED, STARRED_NAME)


async def lock_known_book(db: Connection, channel_id: int) -> bool:
    """Lock an account's tags if it ever had any; say so."""
    return await db.fetchval(_lock_known_book, channel_id) is not None


async def find_labelled_count(db: Connection, channel_id: int) -> int:
    """Return how many followers have a tag at all."""
    return await db.fetchval(_find_labelled_count, channel_id) or 0


async def next_tag_id(db: Connection, channel_id: int) -> TagId:
    """Return a number that no tag of the account has had; its tags are locked."""
    return TagId(await db.fetchval(_next_tag, channel_id))


async def insert_tag(db: Connection, channel_id: int, tag_id: int, name: str) -> bool:
    """Add a tag; return False if the account has one of that name."""
    return await db.fetchval(_insert_tag, channel_id, tag_id, name) is not None


async def set_name(db: Connection, channel_id: int, tag_id: int, name: str) -> None:
    """Write the name of a tag."""
    await db.execute(_set_name, channel_id, tag_id, name)


async def find_tag(db: Connection, channel_id: int, tag_id: int) -> Tag | None:
    """Return a tag of the account, or None."""
    row = await db.fetchrow(_find_tag, channel_id, tag_id)
    return Tag(tag_id=TagId(row[0]), name=row[1], followers_count=row[2]) if row else None


async def find_named(db: Connection, channel_id: int, name: str) -> TagId | None:
    """Return the account's tag of that name, or None."""
    found = await db.fetchval(_find_named, channel_id, name)
    return None if found is None else TagId(found)


async def list_tags(db: Connection, channel_id: int) -> list[Tag]:
    """Return the account's tags by number; empty while it has none but what all have."""
    return [
        Tag(tag_id=TagId(row[0]), name=row[1], followers_count=row[2])
        for row in await db.fetch(_list_tags, channel_id, _tags_max)
    ]


async def delete_tag(db: Connection, channel_id: int, tag_id: int) -> None:
    """Take a tag from everybody, and delete it."""
    unlabelled: int = await db.fetchval(_delete_tagged, channel_id, tag_id)
    await db.execute(_add_labelled, channel_id, -unlabelled)
    await db.execute(_delete_tag, channel_id, tag_id)


async def find_tag_ids(
    db: Connection, channel_id: int, openids: Sequence[str]
) -> dict[str, list[TagId]]:
    """Return the tags of each of them who has any, in the order in which they were given."""
    found: dict[str, list[TagId]] = {}
    for row in await db.fetch(_find_tag_ids, channel_id, openids):
        found.setdefault(row["openid"], []).append(TagId(row["tag_id"]))
    return found


async def write_changes(db: Connection, channel_id: int, changes: Changes, now: datetime) -> None:
    """Give and take tags, and count them; the account's tags are locked."""
    if changes.given:
        openids, tag_ids = zip(*changes.given, strict=True)
        await db.execute(_insert_given, channel_id, openids, tag_ids, now)
    if changes.taken:
        openids, tag_ids = zip(*changes.taken, strict=True)
        await db.execute(_delete_taken, channel_id, openids, tag_ids)
    if changes.counts:
        counts = changes.counts
        await db.execute(_add_counts, channel_id, list(counts), list(counts.values()))
    if changes.labelled_count:
        await db.execute(_add_labelled, channel_id, changes.labelled_count)


async def list_tagged(
    db: Connection, channel_id: int, tag_id: int, after: str, limit: int
) -> list[str]:
    """Return who has a tag, by openid, after one; reads nothing but the index."""
    openids: list[str] = await db.fetchval(_list_tagged, channel_id, tag_id, after, limit)
    return openids


async def count_labelled(db: Connection, channel_id: int, openids: Sequence[str]) -> int:
    """Return how many of them have a tag."""
    count: int = await db.fetchval(_count_labelled, channel_id, openids)
    return count


async def find_remarks(
    db: Connection, channel_id: int, openids: Sequence[str]
) -> Mapping[str, str]:
    """Return the remarks on those of them who have one."""
    rows = await db.fetch(_find_remarks, channel_id, openids)
    return {row["openid"]: row["remark"] for row in rows}


async def set_remark(db: Connection, channel_id: int, openid: str, remark: str) -> None:
    """Write the remark on a follower; an empty one is deleted."""
    if remark:
        await db.execute(_set_remark, channel_id, openid, remark)
    else:
        await db.execute(_delete_remark, channel_id, openid)
