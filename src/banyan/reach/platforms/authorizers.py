"""Shows platforms the accounts for which they act, and owners the platforms that act for them."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from banyan.books.work import Permission, Work, reading
from banyan.parties.merchants import MerchantId, find_merchants
from banyan.reach.channels import ChannelId, find_channels, list_of_merchants
from banyan.reach.platforms import store
from banyan.reach.platforms.access import access_authorized, access_own_platform, open_refresh
from banyan.reach.platforms.types import (
    Appid,
    Authorizer,
    Authorizers,
    MyPlatform,
    MyPlatforms,
)

_channels_max = 100


class ReadAuthorizer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is this account, for which my platform acts?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    appid: Appid


class ListAuthorizers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For which accounts does my platform act?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    offset: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 100


class ListMyPlatforms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which platforms act for accounts of mine?"""

    merchant_id: MerchantId
    channel_id: ChannelId | None = None
    """Only of this account."""


@reading(permission=Permission.CHANNELS_READ)
async def read_authorizer(work: Work, query: ReadAuthorizer) -> Authorizer:
    """Return an account for which a platform acts.

    Raises NotFound `channels.not_found`, Refusal `platforms.not_authorized`.
    """
    platform = await access_own_platform(work.db, query.merchant_id, query.channel_id)
    _, kept = await access_authorized(work.db, platform, query.appid)
    return (await _describe(work, [kept]))[0]


@reading(permission=Permission.CHANNELS_READ)
async def list_authorizers(work: Work, query: ListAuthorizers) -> Authorizers:
    """Return accounts for which a platform acts, the longest first.

    Raises NotFound `channels.not_found`.
    """
    platform = await access_own_platform(work.db, query.merchant_id, query.channel_id)
    total, kept = await store.list_of_platform(
        work.db, platform.channel_id, query.offset, query.limit
    )
    return Authorizers(total=total, items=await _describe(work, kept))


@reading(permission=Permission.CHANNELS_READ)
async def list_my_platforms(work: Work, query: ListMyPlatforms) -> MyPlatforms:
    """Return the platforms that act for the merchant's accounts, with what they may do."""
    own = await list_of_merchants(work.db, [query.merchant_id], _channels_max)
    names = {one.channel_id: one.name for one in own if query.channel_id in {None, one.channel_id}}
    kept = await store.list_of_accounts(work.db, [int(one) for one in names])
    ids = sorted({int(one.authorization.platform_id) for one in kept})
    platforms = await find_channels(work.db, ids)
    runs = await find_merchants(work.db, [int(one.merchant_id) for one in platforms.values()])
    return MyPlatforms(
        items=[
            MyPlatform(
                platform_id=one.platform_id,
                platform=platforms[one.platform_id].name,
                merchant=runs.get(MerchantId(platforms[one.platform_id].merchant_id)),
                channel_id=one.channel_id,
                channel=names[one.channel_id],
                functions=one.functions,
                authorized_at=one.authorized_at,
            )
            for one in (each.authorization for each in kept)
        ]
    )


async def _describe(work: Work, kept: Sequence[store.Kept]) -> list[Authorizer]:
    channels = await find_channels(work.db, [int(one.authorization.channel_id) for one in kept])
    merchants = await find_merchants(work.db, [int(one.authorization.merchant_id) for one in kept])
    return [
        Authorizer(
            channel=channels[one.authorization.channel_id],
            merchant=merchants[MerchantId(one.authorization.merchant_id)],
            functions=one.authorization.functions,
            authorized_at=one.authorization.authorized_at,
            refresh_token=open_refresh(one),
        )
        for one in kept
    ]
