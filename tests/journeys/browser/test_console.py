"""A shop run from a desk in a real browser: opened, stocked, put on the map, and sold at."""

from __future__ import annotations

import asyncio
import re
import struct
import zlib
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Page, expect

from banyan.app.settings import Settings
from banyan.commerce.catalogue import SkuId
from banyan.commerce.catalogue.ports import PORTS
from banyan.commerce.members import Arrive, arrive
from banyan.commerce.stores import ListStores, list_stores
from banyan.outside.storage import FolderFiles
from banyan.parties.merchants import MerchantId
from tests.kit import sales
from tests.kit.browser import DESK, open_page
from tests.kit.commerce_shop import TeaShop
from tests.kit.parties import PHONES
from tests.kit.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_side = 48


def draw_png() -> bytes:
    """A small green square, as a picture of matcha."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", _side, _side, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x4c\xaf\x50" * _side) * _side)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


async def sign_in(world: World, page: Page, name: str, where: str) -> None:
    """Sign in on the way to a page, as the person of that name."""
    await page.goto(where)
    await page.get_by_label("Phone number").fill(PHONES[name].removeprefix("+86"))
    await page.get_by_role("button", name="Send me a code").click()
    code = page.get_by_label("One-time code")
    await expect(code).to_be_visible()
    await world.settle()
    await code.fill(world.sender.find_code(PHONES[name]) or "")
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(lambda url: "/sign-in" not in url)


async def press(page: Page, name: str, *, is_asked: bool = False) -> None:
    """Press the button of a form; one that asks again twice, as some do, and then say yes."""
    button = page.get_by_role("main").get_by_role("button", name=name, exact=True)
    if not is_asked:
        await button.click()
        return
    await button.dblclick()
    await expect(page.locator("#confirm")).to_be_visible()
    await page.locator("#confirm-yes").click()


async def open_the_shop(page: Page) -> None:
    """One form, and the console shows what to do next."""
    await expect(page).to_have_url(re.compile("/console/open$"))
    await page.get_by_label("Name of the shop").fill("Banyan Tea")
    await page.get_by_label("Address").fill("1 Banyan Street")
    await press(page, "Open the shop")
    await expect(page.get_by_text("Your shop is open")).to_be_visible()
    await expect(page.get_by_role("link", name=re.compile("Add a product"))).to_be_visible()


async def add_the_tea(page: Page) -> SkuId:
    """A product in two sizes, with a picture."""
    await page.get_by_role("link", name=re.compile("Add a product")).click()
    await page.get_by_label("Name", exact=False).first.fill("Matcha")
    await page.locator("#f-variant-0").fill("Small")
    await page.locator("#f-price_fen-0").fill("18")
    await page.get_by_text("More variants").click()
    await page.locator("#f-variant-1").fill("Large")
    await page.locator("#f-price_fen-1").fill("22.50")
    await press(page, "Save")
    await expect(page.get_by_role("heading", name="Matcha")).to_be_visible()
    picture = FilePayload(name="matcha.png", mimeType="image/png", buffer=draw_png())
    await page.locator("#f-picture").set_input_files(picture)
    await press(page, "Upload")
    await expect(page.locator(".pictures img")).to_have_js_property("naturalWidth", _side)
    action = await page.locator("form[action*='/variants/']").first.get_attribute("action")
    return SkuId(int((action or "").rpartition("/")[2]))


async def hang_out_the_poster(page: Page) -> str:
    """A code for the door, its poster on the screen and as a file; gives the code's text."""
    await page.goto("/console/places/new")
    await page.get_by_label("Name").fill("Front door")
    await press(page, "Make the codes")
    await expect(page.get_by_role("heading", name="Front door")).to_be_visible()
    await expect(page.locator(".poster img")).not_to_have_js_property("naturalWidth", 0)
    async with page.expect_download() as found:
        await page.get_by_role("link", name="PDF").click()
    poster = await (await found.value).path()
    content = await asyncio.to_thread(Path(poster).read_bytes)
    assert content.startswith(b"%PDF")
    return (await page.locator(".facts dd").first.inner_text()).strip()


async def make_the_account(page: Page) -> None:
    """An official account for members to follow."""
    await page.goto("/console/channel")
    await page.get_by_label("Welcome text").fill("Come in, the kettle is on.")
    await press(page, "Make the account")
    await expect(page.get_by_text("Keep it safe")).to_be_visible()


async def meet_a_buyer(world: World, sku_id: SkuId, token: str) -> TeaShop:
    """Lin scans the door, joins, and buys two."""
    owner = await world.person("mei")
    merchant_id = MerchantId(next(iter(owner.grants)))
    store = (await world.office.run(list_stores, ListStores(merchant_id=merchant_id), owner)).items[
        0
    ]
    shop = TeaShop(merchant_id, store.store_id, sku_id, sku_id, sku_id)
    lin = await world.person("lin")
    await sales.fill_wallet(world, "lin", 10_000)
    await world.office.run(arrive, Arrive(merchant_id=merchant_id, code=token), lin)
    await sales.buy(world, "lin", shop, {sku_id: 2})
    await world.settle()
    return shop


async def refund_one_cup(page: Page) -> None:
    """Find the order, give one of its two cups back."""
    await page.goto("/console/orders")
    await page.get_by_role("link", name="#1").click()
    await expect(page.get_by_text("Lin", exact=True)).to_be_visible()
    await page.get_by_label("Some lines").check()
    await page.locator(".refund-lines [data-step='1']").click()
    await page.get_by_label("Reason").fill("Spilt")
    await press(page, "Give the money back", is_asked=True)
    await expect(page.get_by_text("The money was given back.")).to_be_visible()
    await expect(page.get_by_text("Partly refunded").first).to_be_visible()


async def write_to_members(world: World, page: Page) -> None:
    """Save a segment while its count is watched, write to it, and see who was reached."""
    await page.goto("/console/campaigns/segments/new")
    await page.get_by_label("Name").fill("Buyers")
    await page.get_by_label("Orders, at least").fill("5")
    await expect(page.locator("#audience b")).to_have_text("0")
    await page.get_by_label("Orders, at least").fill("1")
    await expect(page.locator("#audience b")).to_have_text("1")
    await press(page, "Save")
    await page.get_by_role("link", name="Write to them").click()
    await expect(page.locator("#audience b")).to_have_text("1")
    await page.get_by_label("Title").fill("New harvest")
    await page.get_by_label("Text", exact=True).fill("Come and taste it.")
    await press(page, "Send", is_asked=True)
    await expect(page.get_by_text("The message is on its way.")).to_be_visible()
    await world.settle()
    await page.reload()
    await expect(page.locator(".stat", has_text="Reached").locator(".stat-value")).to_have_text("1")


async def invite_the_cashier(page: Page) -> None:
    """Let hao sell."""
    await page.goto("/console/staff/new")
    await page.get_by_label("Phone").fill(PHONES["hao"].removeprefix("+86"))
    await press(page, "Invite")
    await expect(page.get_by_text("Invited. They sign in with this phone.")).to_be_visible()


async def sell_for_cash(page: Page) -> None:
    """Two small and a large one, paid with a note."""
    small = page.locator(".till-product", has_text="Small")
    await expect(small.locator(".till-product-name")).to_have_text("Matcha")
    await expect(small.locator(".till-product-variant")).to_have_text("Small")
    # The whole picture is seen, not its upper half.
    await expect(small.locator("img")).to_have_css("object-fit", "contain")
    frame = await small.locator(".till-product-picture").bounding_box()
    assert await small.locator("img").bounding_box() == frame
    for _ in range(2):
        await small.click()
    await page.locator(".till-product", has_text="Large").click()
    await expect(page.locator(".bill-total dd").first).to_have_text("¥58.50")
    await page.context.set_offline(True)
    await expect(page.get_by_text("No network: nothing can be sold")).to_be_visible()
    await page.context.set_offline(False)
    await expect(page.get_by_text("No network: nothing can be sold")).to_be_hidden()
    await page.get_by_role("button", name="Cash", exact=True).click()
    given, change = page.get_by_label("Cash received"), page.locator("[data-cash-change]")
    await page.locator("[data-key='5']").click()
    await expect(change).to_have_text("Still missing¥53.50")
    for wrong in ("1e3", "0x64", "1.005", "-100"):
        await given.fill(wrong)
        await expect(change).to_have_text("Enter an amount such as 50 or 12.80")
    await given.fill("100")
    await expect(change).to_have_text("Change due¥41.50")
    await page.get_by_role("button", name="Take the money").click()
    await expect(page.locator(".sold-change b")).to_have_text("¥41.50")
    await expect(page.locator(".receipt")).to_contain_text("Matcha")
    await page.get_by_role("link", name="Next customer").click()
    await expect(page.get_by_text("Tap a product")).to_be_visible()


HAPPENED = [
    "sessions.code_requested",
    "people.added",
    "people.joined",
    "sessions.signed_in",
    "merchants.opened",
    "staff.joined",
    "stores.opened",
    "catalogue.product_added",
    "catalogue.product_changed",
    "places.added",
    "channels.created",
    "sessions.signed_in",
    "people.added",
    "people.joined",
    "sessions.signed_in",
    "wallets.topped_up",
    "channels.followed",
    "members.joined",
    "orders.placed",
    "orders.paid",
    "orders.refunded",
    "campaigns.sent",
    "moderation.decided",
    "broadcasts.sent",
    "campaigns.delivered",
    "people.added",
    "staff.joined",
    "sessions.code_requested",
    "people.joined",
    "sessions.signed_in",
    "orders.placed",
    "orders.paid",
]


async def test_a_shop_from_a_desk(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Settings, "files", tmp_path)
    PORTS.connect(files=FolderFiles(tmp_path))
    async with open_page(world, size=DESK, language="en") as page:
        await sign_in(world, page, "mei", "/console")
        await open_the_shop(page)
        sku_id = await add_the_tea(page)
        token = await hang_out_the_poster(page)
        await make_the_account(page)
        shop = await meet_a_buyer(world, sku_id, token)
        await refund_one_cup(page)
        await write_to_members(world, page)
        await invite_the_cashier(page)
        await page.context.clear_cookies()
        await sign_in(world, page, "hao", "/till")
        await sell_for_cash(page)
    await world.settle()

    assert await sales.balance(world, "lin") == 10_000 - 1_800
    assert await sales.money_of(world, shop.merchant_id) == (1_800, 5_850)
    assert await world.events() == HAPPENED
    await world.check()
