"""Finds channels by what their own programs sign in with, and their followers by openid."""

from collections.abc import Sequence
from hmac import compare_digest

import msgspec

from banyan.base.db import Connection
from banyan.base.errors import NotFound, Refusal
from banyan.base.secret import digest
from banyan.parties.providers import find_unionids
from banyan.reach.channels import store
from banyan.reach.channels.types import FOLLOWED, SPEAKING, Channel, ChannelId, Follower

_known_max = 1_000


async def access_channel(db: Connection, channel_id: int) -> Channel:
    """Return any channel. Raises NotFound `channels.not_found`."""
    channel = (await store.find_channels(db, [channel_id])).get(ChannelId(channel_id))
    if channel is None:
        raise NotFound("channels.not_found")
    return channel


async def access_account(db: Connection, channel_id: int) -> Channel:
    """Return an account that people may follow. Raises NotFound `channels.not_found`."""
    channel = await access_channel(db, channel_id)
    if channel.kind not in FOLLOWED:
        raise NotFound("channels.not_found")
    return channel


async def access_speaker(db: Connection, channel_id: int) -> Channel:
    """Return an account or mini program, with which people may talk.

    Raises NotFound `channels.not_found`.
    """
    channel = await access_channel(db, channel_id)
    if channel.kind not in SPEAKING:
        raise NotFound("channels.not_found")
    return channel


async def access_own(db: Connection, merchant_id: int, channel_id: int) -> Channel:
    """Return a merchant's own channel. Raises NotFound `channels.not_found`."""
    channel = await access_channel(db, channel_id)
    if channel.merchant_id != merchant_id:
        raise NotFound("channels.not_found")
    return channel


async def access_by_appid(db: Connection, appid: str) -> Channel:
    """Return the channel of that appid. Raises NotFound `channels.not_found`."""
    found = await store.find_by_appid(db, appid)
    if found is None:
        raise NotFound("channels.not_found")
    return found[0]


async def access_by_secret(db: Connection, appid: str, secret: str) -> Channel:
    """Return the channel whose own program knows its secret.

    Raises NotFound `channels.not_found`, Refusal `channels.wrong_secret`.
    """
    found = await store.find_by_appid(db, appid)
    if found is None:
        raise NotFound("channels.not_found")
    channel, secret_digest = found
    if not compare_digest(secret_digest, digest(secret)):
        raise Refusal("channels.wrong_secret")
    return channel


async def find_followers(
    db: Connection, channel_id: int, openids: Sequence[str]
) -> dict[str, tuple[int, Follower]]:
    """Return the person behind each openid that the channel knows, and how they stand to it."""
    return await store.find_recipients(db, channel_id, openids)


async def list_followers_after(
    db: Connection, channel_id: int, openid: str, limit: int
) -> tuple[int, list[Follower]]:
    """Return how many follow a channel, and those that come after an openid, ascending."""
    followers = await tell_unionids(
        db, channel_id, await store.list_followers(db, channel_id, openid, limit)
    )
    return await store.count_followers(db, channel_id), followers


async def tell_unionids(
    db: Connection, channel_id: int, found: Sequence[tuple[int, Follower]]
) -> list[Follower]:
    """Return followers, found with the people behind them, with their unionids."""
    unionids = await find_unionids(db, channel_id, [person_id for person_id, _ in found])
    return [
        msgspec.structs.replace(follower, unionid=unionids.get(person_id))
        for person_id, follower in found
    ]


async def list_openids_after(db: Connection, channel_id: int, openid: str, limit: int) -> list[str]:
    """Return the openids of a channel's followers that come after one, ascending."""
    return await store.list_openids(db, channel_id, openid, limit)


async def find_known_by(db: Connection, person_id: int) -> dict[int, str]:
    """Return the channels that a person follows or has followed, with what each calls them."""
    return await store.list_known_by(db, person_id, _known_max)


async def find_openids_of(
    db: Connection, channel_id: int, person_ids: Sequence[int]
) -> dict[int, str]:
    """Return what a channel knows these people by; those whom it never met are left out."""
    return await store.find_openids(db, channel_id, person_ids)
