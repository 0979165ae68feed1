"""Placing: what an order comes to, what it sets aside, and what is refused without a trace."""

import asyncio
from datetime import timedelta

import pytest

from banyan.base.errors import Failure, Invalid, NotFound, Refusal
from banyan.commerce.catalogue import SkuId
from banyan.commerce.orders import (
    OrderKind,
    OrderState,
    PlaceOrder,
    QuoteOrder,
    WantedLine,
    place_orders,
    quote_order,
)
from banyan.commerce.places import PlaceId, PlaceKind
from banyan.commerce.stores import StoreId
from tests.kit.commerce_shop import add_spots, add_store, on_hand, open_tea_shop, scan
from tests.kit.sales import money_of, open_busy_shop, place, receipt
from tests.kit.world import World


async def test_an_order_names_its_price_and_sets_its_stock_aside(world: World) -> None:
    shop = await open_busy_shop(world)
    since = await world.mark()
    order = await place(world, "lin", shop, {shop.oolong: 2, shop.water: 1})
    assert (order.subtotal_fen, order.discount_fen, order.total_fen) == (3600, 0, 3600)
    assert (order.state, order.pickup_number, order.line_count) == (OrderState.UNPAID, 1, 2)
    assert order.expires_at - order.placed_at == timedelta(minutes=15)
    stock = await on_hand(world, shop.store_id, shop.oolong)
    assert (stock.on_hand, stock.available) == (100, 98)
    assert await world.events(since) == ["orders.placed"]
    assert await money_of(world, shop.merchant_id) == (0, 0)
    lines = (await receipt(world, "lin", order)).lines
    assert [(one.line_no, one.name, one.total_fen) for one in lines] == [
        (1, "铁观音", 3600),
        (2, "白开水", 0),
    ]


async def test_a_quote_says_the_same_and_sets_nothing_aside(world: World) -> None:
    shop = await open_busy_shop(world)
    since = await world.mark()
    query = QuoteOrder(
        merchant_id=shop.merchant_id,
        store_id=shop.store_id,
        lines=[WantedLine(sku_id=shop.jasmine, quantity=3)],
    )
    quote = await world.office.run(quote_order, query, world.as_person("lin"))
    assert (quote.subtotal_fen, quote.total_fen, quote.currency) == (6750, 6750, "CNY")
    assert (quote.member_id, quote.points_earned, quote.coupon_short_fen) == (0, 0, 0)
    assert [(one.name, one.quantity, one.total_fen) for one in quote.lines] == [
        ("茉莉花茶", 3, 6750)
    ]
    assert (await on_hand(world, shop.store_id, shop.jasmine)).available == 100
    assert await world.events(since) == []


async def test_pickup_numbers_count_the_orders_of_a_store_and_day(world: World) -> None:
    shop = await open_busy_shop(world)
    other = await add_store(world, "二店")
    orders = await asyncio.gather(*(place(world, "lin", shop, {shop.water: 1}) for _ in range(20)))
    assert sorted(order.pickup_number for order in orders) == list(range(1, 21))
    command = PlaceOrder(
        merchant_id=shop.merchant_id, store_id=other, lines=[WantedLine(sku_id=shop.water)]
    )
    elsewhere = await world.office.run(place_orders, command, world.as_person("lin"))
    assert elsewhere.pickup_number == 1
    await world.advance(timedelta(days=1))
    tomorrow = await place(world, "lin", shop, {shop.water: 1})
    assert tomorrow.pickup_number == 1


async def test_the_scan_that_brought_the_buyer_is_remembered(world: World) -> None:
    shop = await open_busy_shop(world)
    (poster,) = await add_spots(world, shop.store_id, PlaceKind.POSTER, ["Metro exit B"])
    lin = world.as_person("lin")
    await scan(world, poster.codes[0].token, lin)
    order = await place(world, "lin", shop, {shop.water: 1})
    await world.advance(timedelta(days=8))
    later = await place(world, "lin", shop, {shop.water: 1})
    async with world.building.pool.acquire() as db:
        rows = await db.fetch("select order_id, code_id from orders.orders")
    codes = {row["order_id"]: row["code_id"] for row in rows}
    assert codes == {order.order_id: poster.codes[0].code_id, later.order_id: 0}


async def test_eating_there_takes_a_table_of_that_store(world: World) -> None:
    shop = await open_busy_shop(world)
    (table,) = await add_spots(world, shop.store_id, PlaceKind.TABLE, ["Table 4"])
    (door,) = await add_spots(world, shop.store_id, PlaceKind.DOOR, ["Door"])
    dine_in, wanted = OrderKind.DINE_IN, {shop.water: 1}
    order = await place(world, "lin", shop, wanted, kind=dine_in, place_id=table.place_id)
    assert (order.kind, order.place_id) == (OrderKind.DINE_IN, table.place_id)
    assert (await receipt(world, "lin", order)).place_name == "Table 4"
    with pytest.raises(Invalid, match=r"orders\.table_missing"):
        await place(world, "lin", shop, wanted, kind=dine_in)
    for wrong in (door.place_id, PlaceId(12345)):
        with pytest.raises(NotFound, match=r"places\.not_found"):
            await place(world, "lin", shop, wanted, kind=dine_in, place_id=wrong)
    with pytest.raises(Invalid, match=r"orders\.table_unwanted"):
        await place(world, "lin", shop, wanted, place_id=table.place_id)


async def test_what_is_refused_leaves_no_trace(world: World) -> None:
    shop = await open_busy_shop(world, stock=5)
    since = await world.mark()
    with pytest.raises(Refusal, match=r"stock\.insufficient"):
        await place(world, "lin", shop, {shop.oolong: 6, shop.jasmine: 1})
    with pytest.raises(Refusal, match=r"orders\.not_on_sale"):
        await place(world, "lin", shop, {SkuId(99): 1})
    with pytest.raises(NotFound, match=r"stores\.not_found"):
        await world.office.run(
            place_orders,
            PlaceOrder(
                merchant_id=shop.merchant_id,
                store_id=StoreId(99),
                lines=[WantedLine(sku_id=shop.oolong)],
            ),
            world.as_person("lin"),
        )
    assert await world.events(since) == []
    for sku_id in (shop.oolong, shop.jasmine):
        assert (await on_hand(world, shop.store_id, sku_id)).available == 5
    async with world.building.pool.acquire() as db:
        assert await db.fetchval("select count(*) from orders.orders") == 0


async def test_a_store_of_one_merchant_does_not_sell_for_another(world: World) -> None:
    shop = await open_busy_shop(world)
    rival = await world.merchant("Rival", owner="chen")
    lin = world.as_person("lin")
    good = PlaceOrder(
        merchant_id=shop.merchant_id,
        store_id=shop.store_id,
        lines=[WantedLine(sku_id=shop.oolong)],
    )
    crossed = PlaceOrder(
        merchant_id=rival, store_id=shop.store_id, lines=[WantedLine(sku_id=shop.oolong)]
    )
    outcomes = await asyncio.gather(
        world.office.run(place_orders, good, lin),
        world.office.run(place_orders, crossed, lin),
        return_exceptions=True,
    )
    assert [isinstance(one, Failure) for one in outcomes] == [False, True]
    assert isinstance(outcomes[1], NotFound)


async def test_a_closed_store_takes_no_orders_from_phones(world: World) -> None:
    shop = await open_tea_shop(world)
    await world.person("lin")
    closed = await add_store(world, "Closed", is_open=False)
    command = PlaceOrder(
        merchant_id=shop.merchant_id, store_id=closed, lines=[WantedLine(sku_id=shop.water)]
    )
    with pytest.raises(Refusal, match=r"orders\.store_closed"):
        await world.office.run(place_orders, command, world.as_person("lin"))


async def test_a_rival_in_the_batch_does_not_suffer_from_anothers_mistake(world: World) -> None:
    shop = await open_busy_shop(world, stock=3)
    wanted = [{shop.oolong: 2}, {shop.oolong: 2}, {shop.oolong: 1}, {SkuId(99): 1}, {shop.water: 1}]
    outcomes = await asyncio.gather(
        *(place(world, "lin", shop, one) for one in wanted), return_exceptions=True
    )
    codes = [one.code if isinstance(one, Failure) else "" for one in outcomes]
    assert codes == ["", "stock.insufficient", "", "orders.not_on_sale", ""]
    assert (await on_hand(world, shop.store_id, shop.oolong)).available == 0
