"""What only a browser shows: long names on a narrow screen."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from banyan.commerce.places import PlaceKind
from tests.kit import sales
from tests.kit.browser import open_page
from tests.kit.commerce_shop import add_spots
from tests.kit.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_long = "Donaudampfschifffahrtsgesellschaft" * 2 + "1234567890" * 3
_far_right = """() => Math.max(...[...document.querySelectorAll("main *")]
    .map((one) => one.getBoundingClientRect()).filter((box) => box.width > 1)
    .map((box) => box.right))"""
_far_left = """() => Math.min(...[...document.querySelectorAll("main *")]
    .map((one) => one.getBoundingClientRect()).filter((box) => box.width > 1)
    .map((box) => box.left))"""


async def fits(page: Page) -> bool:
    """Whether nothing of the page is beyond the edges of the screen."""
    width = (page.viewport_size or {"width": 0})["width"]
    right, left = await page.evaluate(_far_right), await page.evaluate(_far_left)
    return bool(left >= 0 and right <= width)


async def test_a_long_name_stays_on_a_narrow_screen(world: World) -> None:
    shop = await sales.open_busy_shop(world)
    (spot,) = await add_spots(world, shop.store_id, PlaceKind.DOOR, [_long])
    async with open_page(world, language="en") as page:
        await page.goto(f"/c/{spot.codes[0].token}")
        await expect(page.locator(".arrival-place")).to_contain_text(_long)
        assert await fits(page)
        await page.goto(f"/shops/{shop.merchant_id:d}/{shop.store_id:d}")
        words, badge = page.locator(".shelf-place span"), page.locator(".shelf-head .badge")
        await expect(words).to_contain_text(_long)
        left, right = await words.bounding_box(), await badge.bounding_box()
        assert left is not None
        assert right is not None
        assert left["x"] + left["width"] <= right["x"]
        assert right["x"] + right["width"] <= 390
