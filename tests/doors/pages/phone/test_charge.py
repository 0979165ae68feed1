"""The cashier: what programs ask for is seen, chosen, confirmed and paid on the phone."""

from __future__ import annotations

import re

import pytest

from banyan.parties.people import PersonId
from banyan.pay.afterpay import ChangeAfterPage, change_after_page
from banyan.pay.charges import (
    Asked,
    ChargeState,
    CombinedAsk,
    CreateCharges,
    Facts,
    Protocol,
    TakeCharge,
    Way,
    create_charges,
    take_charge,
)
from banyan.pay.payees import BindPayee, OpenPayee, ReadPayee, bind_payee, open_payee, read_payee
from tests.kit.charges import ask, build_ask, charge_of, open_till
from tests.kit.pages import open_browser
from tests.kit.sales import balance
from tests.kit.vouchers import add_stock, fill_purse, send
from tests.kit.world import World


async def test_a_link_leads_to_the_cashier_and_back(world: World) -> None:
    await open_till(world, "lin", "wu")
    asked = await ask(world, "T1", 1_999, way=Way.H5)
    async with open_browser(world) as stranger:
        await stranger.open(f"/pay/{asked.token}")
        assert stranger.path.startswith("/sign-in")
    async with open_browser(world, "lin") as lin:
        await lin.open(f"/pay/h5?token={asked.token}&redirect_url=https%3A%2F%2Ftea.example%2Fok")
        assert lin.path == f"/pay/{asked.token}?back=https%3A%2F%2Ftea.example%2Fok"
        assert "19.99" in lin.words
        assert "榕树茶馆" in lin.words
        await lin.send(
            f"/pay/{asked.token}?back=https%3A%2F%2Ftea.example%2Fok",
            idempotency_key=lin.key,
            expected_total_fen=1_999,
        )
        assert "已支付" in lin.words or "支付成功" in lin.words
        await lin.open(f"/pay/{asked.token}/back?back=https%3A%2F%2Ftea.example%2Fok")
        assert "tea.example" in lin.words
        await lin.open(f"/pay/{asked.token}/back?back=javascript:alert(1)")
        assert lin.path == f"/pay/{asked.token}"
    async with open_browser(world, "wu") as wu:
        await wu.open(f"/pay/{asked.token}", status=404)
    assert await balance(world, "lin") == 100_000 - 1_999


async def test_a_price_that_was_not_shown_is_not_paid(world: World) -> None:
    await open_till(world, "lin", money_fen=1_000)
    asked = await ask(world, "T1", 900)
    async with open_browser(world, "lin") as lin:
        await lin.open(f"/pay/{asked.token}")
        path = f"/pay/{asked.token}"
        await lin.send(path, idempotency_key=lin.key, expected_total_fen=1, status=422)
        await lin.send(path, idempotency_key="b", voucher_id="99", status=422)
    assert await balance(world, "lin") == 1_000
    dear = await ask(world, "T2", 1_500)
    async with open_browser(world, "lin") as lin:
        await lin.open(f"/pay/{dear.token}")
        assert "5.00" in lin.words
        await lin.send(f"/pay/{dear.token}/top-up", idempotency_key="t", amount="5")
        await lin.send(f"/pay/{dear.token}", idempotency_key="p", expected_total_fen=1_500)
    assert await balance(world, "lin") == 0
    assert (await charge_of(world, "T2")).is_paid


async def test_vouchers_that_fit_are_offered_and_the_best_is_chosen(world: World) -> None:
    await open_till(world, "lin", money_fen=5_000)
    await fill_purse(world, 20_000)
    for amount_fen in (100, 200):
        stock = await add_stock(
            world, name=f"减{amount_fen}", amount_fen=amount_fen, request_no=f"s{amount_fen}"
        )
        await send(world, stock, "lin", f"v{amount_fen}")
    asked = await ask(world, "T1", 1_500)
    path = f"/pay/{asked.token}"
    async with open_browser(world, "lin") as lin:
        await lin.open(path)
        assert lin.words.index("减200") < lin.words.index("减100") < lin.words.index("不使用")
        assert "¥13.00" in lin.words
        await lin.open(f"{path}?voucher=0")
        assert "¥13.00" not in lin.words
        await lin.open(path)
        await lin.send(path, idempotency_key=lin.key, expected_total_fen=1_500)
    assert await balance(world, "lin") == 5_000 - 1_300


def _shown(page: str) -> dict[str, str]:
    """What the form of the cashier brings."""
    names = ("idempotency_key", "expected_total_fen", "expected_payer_fen", "voucher_id")
    fields = {name: re.search(rf'name="{name}" value="([^"]*)"', page) for name in names}
    return {name: found[1] for name, found in fields.items() if found}


async def test_no_more_is_paid_than_was_shown(world: World) -> None:
    await open_till(world, "lin", money_fen=5_000)
    stock = await add_stock(world, is_cash=False)
    await send(world, stock, "lin", "v1")
    first, second = await ask(world, "T1", 1_500), await ask(world, "T2", 1_600)
    async with open_browser(world, "lin") as lin:
        await lin.open(f"/pay/{first.token}")
        form = _shown(lin.page.text)
        await lin.open(f"/pay/{second.token}")
        assert "¥14.00" in lin.words
        other = _shown(lin.page.text)
        assert other["expected_payer_fen"] == "1400"
        await lin.send(f"/pay/{first.token}", form)
        assert await balance(world, "lin") == 5_000 - 1_300
        await lin.send(f"/pay/{second.token}", other, status=422)
        assert "优惠券有变" in lin.words
        assert "¥16.00" in lin.words
        assert await balance(world, "lin") == 5_000 - 1_300
        await lin.send(f"/pay/{second.token}", _shown(lin.page.text))
    assert await balance(world, "lin") == 5_000 - 1_300 - 1_600


async def test_a_chosen_voucher_that_is_gone_gives_way_with_a_word(world: World) -> None:
    await open_till(world, "lin", money_fen=5_000)
    voucher = await send(world, await add_stock(world, is_cash=False), "lin", "v1")
    first, second = await ask(world, "T1", 1_500), await ask(world, "T2", 1_600)
    path = f"/pay/{second.token}"
    async with open_browser(world, "lin") as lin:
        await lin.open(f"{path}?voucher={voucher.voucher_id:d}")
        form = _shown(lin.page.text)
        assert form["voucher_id"] == f"{voucher.voucher_id:d}"
        await lin.open(f"/pay/{first.token}")
        await lin.send(f"/pay/{first.token}", _shown(lin.page.text))
        await lin.send(path, form, status=422)
        assert "¥16.00" in lin.words
        assert await balance(world, "lin") == 5_000 - 1_300
        await lin.open(f"{path}?voucher=0")
        await lin.send(path, _shown(lin.page.text))
    assert await balance(world, "lin") == 5_000 - 1_300 - 1_600


async def test_one_voucher_is_shown_once_for_what_is_paid_together(world: World) -> None:
    await open_till(world, "lin", money_fen=5_000)
    await send(world, await add_stock(world, is_cash=False), "lin", "v1")
    command = CreateCharges(
        merchant_id=world.merchant_id,
        protocol=Protocol.WECHAT,
        way=Way.H5,
        asks=[build_ask(world, "C1", 1_000), build_ask(world, "C2", 1_500)],
        combined=CombinedAsk(out_no="C"),
    )
    asked: Asked = await world.office.run(create_charges, command, world.owner)
    async with open_browser(world, "lin") as lin:
        await lin.open(f"/pay/{asked.token}")
        assert "¥23.00" in lin.words
        assert lin.words.count("满十减二") == 1
        await lin.send(f"/pay/{asked.token}", _shown(lin.page.text))
    assert await balance(world, "lin") == 5_000 - 2_300


async def test_several_shops_are_paid_at_once(world: World) -> None:
    await open_till(world, "lin")
    other_id = await world.merchant("二楼书店", owner="hao")
    hao = world.as_person("hao")
    await world.office.run(open_payee, OpenPayee(merchant_id=other_id), hao)
    own = ReadPayee(merchant_id=world.merchant_id)
    mchid = (await world.office.run(read_payee, own, world.owner)).payee.mchid
    bond = BindPayee(merchant_id=other_id, provider_mchid=mchid)
    await world.office.run(bind_payee, bond, hao)
    command = CreateCharges(
        merchant_id=world.merchant_id,
        protocol=Protocol.WECHAT,
        way=Way.H5,
        asks=[
            build_ask(world, "C1", 600),
            build_ask(world, "C2", 400, payee_id=other_id, facts=Facts(description="书")),
        ],
        combined=CombinedAsk(out_no="C"),
    )
    asked: Asked = await world.office.run(create_charges, command, world.owner)
    async with open_browser(world, "lin") as lin:
        await lin.open(f"/pay/{asked.token}")
        assert "二楼书店" in lin.words
        assert "10.00" in lin.words
        await lin.send(f"/pay/{asked.token}", idempotency_key=lin.key)
        assert "6.00" in lin.words
    assert await balance(world, "lin") == 99_000


@pytest.mark.parametrize("says", ["yes", "no"])
async def test_a_till_waits_for_the_person(world: World, says: str) -> None:
    await open_till(world, "lin")
    command = TakeCharge(
        merchant_id=world.merchant_id,
        protocol=Protocol.WECHAT,
        way=Way.CODE,
        asks=[build_ask(world, "T1", 500)],
        shown_at=world.now,
        payer_id=PersonId(world.as_person("lin").person_id),
        needs_password=True,
    )
    charge = await world.office.run(take_charge, command, world.owner)
    async with open_browser(world, "lin") as lin:
        await lin.open(f"/pay/{charge.token}")
        if says == "no":
            await lin.send(f"/pay/{charge.token}/decline")
            assert (await charge_of(world, "T1")).state is ChargeState.FAILED
            await lin.open(f"/pay/{charge.token}")
            assert "无法支付" in lin.words
        else:
            await lin.send(f"/pay/{charge.token}", idempotency_key=lin.key, status=422)
            assert "/me/pay-password" in lin.page.text
            assert (await charge_of(world, "T1")).state is ChargeState.PAYING


async def test_what_a_code_says_is_read_in_the_app(world: World) -> None:
    await open_till(world, "lin")
    asked = await ask(world, "T1", 500)
    async with open_browser(world, "lin") as lin:
        await lin.send("/scan", text=f"weixin://wxpay/bizpayurl?pr={asked.token}")
        assert lin.path == f"/pay/{asked.token}"
        await lin.send("/scan", text="weixin://wxpay/bizpayurl?pr=abc", status=422)
        await lin.open("/pay/ABC", status=404)
        await lin.open("/pay/ABCDEFGH23456789ABCD", status=404)


async def test_the_result_leads_to_the_receipt_and_to_a_complaint(world: World) -> None:
    await open_till(world, "lin")
    asked = await ask(world, "T 1", 500)
    page = {"merchant_id": world.merchant_id, "receipt_url": "https://tea.example/r?x=1"}
    opening = ChangeAfterPage(**page, is_open=True, has_receipt=True)  # type: ignore[arg-type]
    await world.office.run(change_after_page, opening, world.owner)
    async with open_browser(world, "lin") as lin:
        await lin.open(f"/pay/{asked.token}")
        assert "商家小票" not in lin.words
        await lin.send(f"/pay/{asked.token}", idempotency_key=lin.key)
        assert 'href="https://tea.example/r?x=1&amp;out_trade_no=T+1"' in lin.page.text
        complain = f"/complaints/new/{world.merchant_id:d}/"
        charge_id = (await charge_of(world, "T 1")).charge_id
        assert f"{complain}{charge_id:d}" in lin.page.text
        await lin.open(f"{complain}{charge_id:d}")
        # The bill and the wallet lead back to it.
        for place in ("/wallet", "/wallet/bill"):
            await lin.open(place)
            assert f'href="/pay/{asked.token}"' in lin.page.text
