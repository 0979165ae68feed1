"""The till: orders for anybody, money in cash, and what a clerk may not do."""

import pytest

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.books.actor import SYSTEM
from banyan.commerce.orders import (
    DropOrder,
    OrderState,
    QuoteAtTill,
    TakePayment,
    TillLine,
    drop_order,
    quote_at_till,
    take_payments,
)
from banyan.commerce.places import PlaceKind, find_own_codes
from banyan.parties.merchants import MerchantId
from banyan.parties.staff import Role
from banyan.pay.collect import PaymentMethod
from tests.kit.commerce_shop import add_spots, add_store, on_hand
from tests.kit.parties import phone_of
from tests.kit.sales import (
    balance,
    hand_coupon,
    join,
    money_of,
    open_busy_shop,
    pay,
    points_held,
    receipt,
    take,
    take_money,
)
from tests.kit.world import World


async def test_a_stranger_pays_cash(world: World) -> None:
    shop = await open_busy_shop(world)
    await world.staff("hao", Role.CASHIER)
    since = await world.mark()
    order = await take(world, "hao", shop, {shop.oolong: 1})
    assert (order.member_id, order.total_fen) == (0, 1800)
    paid = await take_money(world, "hao", order)
    assert (paid.method, paid.state) == (PaymentMethod.CASH, OrderState.PAID)
    assert await money_of(world, shop.merchant_id) == (0, 1800)
    assert (await on_hand(world, shop.store_id, shop.oolong)).on_hand == 99
    assert await world.events(since) == ["orders.placed", "orders.paid"]


async def test_a_member_is_known_by_phone_and_earns_points_for_cash(world: World) -> None:
    shop = await open_busy_shop(world)
    await world.staff("hao", Role.CASHIER)
    member_id = await join(world, "lin", shop)
    order = await take(world, "hao", shop, {shop.oolong: 1}, phone=phone_of("lin"))
    assert order.member_id == member_id
    await take_money(world, "hao", order, PaymentMethod.OTHER)
    assert await points_held(world, shop, member_id) == 18
    assert await balance(world, "lin") == 100_000
    assert (await receipt(world, "lin", order)).order.state is OrderState.PAID


async def test_what_the_till_put_in_the_member_can_pay_from_their_phone(world: World) -> None:
    shop = await open_busy_shop(world)
    await world.staff("hao", Role.CASHIER)
    member_id = await join(world, "lin", shop)
    order = await take(world, "hao", shop, {shop.oolong: 1}, member_id=member_id)
    await pay(world, "lin", order)
    assert await balance(world, "lin") == 98_200
    with pytest.raises(Refusal, match=r"orders\.already_paid"):
        await take_money(world, "hao", order)


async def test_who_is_no_member_cannot_be_named(world: World) -> None:
    shop = await open_busy_shop(world)
    await world.staff("hao", Role.CASHIER)
    # Banyan knows Wu, this merchant does not: it can't tell Wu from somebody nobody knows.
    await world.person("wu")
    for phone in (phone_of("wu"), "+8613899999999"):
        with pytest.raises(NotFound, match=r"members\.not_found"):
            await take(world, "hao", shop, {shop.oolong: 1}, phone=phone)
    with pytest.raises(Invalid, match="phone_malformed"):
        await take(world, "hao", shop, {shop.oolong: 1}, phone="12345")
    with pytest.raises(NotFound, match=r"members\.not_found"):
        await take(world, "hao", shop, {shop.oolong: 1}, member_id=77)
    with pytest.raises(Invalid, match=r"orders\.two_buyers"):
        await take(world, "hao", shop, {shop.oolong: 1}, member_id=77, phone=phone_of("lin"))


async def test_an_order_counts_for_a_code_of_the_merchants_own_only(world: World) -> None:
    shop = await open_busy_shop(world)
    await world.staff("hao", Role.CASHIER)
    (door,) = await add_spots(world, shop.store_id, PlaceKind.DOOR, ["门"])
    own = int(door.codes[0].code_id)
    since = await world.mark()
    for stranger in (77, own + 1):
        with pytest.raises(NotFound, match=r"places\.code_not_found"):
            await take(world, "hao", shop, {shop.oolong: 1}, code_id=stranger)
    assert await world.events(since) == []
    await take(world, "hao", shop, {shop.oolong: 1}, code_id=own)
    async with world.building.pool.acquire() as db:
        known = await find_own_codes(db, [(77, own), (shop.merchant_id, own)])
    assert known == {(shop.merchant_id, own)}


async def test_only_who_may_refund_may_set_a_price(world: World) -> None:
    shop = await open_busy_shop(world)
    await world.staff("hao", Role.CASHIER)
    with pytest.raises(Refusal, match=r"orders\.price_not_yours"):
        await take(world, "hao", shop, {shop.oolong: 1}, price_fen=1)
    order = await take(world, "mei", shop, {shop.oolong: 2}, price_fen=1500)
    assert order.total_fen == 3000


async def test_nobodys_wallet_is_paid_from_at_the_till(world: World) -> None:
    shop = await open_busy_shop(world)
    await world.staff("hao", Role.CASHIER)
    member_id = await join(world, "lin", shop)
    order = await take(world, "hao", shop, {shop.oolong: 1}, member_id=member_id)
    with pytest.raises(Refusal, match=r"orders\.wallet_not_yours"):
        await take_money(world, "hao", order, PaymentMethod.WALLET)
    assert await balance(world, "lin") == 100_000
    imported = TakePayment(
        merchant_id=shop.merchant_id, order_id=order.order_id, method=PaymentMethod.WALLET
    )
    await world.office.run(take_payments, imported, SYSTEM)
    assert await balance(world, "lin") == 98_200


async def test_a_clerk_of_another_store_sees_nothing(world: World) -> None:
    shop = await open_busy_shop(world)
    other = await add_store(world, "二店")
    await world.staff("hao", Role.CASHIER, store_ids=[other])
    order = await take(world, "mei", shop, {shop.oolong: 1})
    with pytest.raises(NotFound, match=r"orders\.not_found"):
        await take_money(world, "hao", order)
    with pytest.raises(NotFound, match=r"stores\.not_found"):
        await take(world, "hao", shop, {shop.oolong: 1})
    drop = DropOrder(merchant_id=shop.merchant_id, order_id=order.order_id)
    with pytest.raises(NotFound):
        await world.office.run(drop_order, drop, world.as_person("hao"))
    await take_money(world, "mei", order)


async def test_a_stranger_to_the_merchant_has_no_till(world: World) -> None:
    shop = await open_busy_shop(world)
    order = await take(world, "mei", shop, {shop.oolong: 1})
    rival = await world.merchant("Rival", owner="chen")
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await take_money(world, "chen", order)
    crossed = TakePayment(merchant_id=MerchantId(rival), order_id=order.order_id)
    with pytest.raises(NotFound, match=r"orders\.not_found"):
        await world.office.run(take_payments, crossed, world.as_person("chen"))


async def test_the_till_quotes_what_the_member_would_pay(world: World) -> None:
    shop = await open_busy_shop(world)
    await world.staff("hao", Role.CASHIER)
    member_id = await join(world, "lin", shop)
    coupon = await hand_coupon(world, "lin", amount_off_fen=500, threshold_fen=5000)
    query = QuoteAtTill(
        merchant_id=shop.merchant_id,
        store_id=shop.store_id,
        lines=[TillLine(sku_id=shop.oolong, quantity=2)],
        member_id=member_id,
        coupon_id=coupon.coupon_id,
    )
    quote = await world.office.run(quote_at_till, query, world.as_person("hao"))
    assert (quote.member_id, quote.total_fen, quote.points_earned) == (member_id, 3600, 36)
    assert quote.coupon_short_fen == 1400
