"""Tells what all channels of one provider know people by."""

from collections.abc import Iterable

from banyan.books.work import Connection
from banyan.parties.providers import store
from banyan.parties.providers.rules import CHANNELS_MAX, compute_unionid
from banyan.parties.providers.types import Provider


async def find_unionids(
    db: Connection, channel_id: int, person_ids: Iterable[int]
) -> dict[int, str]:
    """Return the people's unionids at a channel; none where it is bound to no provider."""
    salt = await store.find_salt(db, channel_id)
    if salt is None:
        return {}
    return {person_id: compute_unionid(salt, person_id) for person_id in person_ids}


async def find_unionid(db: Connection, channel_id: int, person_id: int) -> str | None:
    """Return a person's unionid at a channel; None where it is bound to no provider."""
    return (await find_unionids(db, channel_id, [person_id])).get(person_id)


async def list_bound(db: Connection, provider: Provider) -> list[int]:
    """Return the channels that are bound to a provider."""
    return await store.list_bound(db, provider.provider_id, CHANNELS_MAX)
