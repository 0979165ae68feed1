"""Staff scan a payment code for an order, at the till and in the console; the phone confirms."""

from __future__ import annotations

import pytest

from banyan.books.actor import SYSTEM
from banyan.parties.people import PersonId
from banyan.pay.passwords import GivePassword, give_password
from banyan.pay.risk import Action, Measure
from tests.commerce.orders.test_take_by_code import PASSWORD, code_of, open_shop
from tests.kit.pages import open_browser
from tests.kit.risk import hold, rule
from tests.kit.sales import balance, take
from tests.kit.world import World


@pytest.mark.parametrize("where", ["console", "till"])
async def test_a_scanned_code_pays_the_order(world: World, where: str) -> None:
    shop = await open_shop(world)
    order = await take(world, "hao", shop, {shop.oolong: 1})
    path = f"/{where}/orders/{order.order_id:d}"
    code = await code_of(world, "lin")
    spaced = " ".join(code[at : at + 4] for at in range(0, 18, 4))
    async with open_browser(world, "hao") as hao:
        await hao.open(path)
        assert "付款码" in hao.page.text
        wrong = 422 if where == "console" else 200
        for bad in ("123", "", "9" * 18):
            await hao.send(f"{path}/code", idempotency_key="k" * 9, code=bad, status=wrong)
            assert "18 位" in hao.words
        form = {"idempotency_key": "j" * 9, "code": spaced, "expected_total_fen": 1_800}
        await hao.send(f"{path}/code", form)
        assert "已支付" in hao.words
        assert 'name="code"' not in hao.page.text
        await hao.send(f"{path}/code", form, status=wrong)
    assert await balance(world, "lin") == 100_000 - 1_800


@pytest.mark.parametrize("says", ["yes", "no"])
async def test_the_phone_is_asked_and_confirms_or_declines(world: World, says: str) -> None:
    shop = await open_shop(world)
    await hold(world, rule(Measure.AMOUNT, 1_000, Action.STEP_UP))
    person_id = PersonId(world.as_person("lin").person_id)
    given = GivePassword(person_id=person_id, password=PASSWORD)
    await world.office.run(give_password, given, SYSTEM)
    order = await take(world, "hao", shop, {shop.oolong: 1})
    path = f"/console/orders/{order.order_id:d}"
    async with open_browser(world, "hao") as hao:
        await hao.open(path)
        form = {"idempotency_key": hao.key, "code": await code_of(world, "lin")}
        await hao.send(f"{path}/code", form)
        assert "请顾客在手机上输入支付密码" in hao.words
    async with open_browser(world, "lin") as lin:
        await lin.send("/pay-code/seed")
        await lin.send("/pay-code/news")
        assert '"is_waiting":true' in lin.page.text
        assert f'"charge":"{order.order_id:d}"' in lin.page.text
        await lin.open("/pay-code/asked")
        assert "¥18.00" in lin.words
        confirm = "/pay-code/asked/confirm"
        if says == "yes":
            shown = {"number": f"{order.order_id:d}", "due_fen": "1800"}
            for name, value in shown.items():
                assert f'name="{name}" value="{value}"' in lin.page.text
            for other in ({"number": "7"}, {"due_fen": "1"}):
                form = {**shown, **other, "idempotency_key": lin.key, "pay_password": PASSWORD}
                await lin.send(confirm, form)
                assert "收银台现在请求的是另一笔" in lin.words
                assert await balance(world, "lin") == 100_000
            await lin.send(confirm, shown, idempotency_key=lin.key, status=422)
            form = {"idempotency_key": lin.key, "pay_password": "111111"}
            await lin.send(confirm, shown | form, status=422)
            form = {"idempotency_key": lin.key, "pay_password": PASSWORD}
            await lin.send(confirm, shown | form)
            assert lin.path == "/pay-code/asked"
            assert f"/orders/{order.order_id:d}" in lin.page.text
        else:
            await lin.send("/pay-code/asked/decline", idempotency_key="n" * 9)
            assert lin.path == "/pay-code"
            await lin.send("/pay-code/news")
            assert '"charge":"0"' in lin.page.text
    left = 100_000 - (1_800 if says == "yes" else 0)
    assert await balance(world, "lin") == left
    await world.check()
