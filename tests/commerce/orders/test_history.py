"""Orders brought in at their historical times, by the same operations."""

from datetime import UTC, datetime, timedelta

from banyan.base.errors import Failure
from banyan.books.actor import SYSTEM
from banyan.commerce.orders import (
    OrderState,
    ReadReceipt,
    TakeOrder,
    TakePayment,
    TillLine,
    read_receipt,
    take_orders,
    take_payments,
)
from banyan.pay.collect import PaymentMethod
from tests.kit.commerce_shop import on_hand
from tests.kit.sales import join, money_of, open_busy_shop, points_held
from tests.kit.world import World

LONG_AGO = datetime(2010, 12, 1, 8, 26, tzinfo=UTC)


async def test_history_is_replayed_at_its_own_times_and_prices(world: World) -> None:
    shop = await open_busy_shop(world)
    member_id = await join(world, "lin", shop)
    times = [LONG_AGO + timedelta(hours=hour) for hour in range(30)]
    wanted = [
        TakeOrder(
            merchant_id=shop.merchant_id,
            store_id=shop.store_id,
            member_id=member_id,
            lines=[
                TillLine(sku_id=shop.oolong, quantity=1, unit_price_fen=255),
                TillLine(sku_id=shop.water, quantity=6, unit_price_fen=339),
            ],
        )
        for _ in times
    ]
    orders = await world.office.run_many(take_orders, wanted, SYSTEM, at=times)
    await world.settle()
    placed = [one for one in orders if not isinstance(one, Failure)]
    assert [one.placed_at for one in placed] == times
    payments = [
        TakePayment(merchant_id=shop.merchant_id, order_id=one.order_id, method=method)
        for one, method in zip(placed, [PaymentMethod.CASH, PaymentMethod.WALLET] * 15, strict=True)
    ]
    paid = await world.office.run_many(take_payments, payments, SYSTEM, at=times)
    assert [one.paid_at for one in paid if not isinstance(one, Failure)] == times
    assert {one.total_fen for one in placed} == {255 + 6 * 339}
    assert await money_of(world, shop.merchant_id) == (15 * 2289, 15 * 2289)
    assert await points_held(world, shop, member_id) == 30 * 22
    assert (await on_hand(world, shop.store_id, shop.oolong)).on_hand == 70
    numbers = {(one.placed_at.astimezone(UTC) + timedelta(hours=8)).date(): 0 for one in placed}
    for one in placed:
        day = (one.placed_at + timedelta(hours=8)).date()
        numbers[day] += 1
        assert one.pickup_number == numbers[day]


async def test_an_imported_order_waits_for_its_payment_from_now_on(world: World) -> None:
    shop = await open_busy_shop(world)
    command = TakeOrder(
        merchant_id=shop.merchant_id,
        store_id=shop.store_id,
        lines=[TillLine(sku_id=shop.oolong)],
    )
    (order,) = await world.office.run_many(take_orders, [command], SYSTEM, at=[LONG_AGO])
    assert not isinstance(order, Failure)
    query = ReadReceipt(merchant_id=shop.merchant_id, order_id=order.order_id)
    await world.advance(timedelta(minutes=14))
    seen = await world.office.run(read_receipt, query, world.owner)
    assert seen.order.state is OrderState.UNPAID
    await world.advance(timedelta(minutes=1))
    seen = await world.office.run(read_receipt, query, world.owner)
    assert seen.order.state is OrderState.EXPIRED
