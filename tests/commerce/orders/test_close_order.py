"""Closing unpaid orders: by buyer, shop or clock; all that was set aside returns."""

from datetime import timedelta

import pytest

from banyan.base.errors import NotFound, Refusal
from banyan.commerce.orders import (
    CancelOrder,
    DropOrder,
    Order,
    OrderState,
    cancel_order,
    drop_order,
)
from banyan.parties.merchants import MerchantId
from banyan.parties.staff import Role
from tests.kit.commerce_shop import on_hand
from tests.kit.sales import (
    balance,
    hand_coupon,
    join,
    open_busy_shop,
    pay,
    place,
    receipt,
)
from tests.kit.world import World


async def cancel(world: World, name: str, order: Order) -> Order:
    command = CancelOrder(merchant_id=MerchantId(order.merchant_id), order_id=order.order_id)
    return await world.office.run(cancel_order, command, world.as_person(name))


async def test_a_cancelled_order_sets_nothing_aside(world: World) -> None:
    shop = await open_busy_shop(world)
    await join(world, "lin", shop)
    coupon = await hand_coupon(world, "lin", amount_off_fen=500)
    order = await place(world, "lin", shop, {shop.oolong: 2}, coupon_id=coupon.coupon_id)
    since = await world.mark()
    closed = await cancel(world, "lin", order)
    assert closed.state is OrderState.CANCELLED
    assert closed.closed_at is not None
    assert (await on_hand(world, shop.store_id, shop.oolong)).available == 100
    assert await world.events(since) == ["orders.cancelled"]
    again = await place(world, "lin", shop, {shop.oolong: 2}, coupon_id=coupon.coupon_id)
    assert again.discount_fen == 500
    with pytest.raises(Refusal, match=r"orders\.cancelled"):
        await pay(world, "lin", order)
    with pytest.raises(Refusal, match=r"orders\.cancelled"):
        await cancel(world, "lin", order)


async def test_only_its_buyer_cancels_and_only_while_unpaid(world: World) -> None:
    shop = await open_busy_shop(world)
    await world.person("chen")
    order = await place(world, "lin", shop, {shop.oolong: 2})
    with pytest.raises(NotFound, match=r"orders\.not_found"):
        await cancel(world, "chen", order)
    await pay(world, "lin", order)
    with pytest.raises(Refusal, match=r"orders\.already_paid"):
        await cancel(world, "lin", order)
    assert await balance(world, "lin") == 96_400


async def test_the_shop_takes_an_unpaid_order_back(world: World) -> None:
    shop = await open_busy_shop(world)
    hao = await world.staff("hao", Role.CASHIER)
    order = await place(world, "lin", shop, {shop.oolong: 2})
    command = DropOrder(merchant_id=shop.merchant_id, order_id=order.order_id)
    closed = await world.office.run(drop_order, command, hao)
    assert closed.state is OrderState.CANCELLED
    assert (await on_hand(world, shop.store_id, shop.oolong)).available == 100


async def test_the_clock_closes_what_nobody_paid(world: World) -> None:
    shop = await open_busy_shop(world)
    await join(world, "lin", shop)
    coupon = await hand_coupon(world, "lin", amount_off_fen=500)
    forgotten = await place(world, "lin", shop, {shop.oolong: 3}, coupon_id=coupon.coupon_id)
    paid = await place(world, "lin", shop, {shop.oolong: 1})
    await pay(world, "lin", paid)
    await world.settle()
    since = await world.mark()
    await world.advance(timedelta(minutes=14, seconds=59))
    assert await world.events(since) == []
    await world.advance(timedelta(seconds=1))
    assert await world.events(since) == ["orders.expired"]
    assert (await receipt(world, "lin", forgotten)).order.state is OrderState.EXPIRED
    assert (await receipt(world, "lin", paid)).order.state is OrderState.PAID
    assert (await on_hand(world, shop.store_id, shop.oolong)).available == 99
    await place(world, "lin", shop, {shop.oolong: 1}, coupon_id=coupon.coupon_id)


async def test_an_order_closes_also_after_days_of_standstill(world: World) -> None:
    """The ledger's own sweep must not come before the order's timer and take its stock away."""
    shop = await open_busy_shop(world)
    order = await place(world, "lin", shop, {shop.oolong: 2})
    now = world.office.clock.now()
    async with world.office.begin() as work:
        work.later("ledger.expire_pendings", 0, now)
    await world.office.set_clock(now + timedelta(days=3))
    await world.settle()
    assert (await receipt(world, "lin", order)).order.state is OrderState.EXPIRED
    assert (await on_hand(world, shop.store_id, shop.oolong)).available == 100


async def test_a_timer_that_comes_twice_or_late_does_nothing_more(world: World) -> None:
    shop = await open_busy_shop(world)
    order = await place(world, "lin", shop, {shop.oolong: 3})
    await world.advance(timedelta(minutes=15))
    since = await world.mark()
    async with world.office.begin() as work:
        work.later("orders.expire", order.order_id, world.now, str(order.merchant_id).encode())
    await world.settle()
    assert await world.events(since) == []


async def test_the_clock_does_not_wait_for_who_is_just_paying(world: World) -> None:
    shop = await open_busy_shop(world)
    order = await place(world, "lin", shop, {shop.oolong: 1})
    since = await world.mark()
    async with world.building.pool.acquire() as rival, rival.transaction():
        await rival.fetch(
            "select from orders.orders where order_id = $1 for update", order.order_id
        )
        await world.advance(timedelta(minutes=15))
        assert await world.events(since) == []
    await world.advance(timedelta(seconds=5))
    assert await world.events(since) == ["orders.expired"]
