"""Red packets on the phone: sent by a link, opened once, looked back at; with plain pages only."""

from __future__ import annotations

from datetime import timedelta

from banyan.books.actor import SYSTEM
from banyan.parties.people import PersonId
from banyan.pay.passwords import GivePassword, give_password
from banyan.pay.risk import Action, Measure
from banyan.reach.redpackets import LASTS, Split
from tests.kit.pages import Browser, open_browser
from tests.kit.redpackets import grab, look, send, send_to_one
from tests.kit.risk import hold, rule
from tests.kit.sales import fill_wallet, open_bank
from tests.kit.world import World


async def _send(browser: Browser, **fields: object) -> str:
    """Send one, and return the path of its link."""
    await browser.open("/packets/new")
    await browser.send("/packets/new", {"idempotency_key": browser.key, **fields})
    path = browser.path.partition("?")[0]
    assert path.startswith("/packets/rp")
    return path


async def test_who_sends_gets_a_link_and_who_opens_it_gets_a_share(world: World) -> None:
    await world.person("lin")
    await open_bank(world)
    await fill_wallet(world, "lin", 5_000)
    async with open_browser(world, "lin") as lin, open_browser(world, "wu") as wu:
        path = await _send(lin, kind="equal", amount="12.50", count="2", wish="新年快乐")
        assert "复制链接" in lin.words
        assert "还没有人领取" in lin.words
        assert f"{path}" in lin.page.text
        await wu.open(path)
        assert "新年快乐" in wu.words
        assert "打开红包" in wu.page.text
        await wu.send(f"{path}/grab")
        assert wu.path == f"{path}?opened=1"
        assert "¥12.50" in wu.words
        assert "已存入零钱" in wu.words
        await wu.send(f"{path}/grab")
        assert "¥12.50" in wu.words
        await wu.send(f"{path}/thanks", thanks="谢谢老板")
        assert "“谢谢老板”" in wu.words
        assert 'name="thanks"' not in wu.page.text
        await lin.open(f"{path}?list=1")
        assert "已领取 1/2 个，共 ¥12.50/¥25" in lin.words
        assert "“谢谢老板”" in lin.words
        await wu.open("/wallet")
        assert "红包" in wu.words
    await world.check()


async def test_who_comes_too_late_sees_who_came_before(world: World) -> None:
    packet = await send(world, "lin", 1_000, 2)
    await grab(world, "wu", packet)
    path = f"/packets/{packet.token}"
    async with open_browser(world, "chen", language="en") as chen:
        await chen.send("/language", {"language": "en"})
        assert "Open the red packet" in (await chen.open(path)).page.text
        await grab(world, "lin", packet)
        await chen.send(f"{path}/grab")
        assert chen.path == path
        assert "too late" in chen.words
        assert chen.words.count("Luckiest") == 1
        assert "2 shares, all taken in" in chen.words
    to_one = await send_to_one(world, "lin", 520)
    async with open_browser(world, "lin") as lin:
        await lin.send(f"/packets/{to_one.token}/grab")
        assert "不能领取自己发给别人的红包" in lin.words
        await world.advance(timedelta(hours=24))
        await lin.open(f"/packets/{to_one.token}")
        assert "已退回 ¥5.20" in lin.words
    taken = await send_to_one(world, "lin", 520)
    await grab(world, "wu", taken)
    async with open_browser(world, "chen", language="en") as chen:
        await chen.open(f"/packets/{taken.token}")
        assert "1 share, taken in" in chen.words
    assert (await look(world, "lin", to_one)).packet.refunded_fen == 520


async def test_a_form_that_is_wrong_says_where_and_sends_nothing(world: World) -> None:
    await world.person("lin")
    async with open_browser(world, "lin") as lin:
        await lin.open("/packets/new")
        mark = await world.mark()
        for fields, told in (
            ({"amount": "x", "count": "2"}, "请输入金额"),
            ({"amount": "0", "count": "2"}, "请输入金额"),
            ({"amount": "1", "count": "-1"}, "不能小于 1"),
            ({"amount": "1", "count": "101"}, "最多 100 份"),
            ({"amount": "0.01", "count": "2"}, "每份红包至少"),
            ({"amount": "500", "count": "2"}, "单份红包最多"),
            ({"amount": "200.01", "kind": "personal"}, "单份红包最多"),
            ({"amount": "10", "count": "2"}, "零钱不足"),
        ):
            form = {"idempotency_key": lin.key, **fields}
            await lin.send("/packets/new", form, status=422)
            assert told in lin.words, (fields, lin.words)
        assert await world.events(mark) == []


async def test_the_year_is_summed_up_on_both_sides(world: World) -> None:
    for _ in range(3):
        await grab(world, "wu", await send(world, "lin", 500, 1))
    async with open_browser(world, "wu") as wu:
        await wu.open("/packets")
        assert f"我的 {world.now.year} 年" in wu.words
        assert "¥15" in wu.words
        await wu.open(f"/packets?year={world.now.year - 1}")
        assert "还没有收到红包" in wu.words
        await wu.open("/packets?show=sent")
        assert "还没有发出红包" in wu.words
    async with open_browser(world, "lin") as lin:
        await lin.open("/packets?show=sent&cursor=%20")
        assert lin.page.status_code in {200, 422}
        await lin.open("/packets?show=sent")
        assert lin.words.count("已领完") == 3


async def test_what_went_back_is_told_beside_what_was_sent(world: World) -> None:
    packet = await send(world, "lin", 1_000, 2, Split.EQUAL)
    await grab(world, "wu", packet)
    await world.advance(LASTS)
    async with open_browser(world, "lin") as lin:
        await lin.open("/packets?show=sent")
        assert "已领取 1/2 个 · 已退回 ¥5" in lin.words


async def test_a_dear_packet_is_sent_once_with_the_pay_password(world: World) -> None:
    lin_actor = await world.person("lin")
    await hold(world, rule(Measure.AMOUNT, 1_000, Action.STEP_UP))
    await open_bank(world)
    await fill_wallet(world, "lin", 5_000)
    given = GivePassword(person_id=PersonId(lin_actor.person_id), password="258036")
    async with open_browser(world, "lin") as lin:
        await lin.open("/packets/new")
        form = {"idempotency_key": lin.key, "kind": "equal", "amount": "5", "count": "4"}
        await lin.send("/packets/new", form, status=422)
        assert "你还没有设置" in lin.words
        await lin.send("/packets/new", form, count="11", status=422)
        assert "零钱不足" in lin.words
        assert "你还没有设置" not in lin.words
        await world.office.run(give_password, given, SYSTEM)
        await lin.send("/packets/new", form, status=422)
        assert "¥20.00" in lin.words
        wrong = {**form, "idempotency_key": lin.key, "pay_password": "111111"}
        await lin.send("/packets/new", wrong, status=422)
        assert "还可以输入 4 次" in lin.words
        right = {**form, "idempotency_key": lin.key, "pay_password": "258036"}
        await lin.send("/packets/new", right)
        assert lin.path.startswith("/packets/rp_")
        # Sent again, as by a second tap, it is the same packet.
        await lin.send("/packets/new", right)
        assert lin.words.count("已领取 0/4 个") == 1
        await lin.open("/wallet")
        assert "¥30" in lin.words
    await world.check()
