"""How rows of this room become its structs."""

import asyncpg

from banyan.base.ids import Id
from banyan.reach.channels.types import (
    Channel,
    ChannelId,
    ChannelKind,
    Follower,
    FollowerState,
)


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
