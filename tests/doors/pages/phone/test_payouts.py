"""Somebody sends money from the wallet to their bank, on the phone."""

from banyan.books.actor import SYSTEM
from banyan.parties.people import PersonId
from banyan.pay.passwords import GivePassword, give_password
from banyan.pay.risk import Action, Measure
from tests.kit.pages import open_browser
from tests.kit.payouts import CARD, UNKNOWN_CARD, open_teller
from tests.kit.risk import hold, rule
from tests.kit.sales import fill_wallet
from tests.kit.world import World


async def test_money_goes_to_the_bank_and_shows_in_the_wallet(world: World) -> None:
    async with open_browser(world, "lin", language="zh") as browser:
        await fill_wallet(world, "lin", 5_000)
        await browser.open("/wallet/withdraw")
        assert "虚拟资金" in browser.words
        await browser.send("/wallet/bank-account", name="Lin", number=f" {CARD[:4]} {CARD[4:]}")
        assert "尾号 7890" in browser.words
        key = browser.key
        for _ in range(2):
            await browser.send("/wallet/withdraw", amount="12.50", idempotency_key=key)
        assert browser.words.count("处理中") == 1
        assert "¥37.50" in browser.words
        await open_teller(world).run_waiting()
        await browser.open("/wallet/withdraw")
        assert "已到账" in browser.words
        await browser.open("/wallet")
        assert "-¥12.50" in browser.words.replace("−", "-")


async def test_what_cannot_be_sent_is_said_beside_the_field(world: World) -> None:
    async with open_browser(world, "lin", language="zh") as browser:
        await fill_wallet(world, "lin", 500)
        await browser.open("/wallet/withdraw")
        await browser.send("/wallet/bank-account", name="Lin", number="12", status=422)
        await browser.send("/wallet/bank-account", name="Lin", number=UNKNOWN_CARD)
        for amount in ("", "0", "x"):
            await browser.send("/wallet/withdraw", amount=amount, status=422)
            assert "请输入金额" in browser.words, amount
        await browser.send("/wallet/withdraw", amount="5.01", status=422)
        await browser.send("/wallet/withdraw", amount="5")
        await open_teller(world).run_waiting()
        await browser.open("/wallet/withdraw")
        assert "银行退回" in browser.words
        assert "¥5.00" in browser.words


async def test_a_dear_payout_is_sent_once_with_the_pay_password(world: World) -> None:
    lin = await world.person("lin")
    await hold(world, rule(Measure.AMOUNT, 1_000, Action.STEP_UP))
    given = GivePassword(person_id=PersonId(lin.person_id), password="258036")
    async with open_browser(world, "lin", language="zh") as browser:
        await fill_wallet(world, "lin", 5_000)
        await browser.open("/wallet/withdraw")
        await browser.send("/wallet/bank-account", name="Lin", number=CARD)
        form = {"idempotency_key": browser.key, "amount": "12.50"}
        await browser.send("/wallet/withdraw", form, status=422)
        assert "你还没有设置" in browser.words
        await browser.send("/wallet/withdraw", form, amount="50.01", status=422)
        assert "钱包余额不足" in browser.words
        assert "你还没有设置" not in browser.words
        await world.office.run(give_password, given, SYSTEM)
        await browser.send("/wallet/withdraw", form, amount="０012.5", status=422)
        assert "¥12.50" in browser.words
        form["idempotency_key"] = browser.key
        await browser.send("/wallet/withdraw", form, status=422)
        wrong = {**form, "idempotency_key": browser.key, "pay_password": "111111"}
        await browser.send("/wallet/withdraw", wrong, status=422)
        assert "还可以输入 4 次" in browser.words
        right = {**form, "idempotency_key": browser.key, "pay_password": "258036"}
        for _ in range(2):
            await browser.send("/wallet/withdraw", right)
            assert browser.words.count("处理中") == 1
        assert "¥37.50" in browser.words
    await world.check()
