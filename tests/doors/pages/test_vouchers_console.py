"""Vouchers on the console and the phone: written, started, held, used, stopped."""

from __future__ import annotations

from banyan.doors.pages.shell.format import read_zone
from banyan.parties.staff import Role
from tests.kit.charges import ask, open_till, pay_asked
from tests.kit.pages import open_browser
from tests.kit.vouchers import add_stock, fill_purse, read_purse, send
from tests.kit.world import World


async def test_a_merchant_writes_vouchers_starts_and_stops_them(world: World) -> None:
    await open_till(world, "lin")
    await fill_purse(world, 3_000)
    today = world.now.astimezone(read_zone("Asia/Shanghai")).date().isoformat()
    async with open_browser(world, "mei") as mei:
        await mei.open("/console/vouchers")
        assert "还没有代金券" in mei.words
        await mei.open("/console/vouchers/new")
        form = {
            "name": "满十减二",
            "amount": "2",
            "minimum": "10",
            "max_count": "10",
            "max_by_person": "2",
            "funding": "cash",
            "begins_on": today,
            "ends_on": "2020-01-01",
        }
        await mei.send("/console/vouchers", {"idempotency_key": mei.key, **form}, status=422)
        assert "结束时间必须晚于开始时间" in mei.words
        form["ends_on"] = today
        for minimum in ("1", "2", "2.00"):
            worthless = {**form, "minimum": minimum}
            await mei.send(
                "/console/vouchers", {"idempotency_key": mei.key, **worthless}, status=422
            )
            assert "须大于优惠金额" in mei.words
        await mei.send("/console/vouchers", {"idempotency_key": mei.key, **form})
        home = mei.path
        assert "未激活" in mei.words
        assert "最后一天" not in mei.words, "it ends as the next day begins"
        assert "结束时间" in mei.words
        await mei.send(home, {"idempotency_key": f"{mei.key}-start", "to": "start"})
        assert "¥20" in mei.words
        assert await read_purse(world) == 1_000
        await mei.send(home, {"idempotency_key": f"{mei.key}-pause", "to": "pause"})
        assert "恢复发放" in mei.words
        await mei.send(home, {"idempotency_key": f"{mei.key}-stop", "to": "stop"})
        assert "已停止" in mei.words
        assert await read_purse(world) == 3_000
        await mei.open("/console/vouchers")
        assert "0 / 10" in mei.words
        await mei.open("/console/bills")
        assert "兑换券" not in mei.words
    await world.check()


async def test_a_person_sees_what_they_hold_and_what_they_used(world: World) -> None:
    await open_till(world, "lin")
    stock = await add_stock(world, is_cash=False)
    await send(world, stock, "lin", "r1")
    async with open_browser(world, "lin") as lin:
        await lin.open("/vouchers")
        assert "满十减二" in lin.words
        assert "¥2" in lin.words
        await pay_asked(world, "lin", await ask(world, "no1", 1_000))
        await lin.open("/vouchers")
        assert "没有代金券" in lin.words
        await lin.open("/vouchers?show=used")
        assert "满十减二" in lin.words
    async with open_browser(world, "mei") as mei:
        await mei.open(f"/console/vouchers/{stock.stock_id:d}")
        assert "免充值" in mei.words


async def test_cashiers_see_no_vouchers(world: World) -> None:
    await open_till(world, "lin")
    await world.staff("hao", Role.CASHIER)
    async with open_browser(world, "hao") as hao:
        await hao.open("/console/vouchers/new", status=403)
        await hao.send("/console/vouchers", {"name": "x"}, status=403)
