"""From where an account's programs may ask for tokens: anywhere, unless the merchant names it."""

from typing import Annotated

import msgspec

from banyan.base.text import LINE
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, access_own
from banyan.reach.tokens import store
from banyan.reach.tokens.rules import ADDRESSES_MAX, check_addresses

Address = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=LINE)]
"""An address, or a network such as `203.0.113.0/24`."""


class SetAllowed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give tokens of my account to these addresses only; to all when there is none."""

    merchant_id: MerchantId
    channel_id: ChannelId
    addresses: Annotated[list[Address], msgspec.Meta(max_length=ADDRESSES_MAX)]


class ReadAllowed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """To which addresses are tokens of my account given?"""

    merchant_id: MerchantId
    channel_id: ChannelId


class AllowList(msgspec.Struct, frozen=True, kw_only=True):
    """To which addresses tokens are given; to all when there is none."""

    addresses: list[str]


@single(permission=Permission.CHANNELS_WRITE)
async def set_allowed(work: Work, command: SetAllowed) -> AllowList:
    """Name the addresses anew; tokens that were given out work on, from everywhere.

    Raises NotFound `channels.not_found`, Invalid `tokens.address_malformed`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    addresses = check_addresses(command.addresses)
    before = await store.find_allowed(work.db, channel.channel_id)
    await store.set_allowed(work.db, channel.channel_id, addresses, work.now)
    await note_change(
        work,
        merchant_id=channel.merchant_id,
        subject="tokens.allowed",
        subject_id=channel.channel_id,
        before=AllowList(addresses=before),
        after=AllowList(addresses=addresses),
    )
    return AllowList(addresses=addresses)


@reading(permission=Permission.CHANNELS_READ)
async def read_allowed(work: Work, query: ReadAllowed) -> AllowList:
    """Return the addresses. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    return AllowList(addresses=await store.find_allowed(work.db, channel.channel_id))
