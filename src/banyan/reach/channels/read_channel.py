"""Reads channels and their followers: for the merchant, and as people see them."""

from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.paging import (
    Cursor,
    Limit,
    Page,
    decode_cursor,
    decode_id_cursor,
    encode_cursor,
    page_of,
)
from banyan.books.work import Permission, Work, reading
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import store
from banyan.reach.channels.access import access_own, access_speaker, tell_unionids
from banyan.reach.channels.create_channel import CHANNELS_MAX
from banyan.reach.channels.own_menus import MENUS
from banyan.reach.channels.types import (
    Channel,
    ChannelId,
    ChannelKind,
    Follower,
    FollowerState,
    MenuButton,
)

_newest = 2**63 - 1


class ListChannels(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List a merchant's official accounts, the main one first."""

    merchant_id: MerchantId


class ReadChannel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read one of a merchant's official accounts."""

    merchant_id: MerchantId
    channel_id: ChannelId


class ListFollowers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List the followers of a merchant's official account, by openid."""

    merchant_id: MerchantId
    channel_id: ChannelId
    limit: Limit = 20
    cursor: Cursor | None = None


class ReadChannelPage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read an official account as everybody may see it."""

    channel_id: ChannelId


class ListMyChannels(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List the official accounts that one follows."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=50)] = 20
    cursor: Cursor | None = None


class Channels(msgspec.Struct, frozen=True, kw_only=True):
    """Official accounts of one merchant, the main one first."""

    items: list[Channel]


class ChannelInFull(msgspec.Struct, frozen=True, kw_only=True):
    """An official account with its menu and how many follow it."""

    channel: Channel
    menu: list[MenuButton]
    followers_count: int


class ChannelPage(msgspec.Struct, frozen=True, kw_only=True):
    """An official account as people see it."""

    channel_id: ChannelId
    merchant_id: Id
    kind: ChannelKind
    name: str
    menu: list[MenuButton]
    """The one that fits whoever asks."""
    is_following: bool
    appid: str

    @property
    def may_talk(self) -> bool:
        """Whether whoever asks may say something to it: nobody follows mini programs."""
        return self.is_following or self.kind is ChannelKind.MINIAPP


@reading(permission=Permission.CHANNELS_READ)
async def list_channels(work: Work, query: ListChannels) -> Channels:
    """Return all official accounts of the merchant."""
    return Channels(items=await store.list_of_merchants(work.db, [query.merchant_id], CHANNELS_MAX))


@reading(permission=Permission.CHANNELS_READ)
async def read_channel(work: Work, query: ReadChannel) -> ChannelInFull:
    """Return one of the merchant's channels. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    return ChannelInFull(
        channel=channel,
        menu=await store.find_menu(work.db, channel),
        followers_count=await store.count_followers(work.db, channel.channel_id),
    )


@reading(permission=Permission.CHANNELS_READ)
async def list_followers(work: Work, query: ListFollowers) -> Page[Follower]:
    """Return a page of followers; who they are elsewhere is not said.

    Raises NotFound `channels.not_found`, Invalid `paging.bad_cursor`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    (after,) = decode_cursor(query.cursor, 1) or [""]
    found = await store.list_followers(work.db, channel.channel_id, after, query.limit + 1)
    rows = await tell_unionids(work.db, channel.channel_id, found)
    if len(rows) <= query.limit:
        return Page(items=rows)
    kept = rows[: query.limit]
    return Page(items=kept, next_cursor=encode_cursor(kept[-1].openid))


@reading(permission=Permission.PUBLIC)
async def read_channel_page(work: Work, query: ReadChannelPage) -> ChannelPage:
    """Return an account as everybody may see it. Raises NotFound `channels.not_found`."""
    channel = await access_speaker(work.db, query.channel_id)
    person_id = work.actor.person_id
    follower = await store.find_follower(work.db, channel.channel_id, person_id)
    is_following = follower is not None and follower.state is FollowerState.FOLLOWING
    return await _page(work, channel, is_following=is_following)


@reading(permission=Permission.PERSON)
async def list_my_channels(work: Work, query: ListMyChannels) -> Page[ChannelPage]:
    """Return the accounts that the person who asks follows. Raises Invalid `paging.bad_cursor`."""
    before = decode_id_cursor(query.cursor, start=_newest)
    ids = await store.list_followed(work.db, work.actor.person_id, before, query.limit + 1)
    channels = await store.find_channels(work.db, ids)
    pages = [await _page(work, channels[one], is_following=True) for one in ids]
    return page_of(pages, query.limit, [int(one) for one in ids])


async def _page(work: Work, channel: Channel, *, is_following: bool) -> ChannelPage:
    return ChannelPage(
        channel_id=channel.channel_id,
        merchant_id=channel.merchant_id,
        kind=channel.kind,
        name=channel.name,
        menu=await MENUS.find(work, channel, work.actor.person_id),
        is_following=is_following,
        appid=channel.appid,
    )
