"""Bringing orders and refunds of another system: each once, whole or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from banyan.base.errors import Failure, NotFound
from banyan.books.actor import SYSTEM
from banyan.commerce.catalogue import SkuId
from banyan.commerce.imports import (
    BringGoods,
    BringOrder,
    BringRefund,
    Brought,
    BroughtOrder,
    BroughtRefund,
    NewGoods,
    OpenSource,
    ReadBrought,
    Source,
    TakenLine,
    TakenPart,
    bring_goods,
    bring_orders,
    bring_refunds,
    open_source,
    read_brought,
)
from banyan.commerce.members import NewTier, SetTiers, set_tiers
from banyan.commerce.orders import TillLine
from banyan.commerce.stores import StoreId
from banyan.parties.merchants import MerchantId
from banyan.pay.collect import PaymentMethod
from tests.kit.commerce_shop import TeaShop, open_tea_shop
from tests.kit.sales import money_of
from tests.kit.world import World

THEN = datetime(2024, 5, 1, 12, tzinfo=UTC)


class Moving:
    """A tea shop into which history is brought."""

    def __init__(self, world: World, shop: TeaShop, source: Source) -> None:
        self.world = world
        self.shop = shop
        self.source = source

    def order(
        self, number: str, *, customer: str | None = None, quantity: int = 2, sku: int = 0
    ) -> BringOrder:
        line = TillLine(
            sku_id=SkuId(sku or self.shop.water), quantity=quantity, unit_price_fen=1_000
        )
        return BringOrder(
            merchant_id=self.shop.merchant_id,
            source_id=self.source.source_id,
            number=number,
            store_id=self.shop.store_id,
            customer=customer,
            method=PaymentMethod.OTHER if customer else PaymentMethod.CASH,
            lines=[line],
        )

    def refund(self, number: str, *parts: tuple[str, int, int]) -> BringRefund:
        return BringRefund(
            merchant_id=self.shop.merchant_id,
            source_id=self.source.source_id,
            number=number,
            parts=[
                TakenPart(
                    order_number=order,
                    lines=[TakenLine(line_no=1, quantity=units)],
                    amount_fen=amount_fen,
                )
                for order, units, amount_fen in parts
            ],
        )

    async def bring(self, *orders: BringOrder) -> list[BroughtOrder | str]:
        """Bring orders an hour apart; the answer, or the code of the failure."""
        at = [THEN + timedelta(hours=place) for place in range(len(orders))]
        outcomes = await self.world.office.run_many(bring_orders, orders, SYSTEM, at=at)
        return [one.code if isinstance(one, Failure) else one for one in outcomes]

    async def take_back(self, *refunds: BringRefund) -> list[BroughtRefund | str]:
        at = [THEN + timedelta(days=1)] * len(refunds)
        outcomes = await self.world.office.run_many(bring_refunds, refunds, SYSTEM, at=at)
        return [one.code if isinstance(one, Failure) else one for one in outcomes]

    async def read(self) -> Brought:
        query = ReadBrought(merchant_id=self.shop.merchant_id, source_id=self.source.source_id)
        return await self.world.office.run(read_brought, query, SYSTEM)


@pytest.fixture
async def moving(world: World) -> Moving:
    shop = await open_tea_shop(world)
    command = OpenSource(merchant_id=shop.merchant_id, name="till-of-old")
    return Moving(world, shop, await world.office.run(open_source, command, SYSTEM))


def new_ones(outcomes: Sequence[BroughtOrder | BroughtRefund | str]) -> list[bool | str]:
    return [one if isinstance(one, str) else one.is_new for one in outcomes]


async def test_a_source_is_opened_once(moving: Moving) -> None:
    command = OpenSource(merchant_id=moving.shop.merchant_id, name="till-of-old")
    assert await moving.world.office.run(open_source, command, SYSTEM) == moving.source
    nowhere = OpenSource(merchant_id=MerchantId(1), name="till-of-old")
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await moving.world.office.run(open_source, nowhere, SYSTEM)


async def test_an_order_is_placed_and_paid_at_its_time(moving: Moving) -> None:
    since = await moving.world.mark()
    outcomes = await moving.bring(moving.order("1", customer="7"), moving.order("2"))
    assert new_ones(outcomes) == [True, True]
    assert await moving.world.events(since) == [
        "members.joined", "orders.paid", "orders.placed", "people.added",
        "orders.paid", "orders.placed",
    ]  # fmt: skip
    assert await money_of(moving.world, moving.shop.merchant_id) == (0, 4_000)
    async with moving.world.building.pool.acquire() as db:
        rows = await db.fetch(
            "select person_id <> 0 as known, placed_at, paid_at, points_earned from orders.orders"
            " order by placed_at"
        )
    assert [tuple(row) for row in rows] == [
        (True, THEN, THEN, 20),
        (False, THEN + timedelta(hours=1), THEN + timedelta(hours=1), 0),
    ]


async def test_what_was_brought_stays_as_it_is(moving: Moving) -> None:
    assert new_ones(await moving.bring(moving.order("1"), moving.order("1"))) == [
        True,
        "imports.order_twice",
    ]
    since = await moving.world.mark()
    again = await moving.bring(moving.order("1"), moving.order("1", quantity=3))
    assert new_ones(again) == [False, "imports.order_differs"]
    assert await moving.world.events(since) == []


async def test_a_customer_is_one_person_whatever_the_order(moving: Moving) -> None:
    await moving.bring(*(moving.order(str(n), customer="7") for n in range(3)))
    await moving.bring(moving.order("9", customer="7"), moving.order("10", customer="8"))
    brought = await moving.read()
    assert (brought.customers, brought.orders, brought.total_fen) == (2, 5, 10_000)


async def test_prices_are_those_that_were_paid(moving: Moving) -> None:
    tiers = [NewTier(name="All", threshold_fen=0, discount_bp=5_000, points_rate_bp=100)]
    command = SetTiers(merchant_id=moving.shop.merchant_id, tiers=tiers)
    await moving.world.office.run(set_tiers, command, moving.world.owner)
    (outcome,) = await moving.bring(moving.order("1", customer="7"))
    assert isinstance(outcome, BroughtOrder)
    assert outcome.total_fen == 2_000


async def test_an_order_that_is_refused_leaves_no_customer_behind(moving: Moving) -> None:
    since = await moving.world.mark()
    outcomes = await moving.bring(
        moving.order("1", customer="7", sku=12345), moving.order("2", customer="8")
    )
    assert new_ones(outcomes) == ["orders.not_on_sale", True]
    assert (await moving.world.events(since)).count("people.added") == 1
    assert (await moving.read()).customers == 1


async def test_two_imports_at_once_bring_everything_once(moving: Moving) -> None:
    orders = [moving.order(str(n), customer=str(n % 5)) for n in range(40)]
    both = await asyncio.gather(moving.bring(*orders), moving.bring(*orders))
    for one, other in zip(*both, strict=True):
        assert {str(flag) for flag in new_ones([one, other])} <= {
            "True", "False", "imports.order_brought",
        }  # fmt: skip
        assert [one, other].count("imports.order_brought") <= 1
    brought = await moving.read()
    assert (brought.customers, brought.orders) == (5, 40)


async def test_a_cancellation_takes_back_from_several_orders(moving: Moving) -> None:
    await moving.bring(moving.order("1", customer="7"), moving.order("2", customer="7"))
    since = await moving.world.mark()
    refund = moving.refund("C1", ("1", 2, 2_000), ("2", 1, 1_000))
    assert new_ones(await moving.take_back(refund, refund)) == [True, "imports.refund_twice"]
    assert await moving.world.events(since) == ["orders.refunded", "orders.refunded"]
    assert new_ones(await moving.take_back(refund)) == [False]
    other = moving.refund("C1", ("1", 1, 1_000))
    assert new_ones(await moving.take_back(other)) == ["imports.refund_differs"]
    assert await money_of(moving.world, moving.shop.merchant_id) == (0, 1_000)
    assert (await moving.read()).refunded_fen == 3_000


async def test_two_cancellations_of_one_order_in_a_batch(moving: Moving) -> None:
    await moving.bring(moving.order("1", customer="7", quantity=3))
    refunds = [moving.refund(f"C{n}", ("1", 1, 1_000)) for n in range(4)]
    assert new_ones(await moving.take_back(*refunds)) == [
        True, True, True, "orders.already_refunded",
    ]  # fmt: skip


async def test_a_cancellation_comes_whole_or_not_at_all(moving: Moving) -> None:
    await moving.bring(moving.order("1"), moving.order("2"))
    since = await moving.world.mark()
    outcomes = await moving.take_back(
        moving.refund("C1", ("1", 1, 1_000), ("2", 3, 3_000)),
        moving.refund("C2", ("1", 1, 999)),
        moving.refund("C3", ("1", 1, 1_000), ("9", 1, 1_000)),
    )
    assert new_ones(outcomes) == [
        "pricing.refund_exceeds_line",
        "imports.refund_differs",
        "imports.order_missing",
    ]
    assert await moving.world.events(since) == []
    assert await money_of(moving.world, moving.shop.merchant_id) == (0, 4_000)


async def test_goods_get_a_place_in_the_catalogue_once(moving: Moving) -> None:
    goods = [
        NewGoods(code="T1", name="Tea", price_fen=1_250),
        NewGoods(code="P", name="", category="Charges", price_fen=0, is_on_sale=False),
        NewGoods(code="T\u202e", name="Turned", price_fen=1),
    ]
    command = BringGoods(merchant_id=moving.shop.merchant_id, goods=goods)
    first = await moving.world.office.run(bring_goods, command, SYSTEM)
    assert set(first.sku_ids) == {"T1", "P"}
    assert first.refused == {"T\u202e": "sku_code.malformed"}
    assert (await moving.world.office.run(bring_goods, command, SYSTEM)).sku_ids == first.sku_ids
    sold = moving.order("1", sku=first.sku_ids["P"])
    assert new_ones(await moving.bring(sold)) == [True]


async def test_another_store_is_not_found(moving: Moving) -> None:
    order = moving.order("1")
    stray = BringOrder(
        merchant_id=order.merchant_id,
        source_id=order.source_id,
        number="1",
        store_id=StoreId(1),
        lines=order.lines,
    )
    assert await moving.bring(stray) == ["stores.not_found"]
