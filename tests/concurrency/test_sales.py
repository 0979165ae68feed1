"""Rivals for stock, orders, keys and refunds: exactly so many win, and nobody pays for nothing."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import pytest

from banyan.base.clock import Clock
from banyan.base.db import open_pool
from banyan.base.errors import Failure
from banyan.books.actor import Actor
from banyan.books.office import Office
from banyan.books.signal import Signal
from banyan.commerce.members import note_points_taken_back
from banyan.commerce.orders import (
    Order,
    OrderRefund,
    OrderState,
    PaidOrder,
    PayOrder,
    PlaceOrder,
    RefundOrder,
    ReturnedLine,
    WantedLine,
    pay_orders,
    place_orders,
    refund_order,
)
from banyan.parties.merchants import MerchantId
from tests.kit.commerce_shop import TeaShop, on_hand
from tests.kit.sales import (
    balance,
    buy,
    fill_wallet,
    join,
    money_of,
    open_busy_shop,
    place,
    points_held,
    receipt,
)
from tests.kit.world import World


@asynccontextmanager
async def more_offices(world: World, count: int) -> AsyncIterator[list[Office]]:
    """Offices as other processes would have them, each with its own connections and node."""
    dsn = world.building.database.dsn
    async with AsyncExitStack() as stack:
        offices = [world.office]
        for _ in range(count):
            pool = await open_pool(dsn, size_min=1, size_max=8)
            stack.push_async_callback(pool.close)
            signal = Signal(dsn)
            await signal.open()
            stack.push_async_callback(signal.close)
            offices.append(await stack.enter_async_context(Office(pool, signal, Clock())))
        yield offices


async def crowd(world: World, count: int, money_fen: int) -> list[Actor]:
    """So many people with so much money each."""
    names = [f"buyer{number}" for number in range(count)]
    for name in names:
        await world.person(name)
    await asyncio.gather(*(fill_wallet(world, name, money_fen) for name in names))
    return [world.as_person(name) for name in names]


def order_of(shop: TeaShop, quantity: int = 1) -> PlaceOrder:
    return PlaceOrder(
        merchant_id=shop.merchant_id,
        store_id=shop.store_id,
        lines=[WantedLine(sku_id=shop.oolong, quantity=quantity)],
    )


def payment_of(order: Order) -> PayOrder:
    return PayOrder(merchant_id=MerchantId(order.merchant_id), order_id=order.order_id)


def codes(outcomes: list[object]) -> Counter[str]:
    """How each outcome is called; a bug is raised."""
    counted: Counter[str] = Counter()
    for one in outcomes:
        if isinstance(one, BaseException) and not isinstance(one, Failure):
            raise one
        counted[one.code if isinstance(one, Failure) else "done"] += 1
    return counted


@pytest.mark.slow
async def test_500_buy_100_units_through_three_offices(world: World) -> None:
    shop = await open_busy_shop(world, stock=100)
    people = await crowd(world, 500, 2000)
    since = await world.mark()
    async with more_offices(world, 2) as offices:

        async def rush(number: int, who: Actor) -> PaidOrder:
            office = offices[number % len(offices)]
            order = await office.run(place_orders, order_of(shop), who)
            return await office.run(pay_orders, payment_of(order), who)

        outcomes: list[object] = list(
            await asyncio.gather(
                *(rush(number, who) for number, who in enumerate(people)),
                return_exceptions=True,
            )
        )
    assert codes(outcomes) == {"done": 100, "stock.insufficient": 400}
    stock = await on_hand(world, shop.store_id, shop.oolong)
    assert (stock.on_hand, stock.available) == (0, 0)
    assert await money_of(world, shop.merchant_id) == (180_000, 0)
    assert Counter(await world.events(since)) == {"orders.placed": 100, "orders.paid": 100}
    for who, outcome in zip(people, outcomes, strict=True):
        left = 200 if isinstance(outcome, PaidOrder) else 2000
        assert await balance_of(world, who) == left
    async with world.building.pool.acquire() as db:
        rows = await db.fetch(
            "select state, count(*), count(distinct pickup_number) from orders.orders"
            " group by state"
        )
    assert [tuple(row) for row in rows] == [("paid", 100, 100)]
    await world.check()


async def balance_of(world: World, who: Actor) -> int:
    for name in world.tokens:
        if world.as_person(name).person_id == who.person_id:
            return await balance(world, name)
    raise AssertionError(who)


async def test_one_order_paid_from_two_devices_in_two_processes(world: World) -> None:
    shop = await open_busy_shop(world)
    lin = world.as_person("lin")
    async with more_offices(world, 1) as offices:
        for _ in range(10):
            order = await place(world, "lin", shop, {shop.oolong: 1})
            before = await balance(world, "lin")
            since = await world.mark()
            outcomes: list[object] = list(
                await asyncio.gather(
                    *(office.run(pay_orders, payment_of(order), lin) for office in offices * 3),
                    return_exceptions=True,
                )
            )
            assert codes(outcomes) == {"done": 1, "orders.already_paid": 5}
            assert await balance(world, "lin") == before - 1800
            assert await world.events(since) == ["orders.paid"]


async def test_one_key_fifty_times_at_once_has_one_effect_and_fifty_equal_answers(
    world: World,
) -> None:
    shop = await open_busy_shop(world)
    lin = world.as_person("lin")
    since = await world.mark()
    async with more_offices(world, 1) as offices:
        orders = await asyncio.gather(
            *(
                offices[number % 2].run(place_orders, order_of(shop), lin, key="order")
                for number in range(50)
            )
        )
        assert len({one.order_id for one in orders}) == 1
        assert all(one == orders[0] for one in orders)
        paid = await asyncio.gather(
            *(
                offices[number % 2].run(pay_orders, payment_of(orders[0]), lin, key="pay")
                for number in range(50)
            )
        )
    assert all(one == paid[0] for one in paid)
    assert await balance(world, "lin") == 98_200
    assert await world.events(since) == ["orders.placed", "orders.paid"]


async def test_paying_races_with_the_clock(world: World) -> None:
    shop = await open_busy_shop(world)
    lin = world.as_person("lin")
    orders = [await place(world, "lin", shop, {shop.oolong: 1}) for _ in range(20)]
    await world.settle()
    since = await world.mark()
    # Half of the payments bear an instant before the end, as if they had waited in line.
    ends_at = max(order.expires_at for order in orders)
    await world.office.set_clock(ends_at + timedelta(seconds=1))
    async with more_offices(world, 1) as offices:
        racing = [
            offices[number % 2].run(
                pay_orders,
                payment_of(order),
                lin,
                at=order.placed_at if number % 2 else None,
            )
            for number, order in enumerate(orders)
        ]
        async with asyncio.TaskGroup() as group:
            group.create_task(world.work_off())
            outcomes: list[object] = list(await asyncio.gather(*racing, return_exceptions=True))
    counted = codes(outcomes)
    assert counted["done"] + counted["orders.expired"] == 20
    assert counted["orders.expired"] >= 10
    # The clock comes back to those that were just being paid when it came by.
    await world.advance(timedelta(seconds=5))
    states = Counter([(await receipt(world, "lin", one)).order.state for one in orders])
    assert states[OrderState.PAID] == counted["done"]
    assert states[OrderState.EXPIRED] == counted["orders.expired"]
    events = Counter(await world.events(since))
    assert events["orders.paid"] == counted["done"]
    assert events["orders.expired"] == counted["orders.expired"]
    assert events.total() == 20
    stock = await on_hand(world, shop.store_id, shop.oolong)
    assert (stock.on_hand, stock.reserved) == (100 - counted["done"], 0)
    assert await balance(world, "lin") == 100_000 - 1800 * counted["done"]


async def test_two_partial_refunds_at_once_never_give_a_unit_twice(world: World) -> None:
    shop = await open_busy_shop(world)
    order = await buy(world, "lin", shop, {shop.oolong: 5})
    since = await world.mark()
    command = RefundOrder(
        merchant_id=shop.merchant_id,
        order_id=order.order_id,
        lines=[ReturnedLine(line_no=1, quantity=2)],
    )
    async with more_offices(world, 1) as offices:
        outcomes: list[object] = list(
            await asyncio.gather(
                *(office.run(refund_order, command, world.owner) for office in offices * 3),
                return_exceptions=True,
            )
        )
    assert codes(outcomes) == {"done": 2, "pricing.refund_exceeds_line": 4}
    assert sum(one.amount_fen for one in outcomes if isinstance(one, OrderRefund)) == 7200
    assert await balance(world, "lin") == 100_000 - 1800
    assert await world.events(since) == ["orders.refunded"] * 2


async def test_refunds_in_two_processes_share_the_points_that_are_left(world: World) -> None:
    """Each order brought 18 points, eight of them go back at once, and only 20 points are left."""
    shop = await open_busy_shop(world)
    member_id = await join(world, "lin", shop)
    orders = [await buy(world, "lin", shop, {shop.oolong: 1}) for _ in range(8)]
    async with world.office.begin() as work:
        note_points_taken_back(work, shop.merchant_id, member_id, 124, cause=work.ids.next())
    refunds = [
        RefundOrder(merchant_id=shop.merchant_id, order_id=one.order_id, lines=[]) for one in orders
    ]
    async with more_offices(world, 1) as offices:
        outcomes: list[object] = list(
            await asyncio.gather(
                *(
                    offices[number % 2].run(refund_order, command, world.owner)
                    for number, command in enumerate(refunds)
                ),
                return_exceptions=True,
            )
        )
    assert codes(outcomes) == {"done": 8}
    done = [one for one in outcomes if isinstance(one, OrderRefund)]
    assert sum(one.points_back for one in done) == 20
    assert sum(one.points_short for one in done) == 124
    assert await points_held(world, shop, member_id) == 0


async def test_a_wallet_for_three_pays_three_of_many_orders(world: World) -> None:
    shop = await open_busy_shop(world, money_fen=3 * 1800 + 1799)
    lin = world.as_person("lin")
    orders = [await place(world, "lin", shop, {shop.oolong: 1}) for _ in range(12)]
    async with more_offices(world, 1) as offices:
        outcomes: list[object] = list(
            await asyncio.gather(
                *(
                    offices[number % 2].run(pay_orders, payment_of(order), lin)
                    for number, order in enumerate(orders)
                ),
                return_exceptions=True,
            )
        )
    assert codes(outcomes) == {"done": 3, "wallets.insufficient": 9}
    assert await balance(world, "lin") == 1799
    assert (await on_hand(world, shop.store_id, shop.oolong)).on_hand == 97
