"""Finds the menu that fits a person, and reads all menus of an account."""

import msgspec

from banyan.base.errors import NotFound
from banyan.books.work import Permission, Work, reading
from banyan.parties.merchants import MerchantId
from banyan.parties.people import find_people
from banyan.parties.sessions import find_last_device
from banyan.reach.channels import (
    Channel,
    ChannelId,
    FollowerState,
    Menu,
    MenuButton,
    Openid,
    access_own,
    find_follower,
    find_followers,
    find_own_menu,
)
from banyan.reach.labels import find_tag_ids
from banyan.reach.menus import store
from banyan.reach.menus.rules import MENUS_MAX, choose, platform_of
from banyan.reach.menus.types import AllMenus, Traits


class ReadMenus(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read all menus of my account."""

    merchant_id: MerchantId
    channel_id: ChannelId


class TryMatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which menu does this follower of mine see?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    openid: Openid


@reading(permission=Permission.CHANNELS_READ)
async def read_menus(work: Work, query: ReadMenus) -> AllMenus:
    """Return the menu for all and those for some. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    return AllMenus(
        buttons=await find_own_menu(work.db, channel),
        conditional=await store.list_menus(work.db, channel.channel_id, MENUS_MAX),
    )


@reading(permission=Permission.CHANNELS_READ)
async def try_match(work: Work, query: TryMatch) -> Menu:
    """Return the menu that a follower sees.

    Raises NotFound `channels.not_found`, `menus.no_such_follower`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    found = await find_followers(work.db, channel.channel_id, [query.openid])
    person_id, follower = found.get(query.openid, (0, None))
    if follower is None or follower.state is not FollowerState.FOLLOWING:
        raise NotFound("menus.no_such_follower")
    return Menu(buttons=await find_fitting(work, channel, person_id))


async def find_fitting(work: Work, channel: Channel, person_id: int) -> list[MenuButton]:
    """Return the menu that a person sees: the newest whose rule fits, or else the one for all.

    Who is not signed in sees the one for all.
    """
    menus = await store.list_menus(work.db, channel.channel_id, MENUS_MAX) if person_id else []
    if menus:
        found = choose(menus, await _read_traits(work, channel, person_id))
        if found is not None:
            return found.buttons
    return await find_own_menu(work.db, channel)


async def _read_traits(work: Work, channel: Channel, person_id: int) -> Traits:
    people = await find_people(work.db, [person_id])
    device = await find_last_device(work.db, person_id, work.now)
    return Traits(
        tag_number=await _find_last_tag(work, channel, person_id),
        platform=platform_of(device),
        language=next((one.language.value for one in people.values()), ""),
    )


async def _find_last_tag(work: Work, channel: Channel, person_id: int) -> int | None:
    follower = await find_follower(work.db, channel.channel_id, person_id)
    if follower is None:
        return None
    tags = await find_tag_ids(work.db, channel.channel_id, [follower.openid])
    return next((int(given[-1]) for given in tags.values()), None)
