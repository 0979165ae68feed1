"""Every SQL statement on schema `broadcasts`, and thin functions over them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

import msgspec

from banyan.base.db import Connection
from banyan.reach.broadcasts.records import NewMessage, Received, message_of, received_of
from banyan.reach.broadcasts.types import (
    MONTHLY_MAX,
    DeliveryResult,
    Message,
    MessageId,
    Outbox,
)
from banyan.reach.channels import ChannelId

# Also an account without a row is locked: the insert waits for a rival's, and updates it.
_lock_outbox = """
insert into broadcasts.outboxes as o (channel_id, last_number)
values ($1, $2)
on conflict (channel_id) do update set speed = o.speed
returning channel_id, speed, asks_before_all
"""

_find_outbox = """
select channel_id, speed, asks_before_all from broadcasts.outboxes where channel_id = $1
"""

_set_outbox = """
update broadcasts.outboxes set speed = $2, asks_before_all = $3 where channel_id = $1
"""

_take_number = """
update broadcasts.outboxes set last_number = last_number + 1
where channel_id = $1
returning last_number
"""

_insert_message = """
insert into broadcasts.messages (
    merchant_id, message_id, channel_id, number, audience, tag_id, content, state, reason,
    is_checked, asked_at, send_at, quota_month, created_at, begun_at, finished_at,
    is_reprint_refused, publish_number, article_id, deleted, copyright, quota_day, sent_by
)
values (
    $1, $2, $3, $4, $5, $6, $7, $8, coalesce($9, ''), $10, $11, $12, $13, $14, $15, $16, $17, $18,
    $19, $20, $21, $22, $23
)
on conflict (merchant_id, channel_id, quota_day) do nothing
returning message_id
"""

_lock_message = """
select merchant_id, message_id, channel_id, number, audience, tag_id, content, state, reason,
    is_checked, asked_at, send_at, quota_month, created_at, begun_at, finished_at,
    is_reprint_refused, publish_number, article_id, deleted, copyright, cursor
from broadcasts.messages
where merchant_id = $1 and message_id = $2
for update
"""

_find_message = """
select merchant_id, message_id, channel_id, number, audience, tag_id, content, state, reason,
    is_checked, asked_at, send_at, quota_month, created_at, begun_at, finished_at,
    is_reprint_refused, publish_number, article_id, deleted, copyright
from broadcasts.messages
where merchant_id = $1 and message_id = $2
"""

_find_numbered = """
select message_id from broadcasts.messages
where merchant_id = $1 and channel_id = $2 and number = $3 and audience <> 'preview'
"""

_list_messages = """
select merchant_id, message_id, channel_id, number, audience, tag_id, content, state, reason,
    is_checked, asked_at, send_at, quota_month, created_at, begun_at, finished_at,
    is_reprint_refused, publish_number, article_id, deleted, copyright
from broadcasts.messages
where merchant_id = $1 and channel_id = $2 and message_id < $3 and audience <> 'preview'
order by message_id desc
limit $4
"""

_set_message = """
update broadcasts.messages
set state = $3, reason = coalesce($4, ''), is_checked = $5, asked_at = $6, quota_month = $7,
    begun_at = $8, finished_at = $9, deleted = $10, copyright = $11, content = $12
where merchant_id = $1 and message_id = $2
"""

_free_day = """
update broadcasts.messages set quota_day = null where merchant_id = $1 and message_id = $2
"""

_set_cursor = """
update broadcasts.messages set cursor = $3 where merchant_id = $1 and message_id = $2
"""

_list_of_month = """
select message_id from broadcasts.messages
where channel_id = $1 and quota_month = $2 and begun_at is not null
    and audience <> 'preview' and message_id <> $3
order by message_id
"""

_insert_list = """
insert into broadcasts.lists (message_id, openids)
select $1, array_agg(openid order by openid) from unnest($2::text[]) as u (openid)
"""

_find_list = "select openids from broadcasts.lists where message_id = $1"

_delete_list = "delete from broadcasts.lists where message_id = $1"

_find_done = """
select openid from broadcasts.deliveries where message_id = $1 and openid = any($2)
"""

# The account's outbox is locked, so nobody else adds results that would count.
_find_sated = """
select openid from broadcasts.deliveries
where message_id = any($1::bigint[]) and openid = any($2) and result = 'delivered'
group by openid
having count(*) >= $3
"""

# A second result for anybody would break the key.
_insert_deliveries = """
insert into broadcasts.deliveries (message_id, openid, result, delivered_at)
select
    $1 as message_id,
    openid,
    $3 as result,
    $4 as delivered_at
from unnest($2::text[]) as u (openid)
"""

_find_results = """
select openid, result from broadcasts.deliveries where message_id = $1 and openid = any($2)
"""

_add_tallies = """
insert into broadcasts.tallies as t (message_id, result, count)
select $1, result, count
from unnest($2::text[], $3::bigint[]) as u (result, count)
order by result
on conflict (message_id, result) do update
set count = t.count + excluded.count
"""

_list_tallies = """
select message_id, result, count from broadcasts.tallies where message_id = any($1)
"""

_list_deliveries = """
select openid, result
from broadcasts.deliveries
where message_id = $1 and openid > $2 and ($3::text is null or result = $3)
order by openid
limit $4
"""

_list_missed = """
select openid, result
from broadcasts.deliveries
where message_id = $1 and openid > $2 and result = $3 and result <> 'delivered'
order by openid
limit $4
"""

_set_mark = """
insert into broadcasts.marks as m (channel_id, mark, message_id, marked_at)
values ($1, $2, $3, $4)
on conflict (channel_id, mark) do update
set message_id = excluded.message_id, marked_at = excluded.marked_at
"""

_find_mark = """
select message_id, marked_at from broadcasts.marks where channel_id = $1 and mark = $2
"""

_delete_marks = "delete from broadcasts.marks where channel_id = $1 and marked_at < $2"

# For each account that knows the person, its latest messages that reached them: as many as are
# asked for, whatever else it sent.
_list_received = """
select m.*
from unnest($1::bigint[], $2::text[]) as k (channel_id, openid)
cross join lateral (
    select b.merchant_id, b.message_id, b.channel_id, b.number, b.audience, b.tag_id, b.content,
        b.state, b.reason, b.is_checked, b.asked_at, b.send_at, b.quota_month, b.created_at,
        b.begun_at, b.finished_at, b.is_reprint_refused, b.publish_number, b.article_id,
        b.deleted, b.copyright, d.read_at, d.delivered_at
    from broadcasts.messages as b
    inner join broadcasts.deliveries as d on b.message_id = d.message_id and d.openid = k.openid
    where b.channel_id = k.channel_id and b.begun_at is not null and b.state <> 'deleted'
        and d.result = 'delivered'
        and (b.begun_at, b.message_id) < ($3, $4)
        and b.begun_at > $6 and (not $5 or d.read_at is null)
        and ($7::bigint is null or b.merchant_id = $7)
    order by b.begun_at desc, b.message_id desc
    limit $8
) as m
order by m.begun_at desc, m.message_id desc
limit $8
"""

_find_received = """
select b.merchant_id, b.message_id, b.channel_id, b.number, b.audience, b.tag_id, b.content,
    b.state, b.reason, b.is_checked, b.asked_at, b.send_at, b.quota_month, b.created_at,
    b.begun_at, b.finished_at, b.is_reprint_refused, b.publish_number, b.article_id, b.deleted,
    b.copyright, d.read_at, d.delivered_at
from broadcasts.messages as b
inner join unnest($1::bigint[], $2::text[]) as k (channel_id, openid)
    on b.channel_id = k.channel_id
inner join broadcasts.deliveries as d on b.message_id = d.message_id and k.openid = d.openid
where b.message_id = any($3) and b.begun_at is not null and b.state <> 'deleted'
    and d.result = 'delivered'
"""

_set_read = """
update broadcasts.deliveries as d
set read_at = $3
from unnest($1::bigint[], $2::text[]) as u (message_id, openid)
where d.message_id = u.message_id and d.openid = u.openid and d.read_at is null
"""

_long_ago = datetime(1970, 1, 1, tzinfo=UTC)

FIRST_NUMBER = 1_000_000_000
"""The numbers of an account's messages count on from here."""


async def lock_outbox(db: Connection, channel_id: int) -> Outbox:
    """Lock how an account sends to the end of the transaction, and return it."""
    row = await db.fetchrow(_lock_outbox, channel_id, FIRST_NUMBER)
    assert row is not None
    return Outbox(channel_id=ChannelId(row[0]), speed=row[1], asks_before_all=row[2])


async def find_outbox(db: Connection, channel_id: int) -> Outbox:
    """Return how an account sends."""
    row = await db.fetchrow(_find_outbox, channel_id)
    if row is None:
        return Outbox(channel_id=ChannelId(channel_id))
    return Outbox(channel_id=ChannelId(row[0]), speed=row[1], asks_before_all=row[2])


async def set_outbox(db: Connection, outbox: Outbox) -> None:
    """Write how an account sends; it is locked."""
    await db.execute(_set_outbox, outbox.channel_id, outbox.speed, outbox.asks_before_all)


async def take_number(db: Connection, channel_id: int) -> int:
    """Return a number that no message of the account has had; its outbox is locked."""
    number: int = await db.fetchval(_take_number, channel_id)
    return number


async def insert_message(db: Connection, new: NewMessage) -> bool:
    """Add a message; return False if its channel has sent one on that day."""
    one = new.message
    values = (
        *one.key,
        one.channel_id,
        one.number,
        one.audience,
        one.tag_id,
        msgspec.to_builtins(one.content),
        one.state,
        one.reason,
        one.is_checked,
        one.asked_at,
        one.send_at,
        one.quota_month,
        one.created_at,
        one.begun_at,
        one.finished_at,
        one.is_reprint_refused,
        one.publish_number,
        one.article_id,
        one.deleted,
        msgspec.to_builtins(one.copyright),
    )
    return await db.fetchval(_insert_message, *values, new.quota_day, new.sent_by) is not None


async def lock_message(
    db: Connection, merchant_id: int, message_id: int
) -> tuple[Message, str] | None:
    """Lock a message; return it and the openid up to which it has gone."""
    row = await db.fetchrow(_lock_message, merchant_id, message_id)
    return (message_of(row), row["cursor"]) if row else None


async def find_message(db: Connection, merchant_id: int, message_id: int) -> Message | None:
    """Return a message, or None."""
    row = await db.fetchrow(_find_message, merchant_id, message_id)
    return message_of(row) if row else None


async def find_numbered(
    db: Connection, merchant_id: int, channel_id: int, number: int
) -> MessageId | None:
    """Return the message to which the account gave that number, or None."""
    found = await db.fetchval(_find_numbered, merchant_id, channel_id, number)
    return None if found is None else MessageId(found)


async def list_messages(
    db: Connection, merchant_id: int, channel_id: int, before: int, limit: int
) -> list[Message]:
    """Return a channel's messages, the newest first, without those that show what one is like."""
    rows = await db.fetch(_list_messages, merchant_id, channel_id, before, limit)
    return [message_of(row) for row in rows]


async def set_message(db: Connection, message: Message) -> None:
    """Write what may change of a locked message."""
    await db.execute(
        _set_message,
        *message.key,
        message.state,
        message.reason,
        message.is_checked,
        message.asked_at,
        message.quota_month,
        message.begun_at,
        message.finished_at,
        message.deleted,
        msgspec.to_builtins(message.copyright),
        msgspec.to_builtins(message.content),
    )


async def free_day(db: Connection, message: Message) -> None:
    """Let the account send another on the message's day."""
    await db.execute(_free_day, *message.key)


async def set_cursor(db: Connection, message: Message, cursor: str) -> None:
    """Write up to which openid a message has gone."""
    await db.execute(_set_cursor, *message.key, cursor)


async def list_of_month(
    db: Connection, channel_id: int, quota_month: date, message_id: int
) -> list[int]:
    """Return the messages of a channel that count in a month, beside one."""
    rows = await db.fetch(_list_of_month, channel_id, quota_month, message_id)
    return [row["message_id"] for row in rows]


async def insert_list(db: Connection, message_id: int, openids: Sequence[str]) -> None:
    """Name the recipients of a message."""
    await db.execute(_insert_list, message_id, openids)


async def find_list(db: Connection, message_id: int) -> list[str]:
    """Return the named recipients of a message that is not through."""
    return await db.fetchval(_find_list, message_id) or []


async def delete_list(db: Connection, message_id: int) -> None:
    """Forget the named recipients of a message; their results stay."""
    await db.execute(_delete_list, message_id)


async def find_done(db: Connection, message_id: int, openids: Sequence[str]) -> set[str]:
    """Return for which of the recipients the message has a result already."""
    return {row["openid"] for row in await db.fetch(_find_done, message_id, openids)}


async def find_sated(db: Connection, of_month: Sequence[int], openids: Sequence[str]) -> set[str]:
    """Return whom as many of these messages have reached as may in a month."""
    if len(of_month) < MONTHLY_MAX:
        return set()
    rows = await db.fetch(_find_sated, of_month, openids, MONTHLY_MAX)
    return {row["openid"] for row in rows}


async def insert_deliveries(
    db: Connection,
    message_id: int,
    by_result: Mapping[DeliveryResult, Sequence[str]],
    now: datetime,
) -> None:
    """Give recipients, who have none, a result, and count it for the report as well."""
    for result, openids in by_result.items():
        await db.execute(_insert_deliveries, message_id, openids, result, now)
    counts = [len(openids) for openids in by_result.values()]
    await db.execute(_add_tallies, message_id, list(by_result), counts)


async def find_results(
    db: Connection, message_id: int, openids: Sequence[str]
) -> dict[str, DeliveryResult]:
    """Return what became of a message for some recipients."""
    rows = await db.fetch(_find_results, message_id, openids)
    return {row["openid"]: DeliveryResult(row["result"]) for row in rows}


async def list_tallies(
    db: Connection, message_ids: Sequence[int]
) -> dict[MessageId, dict[DeliveryResult, int]]:
    """Return for each message how many recipients it has by result."""
    tallies: dict[MessageId, dict[DeliveryResult, int]] = {}
    for row in await db.fetch(_list_tallies, message_ids):
        found = tallies.setdefault(MessageId(row["message_id"]), {})
        found[DeliveryResult(row["result"])] = row["count"]
    return tallies


async def list_deliveries(
    db: Connection, message_id: int, *, after: str, result: DeliveryResult | None, limit: int
) -> list[tuple[str, DeliveryResult]]:
    """Return recipients by openid with what became of the message."""
    if result in {None, DeliveryResult.DELIVERED}:
        rows = await db.fetch(_list_deliveries, message_id, after, result, limit)
    else:
        rows = await db.fetch(_list_missed, message_id, after, result, limit)
    return [(row["openid"], DeliveryResult(row["result"])) for row in rows]


async def set_mark(
    db: Connection, channel_id: int, mark: str, message_id: int, now: datetime
) -> None:
    """Note what a program calls a message."""
    await db.execute(_set_mark, channel_id, mark, message_id, now)


async def find_mark(db: Connection, channel_id: int, mark: str) -> tuple[int, datetime] | None:
    """Return the message that a program calls so, and since when."""
    row = await db.fetchrow(_find_mark, channel_id, mark)
    return (row["message_id"], row["marked_at"]) if row else None


async def delete_marks(db: Connection, channel_id: int, before: datetime) -> None:
    """Forget what programs called messages before an instant."""
    await db.execute(_delete_marks, channel_id, before)


async def list_received(
    db: Connection,
    known: Mapping[int, str],
    *,
    before: tuple[datetime, int],
    unread_since: datetime | None,
    merchant_id: int | None,
    limit: int,
) -> list[Received]:
    """Return messages that reached somebody (channel to openid), the latest first.

    With `unread_since` only those since then that they have not read.
    """
    is_unread = unread_since is not None
    rows = await db.fetch(
        _list_received,
        list(known),
        list(known.values()),
        *before,
        is_unread,
        unread_since or _long_ago,
        merchant_id,
        limit,
    )
    return [received_of(row) for row in rows]


async def find_received(
    db: Connection, known: Mapping[int, str], message_ids: Sequence[int]
) -> list[Received]:
    """Return those of the messages that reached somebody (channel to openid)."""
    rows = await db.fetch(_find_received, list(known), list(known.values()), message_ids)
    return [received_of(row) for row in rows]


async def set_read(db: Connection, read: Sequence[tuple[int, str]], now: datetime) -> None:
    """Note that recipients have read messages."""
    ids, openids = [one[0] for one in read], [one[1] for one in read]
    await db.execute(_set_read, ids, openids, now)
