"""Cash desks in the console: made, printed, watched, switched; what was taken is given back."""

from __future__ import annotations

from banyan.commerce.desks import PayDeskOutside, RefundTaking, pay_desk_outside, refund_taking
from banyan.commerce.stores import StoreId
from banyan.parties.staff import Role
from banyan.pay.gateways import GatewayKind, Way
from tests.kit.commerce_shop import add_store
from tests.kit.desks import open_desk, pay_at_desk, say_amount
from tests.kit.gateways import hear, open_gateway, paid
from tests.kit.pages import open_browser
from tests.kit.sales import balance
from tests.kit.world import World

HOME = "/console/cash-desks"


async def test_a_desk_is_made_and_its_poster_printed(world: World) -> None:
    await world.merchant()
    store_id: StoreId = await add_store(world)
    async with open_browser(world, "mei") as mei:
        await mei.open(HOME)
        assert "还没有收款码" in mei.words
        await mei.send(HOME, idempotency_key=mei.key, name="", store_id=int(store_id), status=422)
        await mei.open(HOME)
        form = {"idempotency_key": mei.key, "name": "1 号收银台", "store_id": int(store_id)}
        await mei.send(HOME, form)
        assert mei.path.startswith(f"{HOME}/")
        assert "1 号收银台" in mei.words
        assert "这一天没有收款" in mei.words
        poster = mei.page.text.split('href="/console/places/codes/')[1].split("?")[0]
        await mei.open(f"/console/places/codes/{poster}/poster/svg?layout=a6&show=1")
        assert "image/svg" in mei.page.headers["content-type"]
        for kind in ("pdf", "png"):
            await mei.open(f"/console/places/codes/{poster}/poster/{kind}?layout=a6")


async def test_takings_show_up_with_the_days_total_and_are_given_back(world: World) -> None:
    desk = await open_desk(world, "lin")
    path = f"{HOME}/{desk.place_id:d}"
    charge = await pay_at_desk(world, "lin", desk, 1_280, "3 号桌")
    await pay_at_desk(world, "lin", desk, 2_000)
    await world.settle()
    async with open_browser(world, "mei") as mei:
        await mei.open(path, headers={"hx-request": "true"})
        assert "<html" not in mei.page.text
        for words in ("¥32.80", "3 号桌", "¥12.80", "¥20.00"):
            assert words in mei.words
        await mei.open(f"{path}?day=2020-01-01")
        assert "这一天没有收款" in mei.words
        await mei.open(f"/console/charges/{charge.charge_id:d}")
        assert "3 号桌" in mei.words
        refund = f"/console/charges/{charge.charge_id:d}/refund"
        await mei.send(refund, idempotency_key=mei.key, amount="2.80", reason="少了一杯")
        await world.settle()
        await mei.open(path)
        assert "¥30.00" in mei.words
        await mei.open(HOME)
        assert "¥32.80" in mei.words
    assert await balance(world, "lin") == 100_000 - 3_000
    await world.check()


async def test_a_desk_is_switched_off_and_on_by_those_who_may(world: World) -> None:
    desk = await open_desk(world, "hao")
    await world.staff("hao", Role.CASHIER)
    path = f"{HOME}/{desk.place_id:d}"
    async with open_browser(world, "hao") as hao:
        await hao.open(path)
        assert "停用" not in hao.words
        await hao.send(f"{path}/activity", is_active="no", status=403)
    async with open_browser(world, "mei") as mei:
        await mei.send(f"{path}/activity", is_active="no")
        assert "已停用" in mei.words
        await mei.send(f"{path}/activity", is_active="yes")
        assert "已停用" not in mei.words
        await mei.open(f"{HOME}/1", status=404)


async def test_what_came_through_a_provider_is_not_called_closed(world: World) -> None:
    desk = await open_desk(world, "lin")
    await open_gateway(world)
    charge = await say_amount(world, "lin", desk, 2_850)
    await say_amount(world, "lin", desk, 700)
    begun = PayDeskOutside(token=charge.token, kind=GatewayKind.WECHATPAY, way=Way.CODE)
    attempt = await world.office.run(pay_desk_outside, begun, world.as_person("lin"))
    await hear(world, attempt, paid(attempt))
    async with open_browser(world, "mei", language="zh") as mei:
        await mei.open("/console/charges")
        assert "通过支付平台支付" in mei.words
        assert mei.words.count("通过支付平台支付") == 1
        await mei.open(f"/console/charges/{charge.charge_id:d}")
        assert "通过支付平台支付" in mei.words
        assert f"/console/provider-payments/{attempt.attempt_id:d}" in mei.page.text
        giving = RefundTaking(
            merchant_id=world.merchant_id, charge_id=charge.charge_id, amount_fen=2_850
        )
        await world.office.run(refund_taking, giving, world.owner)
        await mei.open("/console/charges")
        assert "通过支付平台支付" not in mei.words
        assert "已退款" in mei.words
