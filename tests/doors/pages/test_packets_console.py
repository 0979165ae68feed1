"""A merchant's red packets in the console: filled from the purse, and what came of them."""

from __future__ import annotations

from banyan.parties.staff import Role
from tests.kit.pages import open_browser
from tests.kit.sales import buy, open_busy_shop
from tests.kit.world import World


async def test_a_merchant_sends_a_packet_and_sees_who_took_it(world: World) -> None:
    shop = await open_busy_shop(world, money_fen=100_000)
    await buy(world, "lin", shop, {shop.oolong: 5})
    async with open_browser(world, "mei") as mei, open_browser(world, "wu") as wu:
        await mei.open("/console/packets")
        assert "还没有发过红包" in mei.words
        await mei.open("/console/packets/new")
        form = {"split": "equal", "amount": "2", "count": "3", "wish": "新茶上市"}
        await mei.send("/console/packets", {"idempotency_key": mei.key, **form})
        home = mei.path
        assert "¥6" in mei.words
        link = mei.page.text.partition("/packets/rp_")[2].partition("<")[0]
        await wu.send(f"/packets/rp_{link}/grab")
        assert "¥2" in wu.words
        await mei.open(home)
        assert "¥4" in mei.words
        assert (await world.person("wu")).person_id
        await mei.open("/console/packets")
        assert "1 / 3" in mei.words
        await mei.open("/console/packets/new")
        form |= {"split": "lucky", "amount": "1", "count": "200"}
        await mei.send("/console/packets", {"idempotency_key": mei.key, **form}, status=422)
        assert "每份红包至少" in mei.words
        form |= {"amount": "100000", "count": "5000"}
        await mei.send("/console/packets", {"idempotency_key": mei.key, **form}, status=422)
        assert "商户余额不足" in mei.words
        form |= {"amount": "x", "count": "0"}
        await mei.send("/console/packets", {"idempotency_key": mei.key, **form}, status=422)
    await world.check()


async def test_cashiers_neither_see_nor_send_packets(world: World) -> None:
    await open_busy_shop(world)
    await world.staff("hao", Role.CASHIER)
    async with open_browser(world, "hao") as hao:
        await hao.open("/console/packets", status=403)
        await hao.send("/console/packets", {"amount": "1", "count": "1"}, status=403)
