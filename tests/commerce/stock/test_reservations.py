"""What orders do to stock: set aside, sell, release, give back."""

from datetime import timedelta

import pytest

from banyan.base.errors import Refusal
from banyan.commerce.stock import (
    CountedLine,
    CountStock,
    OnHand,
    count_stock,
    note_released,
    note_reservation,
    note_returned,
    note_sold,
)
from tests.kit.commerce_shop import TeaShop, on_hand, open_tea_shop
from tests.kit.world import World

ORDER = 4711


async def reserve(
    world: World, shop: TeaShop, quantity: int, lasts: timedelta | None = None
) -> int:
    async with world.office.begin() as work:
        return note_reservation(
            work,
            merchant_id=shop.merchant_id,
            store_id=shop.store_id,
            sku_id=shop.oolong,
            quantity=quantity,
            cause=ORDER,
            until=work.now + lasts if lasts else None,
        )


async def test_what_is_set_aside_can_not_be_sold_to_another(world: World) -> None:
    shop = await open_tea_shop(world, stock=10)
    await reserve(world, shop, 8)
    assert await on_hand(world, shop.store_id, shop.oolong) == OnHand(10, 8)
    with pytest.raises(Refusal, match=r"stock\.insufficient") as caught:
        await reserve(world, shop, 3)
    assert caught.value.fields == {
        "sku_id": str(int(shop.oolong)),
        "store_id": str(int(shop.store_id)),
        "available": 2,
        "wanted": 3,
    }
    await reserve(world, shop, 2)
    assert (await on_hand(world, shop.store_id, shop.oolong)).available == 0


async def test_a_reservation_is_sold_once(world: World) -> None:
    shop = await open_tea_shop(world, stock=10)
    reservation = await reserve(world, shop, 4)
    async with world.office.begin() as work:
        note_sold(work, reservation, cause=ORDER)
    assert await on_hand(world, shop.store_id, shop.oolong) == OnHand(6, 0)
    for settle in (note_sold, note_released):
        with pytest.raises(Refusal, match=r"stock\.reservation_over") as caught:
            async with world.office.begin() as work:
                settle(work, reservation, cause=ORDER)
        assert caught.value.fields == {}
    assert await on_hand(world, shop.store_id, shop.oolong) == OnHand(6, 0)


async def test_a_released_reservation_is_for_sale_again(world: World) -> None:
    shop = await open_tea_shop(world, stock=10)
    reservation = await reserve(world, shop, 10)
    async with world.office.begin() as work:
        note_released(work, reservation, cause=ORDER)
    assert await on_hand(world, shop.store_id, shop.oolong) == OnHand(10, 0)
    await reserve(world, shop, 10)


async def test_a_reservation_that_nobody_settles_ends_by_itself(world: World) -> None:
    shop = await open_tea_shop(world, stock=10)
    async with world.office.begin() as work:
        work.later("ledger.expire_pendings", 0, work.now)
    await reserve(world, shop, 10, timedelta(minutes=15))
    await world.advance(timedelta(minutes=14))
    assert (await on_hand(world, shop.store_id, shop.oolong)).available == 0
    await world.advance(timedelta(minutes=2))
    assert await on_hand(world, shop.store_id, shop.oolong) == OnHand(10, 0)


async def test_returned_units_are_on_hand_again(world: World) -> None:
    shop = await open_tea_shop(world, stock=10)
    reservation = await reserve(world, shop, 4)
    async with world.office.begin() as work:
        note_sold(work, reservation, cause=ORDER)
    async with world.office.begin() as work:
        note_returned(work, store_id=shop.store_id, sku_id=shop.oolong, quantity=3, cause=ORDER)
    assert await on_hand(world, shop.store_id, shop.oolong) == OnHand(9, 0)


async def test_a_count_includes_what_is_set_aside_and_never_takes_it_away(world: World) -> None:
    shop = await open_tea_shop(world, stock=10)
    await reserve(world, shop, 4)

    async def count(found: int) -> None:
        line = CountedLine(sku_id=shop.oolong, quantity=found)
        command = CountStock(merchant_id=shop.merchant_id, store_id=shop.store_id, lines=[line])
        await world.office.run(count_stock, command, world.owner)

    await count(7)
    assert await on_hand(world, shop.store_id, shop.oolong) == OnHand(7, 4)
    with pytest.raises(Refusal, match=r"stock\.counted_below_reserved") as caught:
        await count(3)
    assert caught.value.fields == {
        "sku_id": str(int(shop.oolong)),
        "store_id": str(int(shop.store_id)),
        "short": 1,
    }
    assert await on_hand(world, shop.store_id, shop.oolong) == OnHand(7, 4)


async def test_a_store_that_never_received_anything_has_nothing_to_sell(world: World) -> None:
    shop = await open_tea_shop(world, stock=0)
    with pytest.raises(Refusal, match=r"stock\.insufficient"):
        await reserve(world, shop, 1)
