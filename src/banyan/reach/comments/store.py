"""Every SQL statement on schema `comments`, and thin functions over them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import asyncpg

from banyan.base.db import Connection
from banyan.reach.channels import ChannelId
from banyan.reach.comments.types import Comment, CommentSort, CommentState, Key, Thread, Written

_find_thread = """
select channel_id, publish_number, place, article_id, is_open, only_followers, elected_count
from comments.threads
where channel_id = $1 and publish_number = $2 and place = $3
"""

_lock_thread = """
insert into comments.threads as t (
    channel_id, publish_number, place, article_id, is_open, only_followers, last_number,
    elected_count
)
values ($1, $2, $3, $4, $5, $6, 0, 0)
on conflict (channel_id, publish_number, place) do update set last_number = t.last_number
returning channel_id, publish_number, place, article_id, is_open, only_followers, elected_count
"""

_set_open = """
update comments.threads set is_open = $4
where channel_id = $1 and publish_number = $2 and place = $3
"""

_add_elected = """
update comments.threads set elected_count = elected_count + $4
where channel_id = $1 and publish_number = $2 and place = $3
"""

_take_number = """
update comments.threads set last_number = last_number + 1
where channel_id = $1 and publish_number = $2 and place = $3
returning last_number
"""

_insert_comment = """
insert into comments.comments (
    channel_id, publish_number, place, comment_number, comment_id, person_id, openid, content,
    state, is_elected, likes_count, reply, written_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, false, 0, '', $10)
"""

_count_of_person = """
select count(*) from comments.comments
where channel_id = $1 and publish_number = $2 and place = $3 and person_id = $4
    and state in ('checking', 'kept')
"""

_lock_comment = """
select channel_id, publish_number, place, comment_number, comment_id, person_id, openid, content,
    state, is_elected, likes_count, reply, replied_at, written_at
from comments.comments
where channel_id = $1 and publish_number = $2 and place = $3 and comment_number = $4
for update
"""

_lock_by_id = """
select channel_id, publish_number, place, comment_number, comment_id, person_id, openid, content,
    state, is_elected, likes_count, reply, replied_at, written_at
from comments.comments
where channel_id = $1 and comment_id = $2
for update
"""

_set_comment = """
update comments.comments
set state = $5, is_elected = $6, reply = $7, replied_at = $8
where channel_id = $1 and publish_number = $2 and place = $3 and comment_number = $4
"""

_list_comments = """
select channel_id, publish_number, place, comment_number, comment_id, person_id, openid, content,
    state, is_elected, likes_count, reply, replied_at, written_at
from comments.comments
where channel_id = $1 and publish_number = $2 and place = $3 and state = 'kept'
    and ($4::boolean is null or is_elected = $4)
order by comment_number desc
offset $5
limit $6
"""

_count_comments = """
select count(*) from comments.comments
where channel_id = $1 and publish_number = $2 and place = $3 and state = 'kept'
    and ($4::boolean is null or is_elected = $4)
"""

_list_latest = """
select channel_id, publish_number, place, comment_number, comment_id, person_id, openid, content,
    state, is_elected, likes_count, reply, replied_at, written_at
from comments.comments
where channel_id = $1 and state = 'kept' and ($2::boolean is null or is_elected = $2)
order by written_at desc, comment_id desc
offset $3
limit $4
"""

_count_latest = """
select count(*) from comments.comments
where channel_id = $1 and state = 'kept' and ($2::boolean is null or is_elected = $2)
"""

_list_elected = """
select channel_id, publish_number, place, comment_number, comment_id, person_id, openid, content,
    state, is_elected, likes_count, reply, replied_at, written_at
from comments.comments
where channel_id = $1 and publish_number = $2 and place = $3 and is_elected
order by likes_count desc, comment_number desc
limit $4
"""

_list_of_person = """
select channel_id, publish_number, place, comment_number, comment_id, person_id, openid, content,
    state, is_elected, likes_count, reply, replied_at, written_at
from comments.comments
where channel_id = $1 and publish_number = $2 and place = $3 and person_id = $4
    and state in ('checking', 'kept', 'refused') and not is_elected
order by comment_number desc
limit $5
"""

_find_liked = """
select comment_number from comments.likes
where channel_id = $1 and publish_number = $2 and place = $3 and person_id = $4
    and comment_number = any($5)
"""

_find_likeable = """
select c.channel_id, c.publish_number, c.place, c.comment_number, c.comment_id
from unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::integer[])
    as w (channel_id, publish_number, place, comment_number)
inner join comments.comments as c using (channel_id, publish_number, place, comment_number)
where c.state = 'kept'
"""

_insert_likes = """
insert into comments.likes (
    channel_id, publish_number, place, comment_number, person_id, liked_at
)
select n.channel_id, n.publish_number, n.place, n.comment_number, n.person_id, n.at
from unnest(
    $1::bigint[], $2::bigint[], $3::smallint[], $4::integer[], $5::bigint[], $6::timestamptz[]
) as n (channel_id, publish_number, place, comment_number, person_id, at)
order by n.channel_id, n.publish_number, n.place, n.comment_number, n.person_id
on conflict (channel_id, publish_number, place, comment_number, person_id) do nothing
returning channel_id, publish_number, place, comment_number, person_id
"""

_delete_likes = """
delete from comments.likes as l
using unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::integer[], $5::bigint[])
    as n (channel_id, publish_number, place, comment_number, person_id)
where l.channel_id = n.channel_id and l.publish_number = n.publish_number
    and l.place = n.place and l.comment_number = n.comment_number
    and l.person_id = n.person_id
returning l.channel_id, l.publish_number, l.place, l.comment_number, l.person_id
"""

_add_likes = """
update comments.comments as c
set likes_count = c.likes_count + n.added
from unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::integer[], $5::integer[])
    as n (channel_id, publish_number, place, comment_number, added)
where c.channel_id = n.channel_id and c.publish_number = n.publish_number
    and c.place = n.place and c.comment_number = n.comment_number
"""

_sorts = {CommentSort.ALL: None, CommentSort.NORMAL: False, CommentSort.ELECTED: True}

Numbered = tuple[Key, int]
"""One comment: its article and its number therein."""
Like = tuple[Key, int, int]
"""One comment and who likes it."""


async def find_thread(db: Connection, key: Key) -> Thread | None:
    """Return what is to know of an article's comments, once there is something to know."""
    row = await db.fetchrow(_find_thread, *_columns_of(key))
    return _thread(row) if row else None


async def lock_thread(db: Connection, thread: Thread) -> Thread:
    """Lock an article's comments, begun with this if need be, and return how they are."""
    row = await db.fetchrow(
        _lock_thread,
        thread.channel_id,
        thread.publish_number,
        thread.place,
        thread.article_id,
        thread.is_open,
        thread.only_followers,
    )
    assert row is not None
    return _thread(row)


async def set_open(db: Connection, key: Key, *, is_open: bool) -> None:
    """Write whether readers may write below an article."""
    await db.execute(_set_open, *_columns_of(key), is_open)


async def add_elected(db: Connection, key: Key, added: int) -> None:
    """Add to how many comments of an article everybody sees."""
    await db.execute(_add_elected, *_columns_of(key), added)


async def take_number(db: Connection, key: Key) -> int:
    """Return the number of the next comment of an article."""
    number: int = await db.fetchval(_take_number, *_columns_of(key))
    return number


async def insert_comment(db: Connection, key: Key, written: Written) -> None:
    """Add a comment."""
    comment = written.comment
    await db.execute(
        _insert_comment,
        *_columns_of(key),
        comment.comment_number,
        written.comment_id,
        written.person_id,
        comment.openid,
        comment.content,
        comment.state,
        comment.written_at,
    )


async def count_of_person(db: Connection, key: Key, person_id: int) -> int:
    """Return how many comments somebody has below an article."""
    count: int = await db.fetchval(_count_of_person, *_columns_of(key), person_id)
    return count


async def lock_comment(db: Connection, key: Key, number: int) -> Written | None:
    """Lock a comment and return it."""
    row = await db.fetchrow(_lock_comment, *_columns_of(key), number)
    return _written(row) if row else None


async def lock_by_id(db: Connection, channel_id: int, comment_id: int) -> Written | None:
    """Lock a comment and return it."""
    row = await db.fetchrow(_lock_by_id, channel_id, comment_id)
    return _written(row) if row else None


async def set_comment(db: Connection, comment: Comment) -> None:
    """Write what has become of a comment."""
    await db.execute(
        _set_comment,
        comment.channel_id,
        comment.publish_number,
        comment.place,
        comment.comment_number,
        comment.state,
        comment.is_elected,
        comment.reply,
        comment.replied_at,
    )


async def list_comments(
    db: Connection, key: Key, sort: CommentSort, offset: int, limit: int
) -> tuple[int, list[Written]]:
    """Return how many comments an article has, and some, the latest first."""
    rows = await db.fetch(_list_comments, *_columns_of(key), _sorts[sort], offset, limit)
    total = await db.fetchval(_count_comments, *_columns_of(key), _sorts[sort])
    return total, [_written(row) for row in rows]


async def list_latest(
    db: Connection, channel_id: int, sort: CommentSort, offset: int, limit: int
) -> tuple[int, list[Written]]:
    """Return how many comments all articles of an account have, and some, the latest first."""
    rows = await db.fetch(_list_latest, channel_id, _sorts[sort], offset, limit)
    total = await db.fetchval(_count_latest, channel_id, _sorts[sort])
    return total, [_written(row) for row in rows]


async def list_elected(db: Connection, key: Key, limit: int) -> list[Written]:
    """Return the comments that everybody sees, the best liked first."""
    return [_written(row) for row in await db.fetch(_list_elected, *_columns_of(key), limit)]


async def list_of_person(db: Connection, key: Key, person_id: int, limit: int) -> list[Written]:
    """Return somebody's comments that not everybody sees, the latest first."""
    rows = await db.fetch(_list_of_person, *_columns_of(key), person_id, limit)
    return [_written(row) for row in rows]


async def find_liked(db: Connection, key: Key, person_id: int, numbers: Sequence[int]) -> set[int]:
    """Return which of these comments somebody likes."""
    rows = await db.fetch(_find_liked, *_columns_of(key), person_id, numbers)
    return {row["comment_number"] for row in rows}


async def find_likeable(db: Connection, wanted: Collection[Numbered]) -> dict[Numbered, int]:
    """Return the ids of those of the comments that are there."""
    values = [(*_columns_of(key), number) for key, number in sorted(wanted)]
    rows = await db.fetch(_find_likeable, *_columns(values, 4))
    return {(_key(row), row["comment_number"]): row["comment_id"] for row in rows}


async def insert_likes(db: Connection, likes: Mapping[Like, datetime]) -> set[Like]:
    """Add likes; return those that are new."""
    values = [
        (*_columns_of(key), number, person, at)
        for (key, number, person), at in sorted(likes.items())
    ]
    rows = await db.fetch(_insert_likes, *_columns(values, 6))
    return {(_key(row), row["comment_number"], row["person_id"]) for row in rows}


async def delete_likes(db: Connection, likes: Collection[Like]) -> set[Like]:
    """Delete likes; return those that there were."""
    values = [(*_columns_of(key), number, person) for key, number, person in sorted(likes)]
    rows = await db.fetch(_delete_likes, *_columns(values, 5))
    return {(_key(row), row["comment_number"], row["person_id"]) for row in rows}


async def add_likes(db: Connection, added: Mapping[Numbered, int]) -> None:
    """Add to how many like each comment."""
    values = [(*_columns_of(key), number, count) for (key, number), count in sorted(added.items())]
    await db.execute(_add_likes, *_columns(values, 5))


def _columns_of(key: Key) -> tuple[int, int, int]:
    return key.channel_id, key.publish_number, key.place


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [[row[i] for row in rows] for i in range(width)]


def _key(row: asyncpg.Record) -> Key:
    return Key(row["channel_id"], row["publish_number"], row["place"])


def _thread(row: asyncpg.Record) -> Thread:
    return Thread(
        channel_id=ChannelId(row["channel_id"]),
        publish_number=row["publish_number"],
        place=row["place"],
        article_id=row["article_id"],
        is_open=row["is_open"],
        only_followers=row["only_followers"],
        elected_count=row["elected_count"],
    )


def _written(row: asyncpg.Record) -> Written:
    return Written(
        comment=Comment(
            channel_id=ChannelId(row["channel_id"]),
            publish_number=row["publish_number"],
            place=row["place"],
            comment_number=row["comment_number"],
            openid=row["openid"],
            content=row["content"],
            state=CommentState(row["state"]),
            is_elected=row["is_elected"],
            likes_count=row["likes_count"],
            reply=row["reply"],
            replied_at=row["replied_at"],
            written_at=row["written_at"],
        ),
        comment_id=row["comment_id"],
        person_id=row["person_id"],
    )
