"""The payment code on a phone: read by a till, made offline, confirmed when it is dear."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from banyan.books.actor import SYSTEM
from banyan.doors.http.signin import SESSION_COOKIE
from banyan.parties.people import PersonId
from banyan.pay.charges import ChargeState, Protocol, TakeCharge, Way, take_charge
from banyan.pay.passwords import GivePassword, give_password
from banyan.pay.paycodes import TakeCode, take_codes
from banyan.wire.qr import read_codes
from tests.kit.browser import open_page
from tests.kit.charges import build_ask, open_till
from tests.kit.sales import balance
from tests.kit.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Asked in the page itself: Playwright's own waiting evaluates text again and again, which the
# page's content security policy refuses whenever the first look is too early.
KEPT_FOR_OFFLINE = """async () => {
    while (!navigator.serviceWorker.controller || !(await caches.match("/pay-code")))
        await new Promise((done) => setTimeout(done, 50));
}"""


async def read_shown(page: Page) -> str:
    """The code on the page, as a till reads it from the glass."""
    number = page.locator("[data-paycode-number]")
    await expect(number).to_have_text(re.compile(r"^1[0-5]"))
    await expect(page.locator("[data-paycode-square] svg")).to_be_visible()
    code = (await number.inner_text()).replace(" ", "")
    read = read_codes(await page.screenshot())
    assert read == [code, code], "the square and the bars say the same"
    return code


async def scan(world: World, code: str, out_no: str, total_fen: int) -> ChargeState:
    """Have the till take so much by a code."""
    taking = TakeCode(merchant_id=world.merchant_id, code=code, subject=out_no)
    holder = await world.office.run(take_codes, taking, world.owner)
    command = TakeCharge(
        merchant_id=world.merchant_id,
        protocol=Protocol.WECHAT,
        way=Way.CODE,
        asks=[build_ask(world, out_no, total_fen)],
        shown_at=world.now,
        payer_id=holder.person_id,
    )
    return (await world.office.run(take_charge, command, world.owner)).state


async def test_a_till_reads_the_code_with_and_without_a_network(world: World) -> None:
    await open_till(world, "lin", money_fen=1_000_000)
    lin = world.as_person("lin")
    given = GivePassword(person_id=PersonId(lin.person_id), password="258036")
    await world.office.run(give_password, given, SYSTEM)
    async with open_page(world, has_worker=True) as page:
        await page.context.add_cookies(
            [{"name": SESSION_COOKIE, "value": world.tokens["lin"], "url": page.url}]
        )
        await page.goto("/pay-code")
        async with asyncio.timeout(30):
            await page.evaluate(KEPT_FOR_OFFLINE)
        first = await read_shown(page)
        assert await scan(world, first, "T1", 500) is ChargeState.PAID
        await expect(page.get_by_text("¥5.00")).to_be_visible()

        await page.goto("/pay-code")
        await expect(page.locator("[data-paycode-square] svg")).to_be_visible()
        await page.context.set_offline(True)
        # It does not know that the first was taken; once the minute is over it shows another.
        await world.advance(timedelta(minutes=1))
        await page.clock.set_fixed_time(world.now)
        await page.goto("/pay-code")
        await expect(page.get_by_text("付款码由本机生成")).to_be_visible()
        alone = await read_shown(page)
        assert alone != first
        assert await scan(world, alone, "T2", 700) is ChargeState.PAID
        await page.context.set_offline(False)
        await page.goto("/pay-code")
        second = await read_shown(page)
        assert await scan(world, second, "T3", 200_000) is ChargeState.PAYING
        await expect(page.get_by_label("支付密码")).to_be_visible()
        assert await balance(world, "lin") == 998_800
        await page.get_by_label("支付密码").fill("258036")
        await page.get_by_role("button", name="确认支付").click()
        await expect(page.get_by_text("¥2,000.00")).to_be_visible()
    assert await balance(world, "lin") == 798_800
