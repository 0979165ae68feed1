"""What platforms set: their own addresses, and what is on and off at the accounts they act for."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid
from banyan.base.text import END
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId
from banyan.reach.platforms import store
from banyan.reach.platforms.access import (
    access_authorized,
    access_own_platform,
    read_option_of,
)
from banyan.reach.platforms.rules import check_option, read_option_name
from banyan.reach.platforms.types import Appid, Option, PlatformSettings
from banyan.reach.pushes import APPID, set_relays
from banyan.reach.tokens import Address, check_addresses

_Name = Annotated[str, msgspec.Meta(max_length=64)]
_Url = Annotated[str, msgspec.Meta(max_length=1_000, pattern=rf"^(https?://[\x21-\x7e]+)?{END}")]


class SetPlatform(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Be told of accounts' messages here, and hand out tokens to these addresses only."""

    merchant_id: MerchantId
    channel_id: ChannelId
    message_url: _Url = ""
    allowed_ips: Annotated[list[Address], msgspec.Meta(max_length=50)] = []


class ReadPlatform(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How is my platform set?"""

    merchant_id: MerchantId
    channel_id: ChannelId


class ReadOption(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How does this option of an account stand, for which my platform acts?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    appid: Appid
    name: _Name


class SetOption(ReadOption, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let this option of an account, for which my platform acts, stand so."""

    value: _Name


@single(permission=Permission.CHANNELS_WRITE)
async def set_platform(work: Work, command: SetPlatform) -> PlatformSettings:
    """Write a platform's settings; what accounts' servers would be told goes there at once.

    Raises NotFound `channels.not_found`; Invalid `platforms.url_malformed`,
    `tokens.address_malformed`.
    """
    platform = await access_own_platform(work.db, command.merchant_id, command.channel_id)
    url = command.message_url
    if url and (APPID not in url or "@" in url or "#" in url):
        raise Invalid("platforms.url_malformed", appid=APPID)
    before = await store.lock_settings(work.db, platform.channel_id)
    after = PlatformSettings(message_url=url, allowed_ips=check_addresses(command.allowed_ips))
    await store.set_settings(work.db, platform.channel_id, after)
    told = await store.list_told(work.db, platform.channel_id)
    await set_relays(work, told, int(platform.channel_id), url)
    await note_change(
        work,
        merchant_id=platform.merchant_id,
        subject="platforms.settings",
        subject_id=platform.channel_id,
        before=before,
        after=after,
    )
    return after


@reading(permission=Permission.CHANNELS_READ)
async def read_platform(work: Work, query: ReadPlatform) -> PlatformSettings:
    """Return a platform's settings. Raises NotFound `channels.not_found`."""
    platform = await access_own_platform(work.db, query.merchant_id, query.channel_id)
    return await store.find_settings(work.db, platform.channel_id)


@reading(permission=Permission.CHANNELS_READ)
async def read_option(work: Work, query: ReadOption) -> Option:
    """Return how an option of an account stands.

    Raises NotFound `channels.not_found`; Invalid `platforms.option_unknown`; Refusal
    `platforms.not_authorized`.
    """
    platform = await access_own_platform(work.db, query.merchant_id, query.channel_id)
    channel, _ = await access_authorized(work.db, platform, query.appid)
    name = read_option_name(query.name)
    value = await read_option_of(work.db, channel.channel_id, name)
    return Option(appid=channel.appid, name=name, value=value)


@single(permission=Permission.CHANNELS_WRITE)
async def set_option(work: Work, command: SetOption) -> Option:
    """Let an option of an account stand so, and note it in the account's own audit log.

    Raises NotFound `channels.not_found`; Invalid `platforms.option_unknown`,
    `platforms.option_value`; Refusal `platforms.not_authorized`.
    """
    platform = await access_own_platform(work.db, command.merchant_id, command.channel_id)
    channel, _ = await access_authorized(work.db, platform, command.appid)
    name, value = check_option(command.name, command.value)
    was = await read_option_of(work.db, channel.channel_id, name)
    await store.set_option(work.db, channel.channel_id, name, value)
    after = Option(appid=channel.appid, name=name, value=value)
    await note_change(
        work,
        merchant_id=channel.merchant_id,
        subject="platforms.option",
        subject_id=channel.channel_id,
        before=msgspec.structs.replace(after, value=was),
        after=after,
    )
    return after
