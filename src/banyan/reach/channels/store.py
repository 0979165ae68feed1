"""Every SQL statement on schema `channels`, and thin functions over them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from banyan.base.db import Connection
from banyan.reach.channels.records import channel_of, follower_of
from banyan.reach.channels.types import (
    Channel,
    ChannelId,
    Follower,
    MenuButton,
)

_insert_channel = """
insert into channels.channels (
    merchant_id, channel_id, kind, name, appid, original_id, welcome_text, created_at,
    oauth_domain, secret_digest
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""

_lock_channel = """
select merchant_id, channel_id, kind, name, appid, original_id, welcome_text, created_at,
    oauth_domain
from channels.channels
where merchant_id = $1 and channel_id = $2
for update
"""

_set_channel = """
update channels.channels
set name = $3, welcome_text = $4, secret_digest = coalesce($5, secret_digest), oauth_domain = $6
where merchant_id = $1 and channel_id = $2
"""

_find_channels = """
select merchant_id, channel_id, kind, name, appid, original_id, welcome_text, created_at,
    oauth_domain
from channels.channels
where channel_id = any($1)
"""

_find_by_appid = """
select merchant_id, channel_id, kind, name, appid, original_id, welcome_text, created_at,
    oauth_domain, secret_digest
from channels.channels
where appid = $1
"""

# The main channel comes first: the oldest account that serves, or else the oldest that publishes.
_list_channels = """
select merchant_id, channel_id, kind, name, appid, original_id, welcome_text, created_at,
    oauth_domain
from channels.channels
where merchant_id = any($1)
order by merchant_id, kind = 'service' desc, kind = 'subscription' desc, channel_id
limit $2
"""

_find_main = """
select channel_id from channels.channels
where merchant_id = $1 and kind in ('service', 'subscription')
order by kind = 'service' desc, channel_id
limit 1
"""

_find_menu = """
select buttons from channels.menus where merchant_id = $1 and channel_id = $2
"""

_set_menu = """
insert into channels.menus (merchant_id, channel_id, buttons, changed_at)
values ($1, $2, $3, $4)
on conflict (merchant_id, channel_id) do update
set buttons = excluded.buttons, changed_at = excluded.changed_at
"""

_delete_menu = "delete from channels.menus where merchant_id = $1 and channel_id = $2"

_find_openids = """
select person_id, openid from channels.followers where channel_id = $1 and person_id = any($2)
"""

_insert_known = """
insert into channels.followers (channel_id, openid, person_id, state, scene, code_id)
select $1, openid, person_id, 'known', '', 0
from unnest($2::text[], $3::bigint[]) as u (openid, person_id)
order by person_id
on conflict (channel_id, person_id) do nothing
"""

_lock_follower = """
select openid, state, scene, code_id, followed_at
from channels.followers
where channel_id = $1 and person_id = $2
for update
"""

_find_follower = """
select openid, state, scene, code_id, followed_at
from channels.followers
where channel_id = $1 and person_id = $2
"""

_set_following = """
update channels.followers
set state = 'following', followed_at = $3, left_at = null, scene = $4, code_id = $5
where channel_id = $1 and openid = $2
"""

_set_left = """
update channels.followers
set state = 'left', left_at = $3
where channel_id = $1 and openid = $2
"""

_list_followers = """
select openid, state, scene, code_id, followed_at, person_id
from channels.followers
where channel_id = $1 and state = 'following' and openid > $2
order by openid
limit $3
"""

_list_openids = """
select coalesce(array_agg(openid order by openid), '{}') from (
    select openid from channels.followers
    where channel_id = $1 and state = 'following' and openid > $2
    order by openid
    limit $3
) as part
"""

_list_known_by = """
select channel_id, openid from channels.followers
where person_id = $1 and state <> 'known'
order by channel_id desc
limit $2
"""

# Counted in sixteen parts, so that those who follow or leave at once seldom wait for each other.
_add_size = """
insert into channels.sizes as s (channel_id, part, followers_count)
values ($1, get_byte(sha256($2::bytea), 0) % 16, 1)
on conflict (channel_id, part) do update
set followers_count = s.followers_count + 1
"""

_take_size = """
update channels.sizes set followers_count = followers_count - 1
where channel_id = $1 and part = get_byte(sha256($2::bytea), 0) % 16
"""

_count_followers = """
select coalesce(sum(followers_count), 0)::bigint from channels.sizes where channel_id = $1
"""

_list_followed = """
select channel_id from channels.followers
where person_id = $1 and state = 'following' and channel_id < $2
order by channel_id desc
limit $3
"""

_find_recipients = """
select openid, state, scene, code_id, followed_at, person_id
from channels.followers
where channel_id = $1 and openid = any($2)
"""


async def insert_channel(db: Connection, channel: Channel, secret_digest: bytes) -> None:
    """Add a channel."""
    await db.execute(_insert_channel, *msgspec.structs.astuple(channel), secret_digest)


async def lock_channel(db: Connection, merchant_id: int, channel_id: int) -> Channel | None:
    """Lock a merchant's channel and return it, or None."""
    row = await db.fetchrow(_lock_channel, merchant_id, channel_id)
    return channel_of(row) if row else None


async def set_channel(db: Connection, channel: Channel, secret_digest: bytes | None) -> None:
    """Write what may change about a channel, and its secret if there is a new one."""
    await db.execute(
        _set_channel,
        channel.merchant_id,
        channel.channel_id,
        channel.name,
        channel.welcome_text,
        secret_digest,
        channel.oauth_domain,
    )


async def find_channels(db: Connection, channel_ids: Sequence[int]) -> dict[ChannelId, Channel]:
    """Return those of the channels that exist."""
    rows = await db.fetch(_find_channels, channel_ids)
    return {ChannelId(row["channel_id"]): channel_of(row) for row in rows}


async def find_by_appid(db: Connection, appid: str) -> tuple[Channel, bytes] | None:
    """Return the channel of that appid and the digest of its secret."""
    row = await db.fetchrow(_find_by_appid, appid)
    return (channel_of(row), row["secret_digest"]) if row else None


async def list_of_merchants(
    db: Connection, merchant_ids: Sequence[int], limit: int
) -> list[Channel]:
    """Return merchants' channels, the main one of each first."""
    return [channel_of(row) for row in await db.fetch(_list_channels, merchant_ids, limit)]


async def find_main(db: Connection, merchant_id: int) -> ChannelId | None:
    """Return the merchant's main channel."""
    found = await db.fetchval(_find_main, merchant_id)
    return None if found is None else ChannelId(found)


async def find_menu(db: Connection, channel: Channel) -> list[MenuButton]:
    """Return a channel's menu; empty if it has none."""
    buttons = await db.fetchval(_find_menu, channel.merchant_id, channel.channel_id)
    return msgspec.convert(buttons or [], list[MenuButton])


async def set_menu(
    db: Connection, channel: Channel, buttons: Sequence[MenuButton], now: datetime
) -> None:
    """Write a channel's menu; an empty one is deleted."""
    key = (channel.merchant_id, channel.channel_id)
    if buttons:
        await db.execute(_set_menu, *key, msgspec.to_builtins(buttons), now)
    else:
        await db.execute(_delete_menu, *key)


async def find_openids(
    db: Connection, channel_id: int, person_ids: Sequence[int]
) -> dict[int, str]:
    """Return what a channel knows these people by; those it never met are left out."""
    rows = await db.fetch(_find_openids, channel_id, person_ids)
    return {row["person_id"]: row["openid"] for row in rows}


async def insert_known(db: Connection, channel_id: int, openids: Mapping[int, str]) -> None:
    """Let a channel know people (person to openid); those it knows keep theirs."""
    await db.execute(_insert_known, channel_id, list(openids.values()), list(openids))


async def lock_follower(db: Connection, channel_id: int, person_id: int) -> Follower | None:
    """Lock how a person stands to a channel and return it, or None."""
    row = await db.fetchrow(_lock_follower, channel_id, person_id)
    return follower_of(row) if row else None


async def find_follower(db: Connection, channel_id: int, person_id: int) -> Follower | None:
    """Return how a person stands to a channel, or None."""
    row = await db.fetchrow(_find_follower, channel_id, person_id)
    return follower_of(row) if row else None


async def set_following(db: Connection, channel_id: int, follower: Follower, now: datetime) -> None:
    """Write that somebody who did not follow does, brought by the follower's scene and code."""
    await db.execute(
        _set_following, channel_id, follower.openid, now, follower.scene, follower.code_id
    )
    await db.execute(_add_size, channel_id, follower.openid.encode())


async def set_left(db: Connection, channel_id: int, openid: str, now: datetime) -> None:
    """Write that somebody who followed does no more."""
    await db.execute(_set_left, channel_id, openid, now)
    await db.execute(_take_size, channel_id, openid.encode())


async def list_followers(
    db: Connection, channel_id: int, after: str, limit: int
) -> list[tuple[int, Follower]]:
    """Return followers by openid, after one, each with the person behind it."""
    rows = await db.fetch(_list_followers, channel_id, after, limit)
    return [(row["person_id"], follower_of(row)) for row in rows]


async def list_openids(db: Connection, channel_id: int, after: str, limit: int) -> list[str]:
    """Return followers' openids in order, after one; reads nothing but the index."""
    openids: list[str] = await db.fetchval(_list_openids, channel_id, after, limit)
    return openids


async def list_known_by(db: Connection, person_id: int, limit: int) -> dict[int, str]:
    """Return the channels that a person follows or has followed, with what each calls them."""
    rows = await db.fetch(_list_known_by, person_id, limit)
    return {row["channel_id"]: row["openid"] for row in rows}


async def count_followers(db: Connection, channel_id: int) -> int:
    """Return how many people follow a channel."""
    count: int = await db.fetchval(_count_followers, channel_id)
    return count


async def list_followed(db: Connection, person_id: int, before: int, limit: int) -> list[ChannelId]:
    """Return the channels that a person follows, the newest first."""
    rows = await db.fetch(_list_followed, person_id, before, limit)
    return [ChannelId(row["channel_id"]) for row in rows]


async def find_recipients(
    db: Connection, channel_id: int, openids: Sequence[str]
) -> dict[str, tuple[int, Follower]]:
    """Return the person behind each openid and how they stand to the channel."""
    rows = await db.fetch(_find_recipients, channel_id, openids)
    return {row["openid"]: (row["person_id"], follower_of(row)) for row in rows}
