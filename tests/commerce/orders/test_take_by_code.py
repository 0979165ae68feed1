"""A till takes an order's price by the payment code that somebody shows: once, from them alone."""

import asyncio

import msgspec
import pytest

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.books.actor import SYSTEM
from banyan.commerce.orders import (
    DeclineOrder,
    Order,
    OrderState,
    PayOrder,
    ReadAsked,
    TakeByCode,
    TakenByCode,
    decline_order,
    pay_orders,
    read_asked,
    take_by_code,
)
from banyan.commerce.stores import StoreId
from banyan.parties.merchants import MerchantId
from banyan.parties.people import PersonId
from banyan.parties.staff import Role
from banyan.pay.collect import PaymentMethod
from banyan.pay.passwords import GivePassword, ProvePassword, give_password, prove_password
from banyan.pay.paycodes import GiveCode, give_code
from banyan.pay.risk import Action, Measure
from tests.kit.commerce_shop import TeaShop, add_store
from tests.kit.parties import phone_of
from tests.kit.risk import hold, rule
from tests.kit.sales import (
    balance,
    fill_wallet,
    join,
    money_of,
    open_busy_shop,
    points_held,
    receipt,
    take,
    take_money,
)
from tests.kit.world import World

PASSWORD = "258036"


async def open_shop(world: World) -> TeaShop:
    """The tea shop with hao at the till; lin and wu have money."""
    shop = await open_busy_shop(world)
    await world.staff("hao", Role.CASHIER)
    await world.person("wu")
    await fill_wallet(world, "wu", 100_000)
    return shop


async def code_of(world: World, name: str) -> str:
    """A payment code of somebody's."""
    giving = GiveCode(person_id=PersonId(world.as_person(name).person_id))
    return (await world.office.run(give_code, giving, SYSTEM)).code


async def scan(world: World, order: Order, code: str, clerk: str = "hao") -> TakenByCode:
    """Have a clerk scan a code for an order."""
    command = TakeByCode(
        merchant_id=world.merchant_id,
        order_id=order.order_id,
        code=code,
        expected_total_fen=order.total_fen,
    )
    return await world.office.run(take_by_code, command, world.as_person(clerk))


async def test_an_order_of_nobody_is_paid_by_whoever_shows_a_code(world: World) -> None:
    shop = await open_shop(world)
    order = await take(world, "hao", shop, {shop.oolong: 1})
    taken = await scan(world, order, await code_of(world, "lin"))
    assert (taken.order.state, taken.must_confirm) == (OrderState.PAID, False)
    assert await balance(world, "lin") == 100_000 - 1_800
    assert await money_of(world, shop.merchant_id) == (1_800, 0)
    found = await receipt(world, "lin", order)
    assert found.payment is not None
    assert found.payment.method is PaymentMethod.WALLET
    await world.settle()
    await world.check()


async def test_a_members_order_takes_their_code_and_no_others(world: World) -> None:
    shop = await open_shop(world)
    member_id = await join(world, "lin", shop)
    order = await take(world, "hao", shop, {shop.oolong: 1}, phone=phone_of("lin"))
    with pytest.raises(Refusal, match=r"orders\.for_another"):
        await scan(world, order, await code_of(world, "wu"))
    await scan(world, order, await code_of(world, "lin"))
    assert await points_held(world, shop, member_id) == 18
    assert await balance(world, "wu") == 100_000
    await world.check()


async def test_rivals_with_two_codes_and_twice_one_pay_once(world: World) -> None:
    shop = await open_shop(world)
    order = await take(world, "hao", shop, {shop.oolong: 1})
    lins, wus = await code_of(world, "lin"), await code_of(world, "wu")
    races = [scan(world, order, code) for code in (lins, wus, lins, wus)]
    outcomes = await asyncio.gather(*races, return_exceptions=True)
    assert sum(isinstance(one, TakenByCode) for one in outcomes) == 1
    codes = {one.code for one in outcomes if isinstance(one, Failure)}
    assert codes == {"orders.already_paid"}
    left = await balance(world, "lin") + await balance(world, "wu")
    assert left == 200_000 - 1_800
    await world.settle()
    await world.check()


async def test_one_code_pays_one_order(world: World) -> None:
    shop = await open_shop(world)
    orders = [await take(world, "hao", shop, {shop.oolong: 1}) for _ in range(4)]
    code = await code_of(world, "lin")
    races = [scan(world, order, code) for order in orders]
    outcomes = await asyncio.gather(*races, return_exceptions=True)
    assert sum(isinstance(one, TakenByCode) for one in outcomes) == 1
    codes = [one.code for one in outcomes if isinstance(one, Failure)]
    assert codes == ["paycodes.used"] * 3
    assert await balance(world, "lin") == 100_000 - 1_800
    await world.check()


async def test_cash_and_a_code_at_once_are_one_payment(world: World) -> None:
    shop = await open_shop(world)
    order = await take(world, "hao", shop, {shop.oolong: 1})
    races = [scan(world, order, await code_of(world, "lin")), take_money(world, "hao", order)]
    outcomes = await asyncio.gather(*races, return_exceptions=True)
    assert sum(isinstance(one, Failure) for one in outcomes) == 1
    assert sum(await money_of(world, shop.merchant_id)) == 1_800
    await world.check()


@pytest.mark.parametrize("says", ["yes", "no", "cash"])
async def test_what_is_dear_is_confirmed_on_the_phone(world: World, says: str) -> None:
    shop = await open_shop(world)
    await hold(world, rule(Measure.AMOUNT, 1_000, Action.STEP_UP))
    lin = world.as_person("lin")
    given = GivePassword(person_id=PersonId(lin.person_id), password=PASSWORD)
    await world.office.run(give_password, given, SYSTEM)
    order = await take(world, "hao", shop, {shop.oolong: 1})
    taken = await scan(world, order, await code_of(world, "lin"))
    assert taken.must_confirm
    asked = await world.office.run(read_asked, ReadAsked(), lin)
    assert asked.order is not None
    assert (asked.order.order_id, asked.is_waiting) == (order.order_id, True)
    merchant_id = MerchantId(shop.merchant_id)
    paying = PayOrder(merchant_id=merchant_id, order_id=order.order_id)
    if says == "yes":
        with pytest.raises(Refusal, match=r"risk\.password_needed"):
            await world.office.run(pay_orders, paying, lin)
        proving = ProvePassword(password=PASSWORD, subject=f"orders.{order.order_id:d}")
        proof = (await world.office.run(prove_password, proving, lin)).token
        await world.office.run(pay_orders, msgspec.structs.replace(paying, proof=proof), lin)
        assert await balance(world, "lin") == 100_000 - 1_800
        asked = await world.office.run(read_asked, ReadAsked(), lin)
        assert asked.order is not None
        assert (asked.order.state, asked.is_waiting) == (OrderState.PAID, False)
    elif says == "no":
        await world.office.run(
            decline_order, DeclineOrder(merchant_id=merchant_id, order_id=order.order_id), lin
        )
        assert (await world.office.run(read_asked, ReadAsked(), lin)).order is None
        with pytest.raises(NotFound, match=r"orders\.not_found"):
            await world.office.run(pay_orders, paying, lin)
        # Somebody else may be asked then.
        assert (await scan(world, order, await code_of(world, "wu"))).must_confirm
    else:
        await take_money(world, "hao", order)
        assert await balance(world, "lin") == 100_000
    await world.settle()
    await world.check()


async def test_whom_risk_refuses_pays_nothing_and_leaves_the_order(world: World) -> None:
    shop = await open_shop(world)
    await hold(world, rule(Measure.AMOUNT, 1_000))
    order = await take(world, "hao", shop, {shop.oolong: 1})
    with pytest.raises(Refusal, match=r"risk\.refused"):
        await scan(world, order, await code_of(world, "lin"))
    asked = await world.office.run(read_asked, ReadAsked(), world.as_person("lin"))
    assert asked.order is None
    await take_money(world, "hao", order)
    await world.check()


async def test_an_empty_wallet_and_a_wrong_code_change_nothing(world: World) -> None:
    shop = await open_shop(world)
    await world.person("chen")
    order = await take(world, "hao", shop, {shop.oolong: 1})
    with pytest.raises(Refusal, match=r"wallets\.insufficient"):
        await scan(world, order, await code_of(world, "chen"))
    with pytest.raises(NotFound, match=r"paycodes\.not_found"):
        await scan(world, order, "1" * 18)
    asked = await world.office.run(read_asked, ReadAsked(), world.as_person("chen"))
    assert asked.order is None
    await scan(world, order, await code_of(world, "lin"))
    await world.check()


async def test_a_clerk_takes_nothing_in_another_store(world: World) -> None:
    shop = await open_shop(world)
    order = await take(world, "hao", shop, {shop.oolong: 1})
    other: StoreId = await add_store(world, "分店")
    await world.staff("chen", Role.CASHIER, store_ids=[other])
    with pytest.raises(NotFound, match=r"orders\.not_found"):
        await scan(world, order, await code_of(world, "lin"), clerk="chen")
    await world.staff("zhou", Role.SERVICE)
    with pytest.raises(Failure):
        await scan(world, order, await code_of(world, "lin"), clerk="zhou")
    assert await balance(world, "lin") == 100_000
