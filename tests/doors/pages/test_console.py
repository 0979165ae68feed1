"""The console through its door: every page in both languages, for whom, and what forms do."""

from __future__ import annotations

import re

import httpx
import pytest

from banyan.commerce.campaigns import SegmentRules
from banyan.commerce.places import PlaceKind
from banyan.doors.http.signin import SESSION_COOKIE
from banyan.doors.pages.console import ROUTES
from banyan.parties.staff import Role
from tests.kit import loyalty, sales
from tests.kit.commerce_shop import TeaShop, add_group, add_spots
from tests.kit.web import open_client
from tests.kit.world import World

BROWSER = {"accept": "text/html", "sec-fetch-site": "same-origin", "accept-language": "en"}
PLAIN = sorted(
    {
        one.path
        for one in ROUTES
        if one.method == "GET" and "{" not in one.path and "insight" not in one.path
    }
)


def as_browser(world: World, name: str, language: str = "en") -> dict[str, str]:
    """The headers of somebody's signed-in browser."""
    cookie = f"{SESSION_COOKIE}={world.tokens[name]}; lang={language}"
    return BROWSER | {"cookie": cookie, "accept-language": language}


async def busy_shop(world: World) -> tuple[TeaShop, list[str]]:
    """A shop with something on every page, and the addresses of its details."""
    shop = await sales.open_busy_shop(world)
    await add_group(world, "乌龙")
    spots = await add_spots(world, shop.store_id, PlaceKind.DOOR, ["Front door"])
    channel = await loyalty.open_channel(world)
    campaign = await loyalty.offer(world)
    segment = await loyalty.segment(world, "Everybody", SegmentRules())
    member_id = await sales.join(world, "lin", shop)
    order = await sales.buy(world, "lin", shop, {shop.oolong: 2})
    await world.settle()
    return shop, [
        f"/console/orders/{order.order_id:d}",
        f"/console/members/{member_id:d}",
        f"/console/coupons/{campaign.campaign_id:d}",
        f"/console/places/codes/{spots[0].codes[0].code_id:d}",
        f"/console/places/codes/{spots[0].codes[0].code_id:d}/poster/svg",
        f"/console/channel/{channel.channel_id:d}",
        f"/console/channel/{channel.channel_id:d}/followers",
        f"/console/channel/{channel.channel_id:d}/messages",
        f"/console/campaigns/segments/{segment.segment_id:d}",
        f"/console/stores/{shop.store_id:d}",
    ]


async def test_every_page_shows_in_both_languages(world: World) -> None:
    shop, details = await busy_shop(world)
    paths = [one for one in PLAIN if one != "/console/places/posters.pdf"]
    paths += [*details, f"/console/places/posters.pdf?store={shop.store_id:d}"]
    async with open_client(world) as client:
        for path in paths:
            for language in ("en", "zh"):
                answer = await client.get(path, headers=as_browser(world, "mei", language))
                assert answer.status_code == 200, f"{path} {language}: {answer.text[:2000]}"
