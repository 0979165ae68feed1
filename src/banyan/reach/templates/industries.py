"""What an account does for a living: it decides which forms of the library it may have."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, access_own
from banyan.reach.templates import store
from banyan.reach.templates.library import read_industries
from banyan.reach.templates.rules import check_industry_change
from banyan.reach.templates.types import Industries, IndustrySet


class SetIndustries(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """We do this first, and that besides."""

    merchant_id: MerchantId
    channel_id: ChannelId
    primary: Annotated[int, msgspec.Meta(ge=1, le=99)]
    secondary: Annotated[int, msgspec.Meta(ge=1, le=99)]


class ReadIndustries(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What does this account do?"""

    merchant_id: MerchantId
    channel_id: ChannelId


@single(permission=Permission.CHANNELS_WRITE)
async def set_industries(work: Work, command: SetIndustries) -> Industries:
    """Write what an account does; once in thirty days.

    Raises NotFound `channels.not_found`; Invalid `templates.no_such_industry`; Refusal
    `templates.industry_too_often`.
    """
    known = read_industries()
    if command.primary not in known or command.secondary not in known:
        raise Invalid("templates.no_such_industry", industries_max=len(known))
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    before = await store.lock_holder(work.db, channel.channel_id)
    check_industry_change(before.industry_set_at, work.now)
    after = store.Holder(
        primary_industry=command.primary,
        secondary_industry=command.secondary,
        industry_set_at=work.now,
    )
    await store.set_holder(work.db, channel.channel_id, after)
    work.record(
        IndustrySet(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            primary=command.primary,
            secondary=command.secondary,
        )
    )
    return describe_industries(after)


@reading(permission=Permission.CHANNELS_READ)
async def read_own_industries(work: Work, query: ReadIndustries) -> Industries:
    """Return what an account does. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    return describe_industries(await store.find_holder(work.db, channel.channel_id))


def describe_industries(holder: store.Holder) -> Industries:
    """Return what an account does, in the words of the list of industries."""
    known = read_industries()
    return Industries(
        primary=known.get(holder.primary_industry), secondary=known.get(holder.secondary_industry)
    )
