"""Rivals for stock on real connections: exactly as many win as there are units."""

import asyncio
from collections import Counter
from collections.abc import Sequence

import msgspec

from banyan.base.errors import Failure, Refusal
from banyan.base.ids import Id
from banyan.books.actor import SYSTEM
from banyan.books.office import Office
from banyan.books.work import Call, Permission, Work, plural, single
from banyan.commerce.catalogue import SkuId
from banyan.commerce.stock import (
    CountedLine,
    CountStock,
    OnHand,
    StockLine,
    TransferStock,
    WriteOffStock,
    count_stock,
    note_reservation,
    note_sold,
    transfer_stock,
    write_off_stock,
)
from banyan.commerce.stores import StoreId
from tests.kit.commerce_shop import TeaShop, add_store, on_hand, open_tea_shop
from tests.kit.world import World


class Reserve(msgspec.Struct, frozen=True):
    """Set one unit aside: what an order does, without the order."""

    store_id: StoreId
    sku_id: SkuId


@plural(permission=Permission.SYSTEM, batch_max=64)
async def reserve_many(work: Work, calls: Sequence[Call[Reserve]]) -> Sequence[Id | Failure]:
    """Set a unit aside for each caller."""
    return [
        note_reservation(
            work,
            merchant_id=0,
            store_id=call.command.store_id,
            sku_id=call.command.sku_id,
            quantity=1,
            cause=1,
            index=call.index,
        )
        for call in calls
    ]


@single(permission=Permission.SYSTEM)
async def reserve_alone(work: Work, command: Reserve) -> Id:
    """Set a unit aside for one caller."""
    return note_reservation(
        work,
        merchant_id=0,
        store_id=command.store_id,
        sku_id=command.sku_id,
        quantity=1,
        cause=1,
    )


async def reserve(office: Office, shop: TeaShop) -> Id | Refusal:
    command = Reserve(shop.store_id, shop.oolong)
    try:
        return await office.run(reserve_many, command, SYSTEM)
    except Refusal as refusal:
        return refusal


async def test_five_hundred_want_one_of_a_hundred(world: World) -> None:
    """Batches of rivals from one process, as a busy server has them."""
    shop = await open_tea_shop(world, stock=100)
    outcomes = await asyncio.gather(*(reserve(world.office, shop) for _ in range(500)))
    won = [one for one in outcomes if not isinstance(one, Refusal)]
    lost = {one.code for one in outcomes if isinstance(one, Refusal)}
    assert lost == {"stock.insufficient"}
    assert len(won) == 100
    assert len(set(won)) == 100
    assert await on_hand(world, shop.store_id, shop.oolong) == OnHand(100, 100)


async def test_five_hundred_transactions_want_one_of_a_hundred(world: World) -> None:
    """Each in a transaction of its own, eight at a time on as many connections.

    Over a table of a few rows PostgreSQL may lock in another order than it is asked to; whoever
    loses to a deadlock then is run again by the Office.
    """
    shop = await open_tea_shop(world, stock=100)

    command = Reserve(shop.store_id, shop.oolong)
    tries = (world.office.run(reserve_alone, command, SYSTEM) for _ in range(500))
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    told = [one.code if isinstance(one, Failure) else "won" for one in outcomes]
    assert Counter(told) == {"won": 100, "stock.insufficient": 400}
    assert await on_hand(world, shop.store_id, shop.oolong) == OnHand(100, 100)


async def test_a_reservation_sold_by_twenty_at_once_is_sold_once(world: World) -> None:
    shop = await open_tea_shop(world, stock=5)
    reservation = await reserve(world.office, shop)
    assert not isinstance(reservation, Refusal)

    async def sell() -> str:
        try:
            async with world.office.begin() as work:
                note_sold(work, reservation, cause=1)
        except Refusal as refusal:
            return refusal.code
        return "sold"

    outcomes = await asyncio.gather(*(sell() for _ in range(20)))
    assert Counter(outcomes) == {"sold": 1, "stock.reservation_over": 19}
    assert await on_hand(world, shop.store_id, shop.oolong) == OnHand(4, 0)


async def test_twenty_count_the_same_shelf_and_the_difference_counts_once(world: World) -> None:
    shop = await open_tea_shop(world, stock=10)
    command = CountStock(
        merchant_id=shop.merchant_id,
        store_id=shop.store_id,
        lines=[
            CountedLine(sku_id=shop.oolong, quantity=17),
            CountedLine(sku_id=shop.jasmine, quantity=3),
        ],
    )
    await asyncio.gather(*(world.office.run(count_stock, command, world.owner) for _ in range(20)))
    assert await on_hand(world, shop.store_id, shop.oolong) == OnHand(17, 0)
    assert await on_hand(world, shop.store_id, shop.jasmine) == OnHand(3, 0)


async def test_selling_writing_off_and_carrying_at_once_never_oversells(world: World) -> None:
    shop = await open_tea_shop(world, stock=60)
    branch = await add_store(world, "分店")
    line = [StockLine(sku_id=shop.oolong, quantity=1)]
    off = WriteOffStock(merchant_id=shop.merchant_id, store_id=shop.store_id, lines=line)
    away = TransferStock(
        merchant_id=shop.merchant_id, store_id=shop.store_id, to_store_id=branch, lines=line
    )

    async def attempt(number: int) -> str:
        try:
            if number % 3 == 0:
                await world.office.run(write_off_stock, off, world.owner)
                return "off"
            if number % 3 == 1:
                await world.office.run(transfer_stock, away, world.owner)
                return "away"
        except Refusal as refusal:
            return refusal.code
        outcome = await reserve(world.office, shop)
        return outcome.code if isinstance(outcome, Refusal) else "reserved"

    counts = Counter(await asyncio.gather(*(attempt(number) for number in range(150))))
    assert counts["stock.insufficient"] == 90
    assert counts["off"] + counts["away"] + counts["reserved"] == 60
    left = counts["reserved"]
    assert await on_hand(world, shop.store_id, shop.oolong) == OnHand(left, left)
    assert await on_hand(world, branch, shop.oolong) == OnHand(counts["away"], 0)
