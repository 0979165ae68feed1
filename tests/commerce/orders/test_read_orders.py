"""Lists and receipts: a buyer sees their own orders, a merchant those of its stores."""

import asyncio
from datetime import datetime, timedelta, timezone

import pytest

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.paging import encode_cursor
from banyan.commerce.orders import (
    DropOrder,
    ListMyOrders,
    ListOrders,
    Order,
    OrderState,
    ReadReceipt,
    drop_order,
    list_my_orders,
    list_orders,
    read_receipt,
)
from banyan.commerce.orders.store import LIST_CLOSED_ORDERS, LIST_ORDERS, LIST_ORDERS_OF_MEMBER
from banyan.commerce.orders.types import CLOSED
from banyan.parties.staff import Role
from tests.kit.commerce_shop import add_store
from tests.kit.sales import buy, join, open_busy_shop, place, refund, take
from tests.kit.world import World

FILL_ORDERS = """
insert into orders.orders (
    merchant_id, order_id, store_id, person_id, member_id, coupon_id, campaign_id, place_id,
    code_id, placed_by, kind, state, currency, pickup_number, line_count, subtotal_fen,
    discount_fen, total_fen, points_earned, note, placed_at, expires_at, paid_at, closed_at
)
select 7, i, 1, 0, i % 500, 0, 0, 0, 0, 1, 'take_away',
    case when i % 100 = 0 then 'refunded' else 'paid' end, 'CNY', 1, 1, 100, 0, 100, 0, '',
    now(), now(), now(), case when i % 100 = 0 then now() end
from generate_series(1, 5000) as i
"""


async def test_a_buyer_pages_through_their_own_orders(world: World) -> None:
    shop = await open_busy_shop(world)
    await world.person("wu")
    mine = [await place(world, "lin", shop, {shop.water: 1}) for _ in range(5)]
    await place(world, "wu", shop, {shop.water: 1})
    seen: list[Order] = []
    cursor = None
    while True:
        query = ListMyOrders(limit=2, cursor=cursor)
        page = await world.office.run(list_my_orders, query, world.as_person("lin"))
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert [one.order_id for one in seen] == [one.order_id for one in reversed(mine)]


async def test_a_buyer_asks_for_states(world: World) -> None:
    shop = await open_busy_shop(world)
    paid = await buy(world, "lin", shop, {shop.water: 1})
    await place(world, "lin", shop, {shop.water: 1})
    query = ListMyOrders(states=[OrderState.PAID, OrderState.REFUNDED])
    page = await world.office.run(list_my_orders, query, world.as_person("lin"))
    assert [one.order_id for one in page.items] == [paid.order_id]


async def test_a_merchant_lists_by_store_member_state_and_time(world: World) -> None:
    shop = await open_busy_shop(world)
    member_id = await join(world, "lin", shop)
    start = world.now
    first = await buy(world, "lin", shop, {shop.water: 1})
    await world.advance(timedelta(minutes=5))
    noon = world.now
    second = await take(world, "mei", shop, {shop.water: 1})

    async def listed(query: ListOrders) -> list[int]:
        page = await world.office.run(list_orders, query, world.owner)
        return [one.order_id for one in page.items]

    shop_id = shop.merchant_id
    both = [second.order_id, first.order_id]
    assert await listed(ListOrders(merchant_id=shop_id)) == both
    assert await listed(ListOrders(merchant_id=shop_id, store_id=shop.store_id)) == both
    assert await listed(ListOrders(merchant_id=shop_id, member_id=member_id)) == both[1:]
    assert await listed(ListOrders(merchant_id=shop_id, states=[OrderState.UNPAID])) == both[:1]
    assert await listed(ListOrders(merchant_id=shop_id, since_at=noon)) == both[:1]
    assert await listed(ListOrders(merchant_id=shop_id, until_at=noon)) == both[1:]
    assert await listed(ListOrders(merchant_id=shop_id, since_at=start, until_at=noon)) == both[1:]


async def test_closed_orders_are_listed_among_themselves(world: World) -> None:
    shop = await open_busy_shop(world)
    refunded = await buy(world, "lin", shop, {shop.water: 1})
    await refund(world, refunded)
    dropped = await take(world, "mei", shop, {shop.water: 1})
    drop = DropOrder(merchant_id=shop.merchant_id, order_id=dropped.order_id)
    await world.office.run(drop_order, drop, world.owner)
    await buy(world, "lin", shop, {shop.water: 1})

    async def listed(*states: OrderState) -> list[int]:
        query = ListOrders(merchant_id=shop.merchant_id, states=list(states))
        page = await world.office.run(list_orders, query, world.owner)
        return [one.order_id for one in page.items]

    assert await listed(OrderState.REFUNDED) == [refunded.order_id]
    assert await listed(OrderState.EXPIRED) == []
    assert await listed(*sorted(CLOSED)) == [dropped.order_id, refunded.order_id]


@pytest.mark.parametrize(
    ("statement", "index", "member_id"),
    [
        (LIST_ORDERS_OF_MEMBER, "orders_member", 5),
        (LIST_CLOSED_ORDERS, "orders_closed", 0),
        (LIST_ORDERS, "orders_placed", 0),
    ],
)
async def test_no_list_walks_all_orders_of_a_merchant(
    world: World, statement: str, index: str, member_id: int
) -> None:
    """Also with a plan that is made before the values are known, as a busy server has it."""
    async with world.building.pool.acquire() as db:
        await db.execute(FILL_ORDERS)
        await db.execute("analyze orders.orders")
        await db.execute("set plan_cache_mode = force_generic_plan")
        await db.execute(f"prepare listing as {statement}")
        plan = await db.fetch(
            f"explain execute listing (7, '2100-01-01', 0, null, null, null, {member_id}, 21)"
        )
        await db.execute("delete from orders.orders")
        await db.execute("deallocate listing; reset plan_cache_mode")
    assert index in "\n".join(line[0] for line in plan)


async def test_a_merchant_pages_without_loss_where_instants_are_equal(world: World) -> None:
    shop = await open_busy_shop(world)
    orders = await asyncio.gather(*(take(world, "mei", shop, {shop.water: 1}) for _ in range(7)))
    seen: list[int] = []
    cursor = None
    for _ in range(10):
        query = ListOrders(merchant_id=shop.merchant_id, limit=2, cursor=cursor)
        page = await world.office.run(list_orders, query, world.owner)
        seen += [one.order_id for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sorted(seen) == sorted(one.order_id for one in orders)
    assert len(set(seen)) == 7


async def test_odd_questions_get_an_answer(world: World) -> None:
    shop = await open_busy_shop(world)
    far = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
    for query in (
        ListOrders(merchant_id=shop.merchant_id, since_at=far),
        ListOrders(merchant_id=shop.merchant_id, cursor="W10"),
        ListOrders(merchant_id=shop.merchant_id, cursor="WyI5OTk5OTk5OTk5OTk5OTk5OTk5IiwiMSJd"),
        ListOrders(merchant_id=shop.merchant_id, cursor=encode_cursor(1, str(-(10**19) + 1))),
    ):
        with pytest.raises(Invalid):
            await world.office.run(list_orders, query, world.owner)


async def test_a_clerk_of_one_store_sees_that_store(world: World) -> None:
    shop = await open_busy_shop(world)
    other = await add_store(world, "二店")
    hao = await world.staff("hao", Role.CASHIER, store_ids=[other])
    order = await buy(world, "lin", shop, {shop.water: 1})
    page = await world.office.run(list_orders, ListOrders(merchant_id=shop.merchant_id), hao)
    assert page.items == []
    query = ReadReceipt(merchant_id=shop.merchant_id, order_id=order.order_id)
    with pytest.raises(NotFound):
        await world.office.run(read_receipt, query, hao)
    seen = await world.office.run(read_receipt, query, world.owner)
    assert seen.order.order_id == order.order_id


async def test_a_stranger_reads_nothing(world: World) -> None:
    shop = await open_busy_shop(world)
    order = await buy(world, "lin", shop, {shop.water: 1})
    rival = await world.merchant("Rival", owner="chen")
    chen = world.as_person("chen")
    with pytest.raises(NotFound):
        await world.office.run(list_orders, ListOrders(merchant_id=shop.merchant_id), chen)
    crossed = ReadReceipt(merchant_id=rival, order_id=order.order_id)
    with pytest.raises(NotFound, match=r"orders\.not_found"):
        await world.office.run(read_receipt, crossed, chen)
    hao = await world.staff("hao", Role.FINANCE)
    with pytest.raises((NotFound, Refusal)):
        await world.office.run(list_orders, ListOrders(merchant_id=rival), hao)
