"""A merchant's money on the console: charges and refunds, balances, bills, and what differs."""

from __future__ import annotations

from datetime import timedelta

import pypdfium2

from banyan.parties.sessions import PORTS
from banyan.parties.staff import Role
from banyan.pay.settle import CHINA
from tests.kit.charges import ask, charge_of, open_till, pay_asked
from tests.kit.china import to_hour
from tests.kit.pages import open_browser
from tests.kit.parties import phone_of
from tests.kit.payouts import CARD, open_teller
from tests.kit.world import SECRET_KEY, World


async def a_shop(world: World) -> None:
    """Two sales of yesterday, and one of today."""
    await open_till(world, "lin")
    await pay_asked(world, "lin", await ask(world, "D00001", 10_000))
    await pay_asked(world, "lin", await ask(world, "D00002", 2_000))
    await to_hour(world)
    await pay_asked(world, "lin", await ask(world, "D00003", 5_000))
    await ask(world, "D00004", 700)


async def test_a_charge_is_found_and_given_back(world: World) -> None:
    await a_shop(world)
    charge = await charge_of(world, "D00001")
    home = f"/console/charges/{charge.charge_id:d}"
    async with open_browser(world, "mei", language="zh") as browser:
        await browser.open("/console/charges")
        assert browser.words.count("D0000") == 4
        assert "待支付" in browser.words or "待付款" in browser.words
        await browser.open("/console/charges?state=unpaid")
        assert browser.words.count("D0000") == 1
        await browser.open(f"/console/charges?q={charge.transaction_no}")
        assert browser.path == home
        assert "¥99.40" in browser.words
        await browser.send(f"{home}/refund", amount="200", idempotency_key=browser.key, status=422)
        await browser.open(home)
        key = browser.key
        for _ in range(2):
            await browser.send(f"{home}/refund", amount="25", reason="凉了", idempotency_key=key)
        assert browser.words.count("凉了") == 1
        assert (await charge_of(world, "D00001")).refunded_fen == 2_500
        assert "部分退款" in browser.words
        await browser.send(f"{home}/refund", amount="75", idempotency_key=browser.key)
        for page in (home, "/console/charges?q=D00001"):
            await browser.open(page)
            assert "已退款" in browser.words, page
            assert "部分退款" not in browser.words, page
    await world.check()


async def test_money_goes_to_the_bank(world: World) -> None:
    await a_shop(world)
    async with open_browser(world, "mei", language="zh") as browser:
        await browser.open("/console/funds")
        assert "¥119.28" in browser.words
        assert "¥49.70" in browser.words
        await browser.send(
            "/console/funds/bank-account", name="Banyan", number=CARD, idempotency_key=browser.key
        )
        key = browser.key
        await browser.send("/console/funds/withdraw", amount="500", idempotency_key=key, status=422)
        await browser.open("/console/funds")
        await browser.send("/console/funds/withdraw", amount="100", idempotency_key=browser.key)
        assert "¥19.28" in browser.words
        assert "处理中" in browser.words
        await open_teller(world).run_waiting()
        await browser.open("/console/funds")
        assert "已到账" in browser.words
    await world.check()


async def test_bills_and_their_files(world: World) -> None:
    await a_shop(world)
    today = world.now.astimezone(CHINA).date()
    async with open_browser(world, "mei", language="zh") as browser:
        await browser.open("/console/bills")
        assert "¥168.98" in browser.words, "what was held in the end"
        span = f"from={today - timedelta(days=1)}&until={today}"
        await browser.open(f"/console/bills/statement.csv?{span}")
        lines = browser.page.content.decode("utf-8-sig").splitlines()
        assert lines[0] == "时间,类型,平台单号,编号,金额,余额"
        assert len(lines) == 7
        assert lines[-1].endswith(",168.98")
        await browser.open(f"/console/bills/statement.pdf?{span}")
        paper = pypdfium2.PdfDocument(browser.page.content)
        text = paper[0].get_textpage().get_text_bounded()
        assert "D00003" in text
        assert "168.98" in text
        assert "…" not in text, "a number that is cut finds nothing"
        assert lines[-1].split(",")[0] in text
        await browser.open(f"/console/bills/trade.csv?until={today}")
        (line,) = browser.page.content.decode("utf-8-sig").splitlines()[1:]
        assert "D00003" in line
        assert line.endswith(",50.00,0.00,0.00,-0.30,49.70")
        await browser.open("/console/bills?from=2026-03-02&until=2026-03-01", status=422)


async def test_what_differs_is_told_with_what_to_do(world: World) -> None:
    await a_shop(world)
    async with open_browser(world, "mei", language="zh") as browser:
        await browser.open("/console/reconcile")
        assert browser.words.count("账平") == 2
        async with world.office.begin() as work:
            await work.db.execute("update charges.charges set fee_fen = 0 where out_no = 'D00003'")
        await browser.open("/console/reconcile")
        assert "1 处差异" in browser.words
        assert "以总账为准" in browser.words
        async with world.office.begin() as work:
            await work.db.execute("update charges.charges set fee_fen = 30 where out_no = 'D00003'")
        await browser.open(f"/console/reconcile?on={world.now.astimezone(CHINA).date()}")
        assert "当日各方账目一致" in browser.words


async def test_the_trial_balance_is_for_operators(world: World) -> None:
    await a_shop(world)
    async with open_browser(world, "mei", language="zh") as browser:
        await browser.open("/console/trial-balance", status=404)
    PORTS.connect(key=SECRET_KEY, sender=world.sender, operators={phone_of("mei")})
    async with open_browser(world, "mei", language="zh") as browser:
        await browser.open("/console/trial-balance")
        assert "各币种借贷平衡" in browser.words
        assert "商户可用余额" in browser.words


async def test_cashiers_see_no_money(world: World) -> None:
    await a_shop(world)
    await world.staff("hao", Role.CASHIER)
    async with open_browser(world, "hao", language="zh") as browser:
        for path in ("charges", "funds", "bills", "reconcile", "bills/statement.pdf"):
            await browser.open(f"/console/{path}", status=403)
