"""Whose channels know a person by one unionid: several accounts of one merchant, bound together."""

from pathlib import Path

from banyan.books.room import Room
from banyan.parties.providers.bind_channel import bind_channel, create_for, unbind_channel
from banyan.parties.providers.find_unionids import (
    find_unionid,
    find_unionids,
    list_bound,
)
from banyan.parties.providers.invariants import INVARIANTS
from banyan.parties.providers.rules import CHANNELS_MAX
from banyan.parties.providers.store import find_provider
from banyan.parties.providers.types import (
    ChannelBound,
    ChannelUnbound,
    Provider,
    ProviderCreated,
    ProviderId,
)

ROOM = Room(
    name="providers",
    migrations=Path(__file__).parent / "migrations",
    operations=(),
    events=(ProviderCreated, ChannelBound, ChannelUnbound),
    invariants=INVARIANTS,
)

__all__ = (
    "CHANNELS_MAX",
    "ROOM",
    "ChannelBound",
    "ChannelUnbound",
    "Provider",
    "ProviderCreated",
    "ProviderId",
    "bind_channel",
    "create_for",
    "find_provider",
    "find_unionid",
    "find_unionids",
    "list_bound",
    "unbind_channel",
)
