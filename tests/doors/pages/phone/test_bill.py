"""Somebody reads the bill of a month: what came, what went, and why, as a page and on paper."""

from datetime import timedelta

import pypdfium2

from banyan.pay.settle import CHINA
from tests.kit.charges import ask, give_back, open_till, pay_asked
from tests.kit.pages import open_browser
from tests.kit.world import World


async def test_a_month_of_the_wallet(world: World) -> None:
    async with open_browser(world, "lin", language="zh") as browser:
        await open_till(world, "lin")
        first = world.now.astimezone(CHINA)
        await pay_asked(world, "lin", await ask(world, "E00001", 10_000))
        await give_back(world, "E00001", 2_500)
        await browser.open("/wallet/bill")
        assert "¥100.00" in browser.words
        assert "+¥25.00" in browser.words
        assert "¥925.00" in browser.words, "what is held in the end"
        await browser.open("/wallet/bill?kind=charge_refund")
        assert browser.words.count("榕树茶馆") == 1
        await browser.open("/wallet/bill.csv")
        lines = browser.page.content.decode("utf-8-sig").splitlines()
        assert [line.rsplit(",", 1)[1] for line in lines[1:]] == ["25.00", "-100.00", "1000.00"]
        await browser.open("/wallet/bill.pdf")
        text = pypdfium2.PdfDocument(browser.page.content)[0].get_textpage().get_text_bounded()
        assert "榕树茶馆" in text
        assert "925.00" in text
        # The next month begins with what this one ended with.
        await world.advance(timedelta(days=32 - first.day))
        await browser.open("/wallet/bill")
        assert "本月没有" in browser.words
        assert "¥925.00" in browser.words
        await browser.open(f"/wallet/bill?month={first:%Y-%m}")
        assert "+¥25.00" in browser.words
        await browser.open("/wallet/bill?month=1999-99&currency=x&kind=no")
        await browser.open("/wallet")
        assert "账单" in browser.words
