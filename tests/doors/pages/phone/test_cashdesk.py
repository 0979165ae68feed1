"""A cash desk's code on the phone: scan, say how much, pay, see the result."""

from __future__ import annotations

import pytest

from banyan.commerce.desks import DESK_MAX_FEN
from banyan.commerce.places import SwitchCode, switch_code
from banyan.parties.staff import Role
from tests.kit.desks import open_desk, sum_of
from tests.kit.pages import open_browser
from tests.kit.sales import balance
from tests.kit.world import World


async def test_a_scan_leads_to_the_amount_and_that_to_the_cashier(world: World) -> None:
    desk = await open_desk(world, "lin")
    token = desk.codes[0].token
    async with open_browser(world, "lin") as lin:
        mark = await world.mark()
        await lin.open(f"/c/{token}")
        assert lin.path == f"/desk/{token}"
        assert await world.events(mark) == ["places.touched"]
        for words in ("榕树茶馆", "1 号收银台", "付款金额"):
            assert words in lin.words
        form = {"idempotency_key": lin.key, "amount": "12.80", "remark": "3 号桌"}
        await lin.send(lin.path, form)
        cashier = lin.path
        assert cashier.startswith("/pay/")
        assert "12.80" in lin.words
        await lin.send(cashier, idempotency_key=lin.key, expected_total_fen=1_280)
        assert "已支付" in lin.words or "支付成功" in lin.words
        # The form again, as after a lost answer, and the cashier again: still one payment.
        await lin.send(f"/desk/{token}", form)
        assert lin.path == cashier
        await lin.send(cashier, idempotency_key="another", expected_total_fen=1_280)
        assert await balance(world, "lin") == 100_000 - 1_280
        assert (await sum_of(world, desk)).total_fen == 1_280
        await lin.open(f"/desk/{token}")
        assert "已在这里支付 ¥12.80" in lin.words


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "请输入金额"),
        ("0", "请输入付款金额"),
        ("-5", "请输入金额"),
        ("1.005", "请输入金额"),
        ("1e3", "请输入金额"),
        ("十块", "请输入金额"),
        ("50000.01", "一次最多 ¥50,000.00"),
    ],
)
async def test_bad_amounts_are_explained_beside_the_field(
    world: World, typed: str, says: str
) -> None:
    desk = await open_desk(world, "lin")
    path = f"/desk/{desk.codes[0].token}"
    async with open_browser(world, "lin") as lin:
        await lin.open(path)
        await lin.send(path, idempotency_key=lin.key, amount=typed, status=422)
        assert says in lin.words
        if typed:
            assert f'value="{typed}"' in lin.page.text
    assert DESK_MAX_FEN == 5_000_000


async def test_strangers_see_the_shop_and_sign_in_on_the_spot(world: World) -> None:
    desk = await open_desk(world)
    path = f"/desk/{desk.codes[0].token}"
    async with open_browser(world) as stranger:
        await stranger.open(f"/c/{desk.codes[0].token}")
        assert stranger.path == path
        assert "榕树茶馆" in stranger.words
        assert "登录后付款" in stranger.words
        assert f'name="next" value="{path}"' in stranger.page.text
        await stranger.send(path, amount="5")
        assert stranger.path.startswith("/sign-in?next=")


async def test_codes_that_lead_nowhere_take_nothing(world: World) -> None:
    desk = await open_desk(world, "lin")
    path = f"/desk/{desk.codes[0].token}"
    async with open_browser(world, "lin") as lin:
        await lin.open(path)
        key = lin.key
        code_id = desk.codes[0].code_id
        off = SwitchCode(merchant_id=world.merchant_id, code_id=code_id, is_active=False)
        await world.office.run(switch_code, off, world.owner)
        await lin.send(path, idempotency_key=key, amount="5", status=409)
        for gone in (path, "/desk/ZZZZZZZZZZZZ", "/desk/x"):
            await lin.open(gone)
            assert lin.path == "/scan"
            assert "字段" not in lin.words, gone
    assert await balance(world, "lin") == 100_000


async def test_staff_find_the_way_to_what_the_desk_took(world: World) -> None:
    desk = await open_desk(world, "hao")
    await world.staff("hao", Role.CASHIER)
    async with open_browser(world, "hao") as hao:
        await hao.open(f"/desk/{desk.codes[0].token}")
        assert f"/console/cash-desks/{desk.place_id:d}" in hao.page.text
