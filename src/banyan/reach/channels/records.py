"""How rows of this room become its structs, and one struct that becomes a row."""

from datetime import date

import asyncpg
import msgspec

from banyan.base.ids import Id
from banyan.reach.channels.types import (
    Audience,
    Channel,
    ChannelId,
    ChannelKind,
    Follower,
    FollowerState,
    Message,
    MessageId,
    MessageState,
)


class NewMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it is stored first; `quota_day` is given where one a day is the limit."""

    message: Message
    quota_day: date | None
    sent_by: int


def channel_of(row: asyncpg.Record) -> Channel:
    """Return a channel."""
    return Channel(
        merchant_id=Id(row["merchant_id"]),
        channel_id=ChannelId(row["channel_id"]),
        kind=ChannelKind(row["kind"]),
        name=row["name"],
        appid=row["appid"],
        original_id=row["original_id"],
        welcome_text=row["welcome_text"],
        created_at=row["created_at"],
        oauth_domain=row["oauth_domain"],
    )


def follower_of(row: asyncpg.Record) -> Follower:
    """Return how a person stands to a channel."""
    return Follower(
        openid=row["openid"],
        state=FollowerState(row["state"]),
        scene=row["scene"],
        code_id=Id(row["code_id"]),
        followed_at=row["followed_at"],
    )


def message_of(row: asyncpg.Record) -> Message:
    """Return a message to many."""
    return Message(
        merchant_id=Id(row["merchant_id"]),
        message_id=MessageId(row["message_id"]),
        channel_id=ChannelId(row["channel_id"]),
        audience=Audience(row["audience"]),
        title=row["title"],
        body=row["body"],
        link=row["link"],
        state=MessageState(row["state"]),
        quota_month=row["quota_month"],
        created_at=row["created_at"],
        finished_at=row["finished_at"],
    )
