"""Every SQL statement on schema `campaigns`, and thin functions over them."""

import asyncpg
import msgspec

from banyan.base import json
from banyan.base.db import Connection
from banyan.base.ids import Id
from banyan.commerce.campaigns.types import (
    Segment,
    SegmentId,
    SegmentRules,
    Send,
    SendId,
    SendState,
)
from banyan.commerce.coupons import CampaignId
from banyan.reach.broadcasts import MessageId
from banyan.reach.channels import ChannelId

_insert_segment = """
insert into campaigns.segments (merchant_id, segment_id, name, rules, created_at, changed_at)
values ($1, $2, $3, $4, $5, $5)
on conflict (merchant_id, name) do nothing
returning segment_id
"""

_lock_segment = """
select merchant_id, segment_id, name, rules, created_at, changed_at
from campaigns.segments
where merchant_id = $1 and segment_id = $2
for update
"""

_is_name_taken = """
select exists (
    select 1 from campaigns.segments where merchant_id = $1 and name = $2 and segment_id <> $3
)
"""

_set_segment = """
update campaigns.segments
set name = $3, rules = $4, changed_at = $5
where merchant_id = $1 and segment_id = $2
"""

_delete_segment = "delete from campaigns.segments where merchant_id = $1 and segment_id = $2"

_find_segment = """
select merchant_id, segment_id, name, rules, created_at, changed_at
from campaigns.segments
where merchant_id = $1 and segment_id = $2
"""

_list_segments = """
select merchant_id, segment_id, name, rules, created_at, changed_at
from campaigns.segments
where merchant_id = $1 and segment_id < $2
order by segment_id desc
limit $3
"""

_count_segments = "select count(*) from campaigns.segments where merchant_id = $1"

_insert_send = """
insert into campaigns.sends (
    merchant_id, send_id, name, segment_id, rules, channel_id, message_id, coupon_campaign_id,
    state, sent_by, created_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, 'sending', $9, $10)
"""

_lock_send = """
select merchant_id, send_id, name, segment_id, rules, channel_id, message_id, coupon_campaign_id,
    state, audience_count, granted_count, created_at, finished_at, cursor
from campaigns.sends
where merchant_id = $1 and send_id = $2
for update
"""

_find_send = """
select merchant_id, send_id, name, segment_id, rules, channel_id, message_id, coupon_campaign_id,
    state, audience_count, granted_count, created_at, finished_at, cursor
from campaigns.sends
where merchant_id = $1 and send_id = $2
"""

_find_by_message = """
select merchant_id, send_id, name, segment_id, rules, channel_id, message_id, coupon_campaign_id,
    state, audience_count, granted_count, created_at, finished_at, cursor
from campaigns.sends
where merchant_id = $1 and message_id = $2
"""

_list_sends = """
select merchant_id, send_id, name, segment_id, rules, channel_id, message_id, coupon_campaign_id,
    state, audience_count, granted_count, created_at, finished_at, cursor
from campaigns.sends
where merchant_id = $1 and send_id < $2
order by send_id desc
limit $3
"""

_set_send = """
update campaigns.sends
set state = $3, cursor = $4, audience_count = $5, granted_count = $6, finished_at = $7
where merchant_id = $1 and send_id = $2
"""


async def insert_segment(db: Connection, segment: Segment) -> bool:
    """Add a segment; return False if the merchant has one of that name."""
    inserted = await db.fetchval(
        _insert_segment,
        segment.merchant_id,
        segment.segment_id,
        segment.name,
        msgspec.json.decode(json.encode(segment.rules)),
        segment.created_at,
    )
    return inserted is not None


async def lock_segment(db: Connection, merchant_id: int, segment_id: int) -> Segment | None:
    """Lock a segment and return it, or None."""
    row = await db.fetchrow(_lock_segment, merchant_id, segment_id)
    return _segment(row) if row else None


async def is_name_taken(db: Connection, segment: Segment) -> bool:
    """Return whether another segment of the merchant has this one's name."""
    taken: bool = await db.fetchval(
        _is_name_taken, segment.merchant_id, segment.name, segment.segment_id
    )
    return taken


async def set_segment(db: Connection, segment: Segment) -> None:
    """Write a locked segment."""
    await db.execute(
        _set_segment,
        segment.merchant_id,
        segment.segment_id,
        segment.name,
        msgspec.json.decode(json.encode(segment.rules)),
        segment.changed_at,
    )


async def delete_segment(db: Connection, segment: Segment) -> None:
    """Have no such segment any more."""
    await db.execute(_delete_segment, segment.merchant_id, segment.segment_id)


async def find_segment(db: Connection, merchant_id: int, segment_id: int) -> Segment | None:
    """Return a segment, or None."""
    row = await db.fetchrow(_find_segment, merchant_id, segment_id)
    return _segment(row) if row else None


async def list_segments(db: Connection, merchant_id: int, before: int, limit: int) -> list[Segment]:
    """Return a merchant's segments, the newest first."""
    return [_segment(row) for row in await db.fetch(_list_segments, merchant_id, before, limit)]


async def count_segments(db: Connection, merchant_id: int) -> int:
    """Return how many segments a merchant has."""
    count: int = await db.fetchval(_count_segments, merchant_id)
    return count


async def insert_send(db: Connection, send: Send, sent_by: int) -> None:
    """Add a send that nobody got yet."""
    await db.execute(
        _insert_send,
        send.merchant_id,
        send.send_id,
        send.name,
        send.segment_id,
        msgspec.json.decode(json.encode(send.rules)),
        send.channel_id,
        send.message_id,
        send.coupon_campaign_id,
        sent_by,
        send.created_at,
    )


async def lock_send(db: Connection, merchant_id: int, send_id: int) -> tuple[Send, int] | None:
    """Lock a send; return it and the last member that was looked at."""
    row = await db.fetchrow(_lock_send, merchant_id, send_id)
    return (_send(row), row["cursor"]) if row else None


async def find_send(db: Connection, merchant_id: int, send_id: int) -> Send | None:
    """Return a send, or None."""
    row = await db.fetchrow(_find_send, merchant_id, send_id)
    return _send(row) if row else None


async def find_by_message(db: Connection, merchant_id: int, message_id: int) -> Send | None:
    """Return the send that a message is of, or None."""
    row = await db.fetchrow(_find_by_message, merchant_id, message_id)
    return _send(row) if row else None


async def list_sends(db: Connection, merchant_id: int, before: int, limit: int) -> list[Send]:
    """Return what a merchant sent, the newest first."""
    return [_send(row) for row in await db.fetch(_list_sends, merchant_id, before, limit)]


async def set_send(db: Connection, send: Send, cursor: int) -> None:
    """Write how far a locked send has come."""
    await db.execute(
        _set_send,
        send.merchant_id,
        send.send_id,
        send.state.value,
        cursor,
        send.audience_count,
        send.granted_count,
        send.finished_at,
    )


def _rules(row: asyncpg.Record) -> SegmentRules:
    return msgspec.convert(row["rules"], SegmentRules, dec_hook=json.decode_special)


def _segment(row: asyncpg.Record) -> Segment:
    return Segment(
        merchant_id=Id(row["merchant_id"]),
        segment_id=SegmentId(row["segment_id"]),
        name=row["name"],
        rules=_rules(row),
        created_at=row["created_at"],
        changed_at=row["changed_at"],
    )


def _send(row: asyncpg.Record) -> Send:
    return Send(
        merchant_id=Id(row["merchant_id"]),
        send_id=SendId(row["send_id"]),
        name=row["name"],
        segment_id=SegmentId(row["segment_id"]),
        rules=_rules(row),
        channel_id=ChannelId(row["channel_id"]),
        message_id=MessageId(row["message_id"]),
        coupon_campaign_id=CampaignId(row["coupon_campaign_id"]),
        state=SendState(row["state"]),
        audience_count=row["audience_count"],
        granted_count=row["granted_count"],
        created_at=row["created_at"],
        finished_at=row["finished_at"],
    )
