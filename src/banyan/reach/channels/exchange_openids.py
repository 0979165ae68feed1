"""Tells an account what it knows the followers of another account of the same merchant by."""

from typing import Annotated

import msgspec

from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import store
from banyan.reach.channels.access import access_by_appid, access_own
from banyan.reach.channels.follow import ensure_openids
from banyan.reach.channels.types import ChannelId, FollowerState, Openid


class ExchangeOpenids(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What are these followers of another account of ours called at this one?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    from_appid: Annotated[str, msgspec.Meta(max_length=32)]
    openids: Annotated[list[Openid], msgspec.Meta(max_length=100)]


class ExchangedOpenids(msgspec.Struct, frozen=True, kw_only=True):
    """The openids here by the openids there; those who do not follow there are left out."""

    openids: dict[str, str]


@single(permission=Permission.CHANNELS_WRITE)
async def exchange_openids(work: Work, command: ExchangeOpenids) -> ExchangedOpenids:
    """Return what this account knows the followers of the other by.

    Raises NotFound `channels.not_found`, also for an account of somebody else.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    other = await access_by_appid(work.db, command.from_appid)
    await access_own(work.db, command.merchant_id, other.channel_id)
    known = await store.find_recipients(work.db, other.channel_id, command.openids)
    people = {
        openid: person_id
        for openid, (person_id, follower) in known.items()
        if follower.state is FollowerState.FOLLOWING
    }
    here = await ensure_openids(work, channel.channel_id, sorted(people.values()))
    return ExchangedOpenids(openids={one: here[person] for one, person in people.items()})
