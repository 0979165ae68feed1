"""Paying: money, stock, coupon and points move together, once, or not at all."""

import asyncio
from datetime import timedelta

import pytest

from banyan.base import json
from banyan.base.errors import Failure, NotFound, Refusal
from banyan.books.actor import SYSTEM
from banyan.commerce.orders import OrderPaid, OrderState, TakePayment, take_payments
from banyan.pay.collect import PaymentMethod
from banyan.views.statements import EntryKind, ListWalletEntries, list_wallet_entries
from tests.kit.commerce_shop import on_hand
from tests.kit.sales import (
    balance,
    fill_wallet,
    hand_coupon,
    join,
    money_of,
    open_busy_shop,
    pay,
    place,
    points_held,
    receipt,
)
from tests.kit.world import World


async def test_paying_moves_everything_at_once(world: World) -> None:
    shop = await open_busy_shop(world, money_fen=10_000)
    order = await place(world, "lin", shop, {shop.oolong: 2, shop.water: 3})
    since = await world.mark()
    paid = await pay(world, "lin", order, expected_fen=3600)
    assert (paid.state, paid.amount_fen, paid.method) == (
        OrderState.PAID,
        3600,
        PaymentMethod.WALLET,
    )
    assert paid.pickup_number == order.pickup_number
    assert await balance(world, "lin") == 6400
    assert await money_of(world, shop.merchant_id) == (3600, 0)
    stock = await on_hand(world, shop.store_id, shop.oolong)
    assert (stock.on_hand, stock.available) == (98, 98)
    assert await world.events(since) == ["orders.paid"]
    seen = await receipt(world, "lin", order)
    assert seen.payment is not None
    assert (seen.payment.amount_fen, seen.payment.paid_at) == (3600, paid.paid_at)
    assert (seen.order.state, seen.left_fen, seen.merchant_name) == (
        OrderState.PAID,
        3600,
        "榕树茶馆",
    )


async def test_the_statement_tells_of_the_payment(world: World) -> None:
    shop = await open_busy_shop(world, money_fen=10_000)
    order = await place(world, "lin", shop, {shop.oolong: 1})
    await pay(world, "lin", order)
    page = await world.office.run(list_wallet_entries, ListWalletEntries(), world.as_person("lin"))
    assert [(one.kind, one.amount_fen, one.order_id, one.merchant_name) for one in page.items] == [
        (EntryKind.PAYMENT, -1800, order.order_id, "榕树茶馆"),
        (EntryKind.TOP_UP, 10_000, 0, ""),
    ]


async def test_a_second_payment_is_refused_and_changes_nothing(world: World) -> None:
    shop = await open_busy_shop(world, money_fen=10_000)
    order = await place(world, "lin", shop, {shop.oolong: 1})
    await pay(world, "lin", order)
    since = await world.mark()
    with pytest.raises(Refusal, match=r"orders\.already_paid"):
        await pay(world, "lin", order)
    assert await balance(world, "lin") == 8200
    assert await world.events(since) == []


async def test_too_little_money_leaves_the_order_unpaid(world: World) -> None:
    shop = await open_busy_shop(world, money_fen=1799)
    order = await place(world, "lin", shop, {shop.oolong: 1})
    since = await world.mark()
    with pytest.raises(Refusal, match=r"wallets\.insufficient") as caught:
        await pay(world, "lin", order)
    assert caught.value.fields == {"balance_fen": 1799, "missing_fen": 1}
    assert (await receipt(world, "lin", order)).order.state is OrderState.UNPAID
    assert await balance(world, "lin") == 1799
    assert await world.events(since) == []
    await fill_wallet(world, "lin", 1)
    await pay(world, "lin", order)
    assert await balance(world, "lin") == 0


async def test_a_till_does_not_learn_what_the_buyer_holds(world: World) -> None:
    shop = await open_busy_shop(world, money_fen=1799)
    order = await place(world, "lin", shop, {shop.oolong: 1})
    taking = TakePayment(
        merchant_id=shop.merchant_id, order_id=order.order_id, method=PaymentMethod.WALLET
    )
    with pytest.raises(Refusal, match=r"wallets\.insufficient") as caught:
        await world.office.run(take_payments, taking, SYSTEM)
    assert caught.value.fields == {}


async def test_who_never_had_a_wallet_is_refused_alike(world: World) -> None:
    shop = await open_busy_shop(world)
    await world.person("wu")
    order = await place(world, "wu", shop, {shop.oolong: 1})
    with pytest.raises(Refusal, match=r"wallets\.insufficient"):
        await pay(world, "wu", order)


async def test_another_price_than_was_shown_is_not_paid(world: World) -> None:
    shop = await open_busy_shop(world)
    order = await place(world, "lin", shop, {shop.oolong: 1})
    with pytest.raises(Refusal, match=r"orders\.total_differs") as caught:
        await pay(world, "lin", order, expected_fen=1700)
    assert caught.value.fields["total_fen"] == 1800
    await pay(world, "lin", order, expected_fen=1800)


async def test_a_stranger_cannot_pay_nor_learn_of_an_order(world: World) -> None:
    shop = await open_busy_shop(world)
    await world.person("chen")
    await fill_wallet(world, "chen", 10_000)
    order = await place(world, "lin", shop, {shop.oolong: 1})
    with pytest.raises(NotFound, match=r"orders\.not_found"):
        await pay(world, "chen", order)
    with pytest.raises(NotFound, match=r"orders\.not_found"):
        await receipt(world, "chen", order)
    assert await balance(world, "chen") == 10_000
    await pay(world, "lin", order)


async def test_after_its_time_an_order_cannot_be_paid_even_before_the_clock_closed_it(
    world: World,
) -> None:
    shop = await open_busy_shop(world)
    order = await place(world, "lin", shop, {shop.oolong: 1})
    await world.office.set_clock(order.expires_at + timedelta(microseconds=1))
    with pytest.raises(Refusal, match=r"orders\.expired"):
        await pay(world, "lin", order)
    await world.settle()
    with pytest.raises(Refusal, match=r"orders\.expired"):
        await pay(world, "lin", order)
    assert (await on_hand(world, shop.store_id, shop.oolong)).available == 100


async def test_each_of_a_batch_gets_their_own_outcome(world: World) -> None:
    shop = await open_busy_shop(world, money_fen=2000)
    await world.person("wu")
    await world.person("chen")
    mine = [await place(world, "lin", shop, {shop.oolong: 1}) for _ in range(3)]
    poor = await place(world, "wu", shop, {shop.oolong: 1})
    outcomes = await asyncio.gather(
        pay(world, "lin", mine[0], expected_fen=1),
        pay(world, "wu", poor),
        pay(world, "lin", mine[0]),
        pay(world, "chen", mine[1]),
        pay(world, "lin", mine[0]),
        pay(world, "lin", mine[1]),
        return_exceptions=True,
    )
    assert [one.code if isinstance(one, Failure) else "" for one in outcomes] == [
        "orders.total_differs",
        "wallets.insufficient",
        "",
        "orders.not_found",
        "orders.already_paid",
        "wallets.insufficient",
    ]
    assert await balance(world, "lin") == 200
    unpaid = [(await receipt(world, "lin", one)).order.state for one in mine]
    assert unpaid == [OrderState.PAID, OrderState.UNPAID, OrderState.UNPAID]


async def test_what_costs_nothing_is_paid_without_money(world: World) -> None:
    shop = await open_busy_shop(world, money_fen=100)
    order = await place(world, "lin", shop, {shop.water: 1})
    paid = await pay(world, "lin", order)
    assert (paid.amount_fen, paid.state) == (0, OrderState.PAID)
    assert await balance(world, "lin") == 100
    page = await world.office.run(list_wallet_entries, ListWalletEntries(), world.as_person("lin"))
    assert [one.amount_fen for one in page.items] == [100]


async def test_a_member_pays_with_a_coupon_and_earns_points(world: World) -> None:
    shop = await open_busy_shop(world)
    member_id = await join(world, "lin", shop)
    coupon = await hand_coupon(world, "lin", amount_off_fen=500, threshold_fen=3000)
    order = await place(world, "lin", shop, {shop.oolong: 2}, coupon_id=coupon.coupon_id)
    assert (order.subtotal_fen, order.discount_fen, order.total_fen) == (3600, 500, 3100)
    with pytest.raises(Refusal, match=r"coupons\.reserved"):
        await place(world, "lin", shop, {shop.oolong: 2}, coupon_id=coupon.coupon_id)
    since = await world.mark()
    paid = await pay(world, "lin", order)
    assert paid.points_earned == order.points_earned == 31
    assert await world.events(since) == ["coupons.redeemed", "orders.paid"]
    assert await points_held(world, shop, member_id) == 31
    with pytest.raises(Refusal, match=r"coupons\.redeemed"):
        await place(world, "lin", shop, {shop.oolong: 2}, coupon_id=coupon.coupon_id)
    lines = (await receipt(world, "lin", order)).lines
    assert [(one.discount_fen, one.total_fen) for one in lines] == [(500, 3100)]


async def test_below_the_threshold_the_coupon_stays_free(world: World) -> None:
    shop = await open_busy_shop(world)
    await join(world, "lin", shop)
    coupon = await hand_coupon(world, "lin", amount_off_fen=500, threshold_fen=3000)
    with pytest.raises(Refusal, match=r"pricing\.below_threshold") as caught:
        await place(world, "lin", shop, {shop.oolong: 1}, coupon_id=coupon.coupon_id)
    assert caught.value.fields["short_fen"] == 1200
    await place(world, "lin", shop, {shop.oolong: 2}, coupon_id=coupon.coupon_id)


async def test_the_fact_says_what_was_sold(world: World) -> None:
    shop = await open_busy_shop(world)
    order = await place(world, "lin", shop, {shop.oolong: 2, shop.water: 1})
    await pay(world, "lin", order)
    async with world.building.pool.acquire() as db:
        row = await db.fetchrow("select * from journal.events where kind = 'orders.paid'")
    assert row is not None
    lin = world.as_person("lin")
    assert (row["merchant_id"], row["person_id"], row["store_id"], row["subject_id"]) == (
        shop.merchant_id,
        lin.person_id,
        shop.store_id,
        order.order_id,
    )
    fact = json.decode(row["data"], OrderPaid)
    assert (fact.total_fen, fact.method, fact.lines) == (
        3600,
        "wallet",
        [(shop.oolong, 2, 3600), (shop.water, 1, 0)],
    )
