"""Binds accounts of one merchant together, so that they know each person by one unionid too."""

from typing import Annotated

import msgspec

from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.parties.providers import (
    Provider,
    bind_channel,
    create_for,
    find_provider,
    list_bound,
    unbind_channel,
)
from banyan.reach.channels import store
from banyan.reach.channels.access import access_own
from banyan.reach.channels.types import Channel, ChannelId

_Appid = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]


class CreateProvider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Make a provider with my account bound to it."""

    merchant_id: MerchantId
    channel_id: ChannelId


class BindProvider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bind my account to a provider of mine."""

    merchant_id: MerchantId
    channel_id: ChannelId
    provider_appid: _Appid


class UnbindProvider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let my account be bound to this provider no more."""

    merchant_id: MerchantId
    channel_id: ChannelId
    provider_appid: _Appid


class ReadProvider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """To which provider is my account bound, and which others are?"""

    merchant_id: MerchantId
    channel_id: ChannelId


class Bound(msgspec.Struct, frozen=True, kw_only=True):
    """A provider and the accounts that are bound to it; none for an account that is not bound."""

    provider: Provider | None
    channels: list[Channel]


@single(permission=Permission.CHANNELS_WRITE)
async def create_provider(work: Work, command: CreateProvider) -> Bound:
    """Make a provider with this account bound to it: people have a unionid here from now on.

    Raises NotFound `channels.not_found`, Refusal `providers.bound_already`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    provider = await create_for(work, channel.merchant_id, int(channel.channel_id))
    return await _bound(work, provider)


@single(permission=Permission.CHANNELS_WRITE)
async def bind_provider(work: Work, command: BindProvider) -> Bound:
    """Bind an account: it knows people by the same unionids as all others that are bound.

    Raises NotFound `channels.not_found`, `providers.not_found`; Refusal
    `providers.other_merchant`, `providers.bound_already`, `providers.too_many`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    merchant_id, channel_id = int(channel.merchant_id), int(channel.channel_id)
    return await _bound(
        work, await bind_channel(work, command.provider_appid, merchant_id, channel_id)
    )


@single(permission=Permission.CHANNELS_WRITE)
async def unbind_provider(work: Work, command: UnbindProvider) -> None:
    """Let an account be bound no more: it knows nobody's unionid from now on.

    Raises NotFound `channels.not_found`, `providers.not_found`, `providers.not_bound`; Refusal
    `providers.other_merchant`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    merchant_id, channel_id = int(channel.merchant_id), int(channel.channel_id)
    await unbind_channel(work, command.provider_appid, merchant_id, channel_id)


@reading(permission=Permission.CHANNELS_READ)
async def read_bound(work: Work, query: ReadProvider) -> Bound:
    """Return what an account is bound to. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    return await _bound(work, await find_provider(work.db, int(channel.channel_id)))


async def _bound(work: Work, provider: Provider | None) -> Bound:
    if provider is None:
        return Bound(provider=None, channels=[])
    channels = await store.find_channels(work.db, await list_bound(work.db, provider))
    return Bound(provider=provider, channels=list(channels.values()))
