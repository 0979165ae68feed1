"""Stock comes in, breaks, is counted and carried; the ledger knows where every unit is."""

import pytest

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.commerce.catalogue import SkuId
from banyan.commerce.stock import (
    CountedLine,
    CountStock,
    ListMovements,
    ListStock,
    MovementKind,
    OnHand,
    ReceiveStock,
    StockLine,
    TransferStock,
    WriteOffStock,
    count_stock,
    list_movements,
    list_stock,
    receive_stock,
    transfer_stock,
    write_off_stock,
)
from banyan.commerce.stores import StoreId
from banyan.parties.staff import Role
from tests.kit.commerce_shop import TeaShop, add_store, on_hand, open_tea_shop, receive
from tests.kit.world import World


def one_line(sku_id: SkuId, quantity: int) -> list[StockLine]:
    return [StockLine(sku_id=sku_id, quantity=quantity)]


async def count(world: World, shop: TeaShop, quantity: int) -> None:
    command = CountStock(
        merchant_id=shop.merchant_id,
        store_id=shop.store_id,
        lines=[CountedLine(sku_id=shop.oolong, quantity=quantity)],
    )
    await world.office.run(count_stock, command, world.owner)


async def test_what_is_received_is_on_hand(world: World) -> None:
    shop = await open_tea_shop(world, stock=0)
    assert await on_hand(world, shop.store_id, shop.oolong) == OnHand(0, 0)
    mark = await world.mark()
    await receive(world, shop.store_id, {shop.oolong: 7, shop.jasmine: 3})
    await receive(world, shop.store_id, {shop.oolong: 5})
    assert await on_hand(world, shop.store_id, shop.oolong) == OnHand(12, 0)
    assert await on_hand(world, shop.store_id, shop.jasmine) == OnHand(3, 0)
    assert await world.events(mark) == ["stock.received", "stock.received"]


async def test_no_more_is_written_off_than_there_is(world: World) -> None:
    shop = await open_tea_shop(world, stock=10)
    command = WriteOffStock(
        merchant_id=shop.merchant_id,
        store_id=shop.store_id,
        lines=one_line(shop.oolong, 4),
        note="受潮",
    )
    await world.office.run(write_off_stock, command, world.owner)
    assert await on_hand(world, shop.store_id, shop.oolong) == OnHand(6, 0)
    mark = await world.mark()
    too_many = WriteOffStock(
        merchant_id=shop.merchant_id,
        store_id=shop.store_id,
        lines=[*one_line(shop.jasmine, 1), *one_line(shop.oolong, 7)],
    )
    with pytest.raises(Refusal, match=r"stock\.insufficient"):
        await world.office.run(write_off_stock, too_many, world.owner)
    assert await on_hand(world, shop.store_id, shop.oolong) == OnHand(6, 0)
    assert await on_hand(world, shop.store_id, shop.jasmine) == OnHand(10, 0)
    assert await world.events(mark) == []


@pytest.mark.parametrize("found", [0, 9, 10, 11, 500])
async def test_after_a_count_the_books_say_what_was_found(world: World, found: int) -> None:
    shop = await open_tea_shop(world, stock=10)
    await count(world, shop, found)
    assert await on_hand(world, shop.store_id, shop.oolong) == OnHand(found, 0)
    query = ListMovements(
        merchant_id=shop.merchant_id, store_id=shop.store_id, sku_id=shop.oolong, limit=1
    )
    (last,) = (await world.office.run(list_movements, query, world.owner)).items
    expected = (MovementKind.COUNTED, found - 10) if found != 10 else (MovementKind.RECEIVED, 10)
    assert (last.kind, last.quantity) == expected


async def test_units_are_carried_to_another_store_and_none_is_lost(world: World) -> None:
    shop = await open_tea_shop(world, stock=10)
    branch = await add_store(world, "分店")
    mark = await world.mark()
    command = TransferStock(
        merchant_id=shop.merchant_id,
        store_id=shop.store_id,
        to_store_id=branch,
        lines=[*one_line(shop.oolong, 4), *one_line(shop.jasmine, 10)],
    )
    await world.office.run(transfer_stock, command, world.owner)
    assert await on_hand(world, shop.store_id, shop.oolong) == OnHand(6, 0)
    assert await on_hand(world, branch, shop.oolong) == OnHand(4, 0)
    assert await on_hand(world, branch, shop.jasmine) == OnHand(10, 0)
    assert await world.events(mark) == ["stock.carried"]
    with pytest.raises(Refusal, match=r"stock\.insufficient"):
        await world.office.run(transfer_stock, command, world.owner)
    assert await on_hand(world, branch, shop.oolong) == OnHand(4, 0)
    for store_id in (shop.store_id, branch):
        query = ListMovements(merchant_id=shop.merchant_id, store_id=store_id, limit=2)
        found = (await world.office.run(list_movements, query, world.owner)).items
        assert [one.kind for one in found] == [MovementKind.CARRIED] * 2


async def test_commands_that_contradict_themselves_are_invalid(world: World) -> None:
    shop = await open_tea_shop(world, stock=10)
    twice = [*one_line(shop.oolong, 1), *one_line(shop.oolong, 2)]
    more = ReceiveStock(merchant_id=shop.merchant_id, store_id=shop.store_id, lines=twice)
    with pytest.raises(Invalid, match=r"stock\.sku_twice"):
        await world.office.run(receive_stock, more, world.owner)
    less = WriteOffStock(merchant_id=shop.merchant_id, store_id=shop.store_id, lines=twice)
    with pytest.raises(Invalid, match=r"stock\.sku_twice"):
        await world.office.run(write_off_stock, less, world.owner)
    counted = CountStock(
        merchant_id=shop.merchant_id,
        store_id=shop.store_id,
        lines=[CountedLine(sku_id=shop.oolong, quantity=1)] * 2,
    )
    with pytest.raises(Invalid, match=r"stock\.sku_twice"):
        await world.office.run(count_stock, counted, world.owner)
    same = TransferStock(
        merchant_id=shop.merchant_id,
        store_id=shop.store_id,
        to_store_id=shop.store_id,
        lines=one_line(shop.oolong, 1),
    )
    with pytest.raises(Invalid, match=r"stock\.same_store"):
        await world.office.run(transfer_stock, same, world.owner)


async def test_what_is_not_the_merchants_is_not_found(world: World) -> None:
    shop = await open_tea_shop(world, stock=10)
    other = await world.merchant("对门", owner="chen")
    chen = world.as_person("chen")
    store_id = await add_store(world, "店", merchant_id=other, actor=chen)
    theirs = ReceiveStock(merchant_id=other, store_id=store_id, lines=one_line(shop.oolong, 1))
    with pytest.raises(NotFound, match=r"catalogue\.sku_not_found"):
        await world.office.run(receive_stock, theirs, chen)
    ours = ReceiveStock(merchant_id=other, store_id=shop.store_id, lines=one_line(shop.oolong, 1))
    with pytest.raises(NotFound, match=r"stores\.not_found"):
        await world.office.run(receive_stock, ours, chen)
    away = TransferStock(
        merchant_id=shop.merchant_id,
        store_id=shop.store_id,
        to_store_id=store_id,
        lines=one_line(shop.oolong, 1),
    )
    with pytest.raises(NotFound, match=r"stores\.not_found"):
        await world.office.run(transfer_stock, away, world.owner)
    nowhere = ReceiveStock(
        merchant_id=shop.merchant_id, store_id=StoreId(1), lines=one_line(shop.oolong, 1)
    )
    with pytest.raises(NotFound, match=r"stores\.not_found"):
        await world.office.run(receive_stock, nowhere, world.owner)


async def test_staff_of_one_store_carry_nothing_elsewhere(world: World) -> None:
    shop = await open_tea_shop(world, stock=10)
    branch = await add_store(world, "分店")
    wu = await world.staff("wu", Role.MANAGER, store_ids=[shop.store_id])
    command = TransferStock(
        merchant_id=shop.merchant_id,
        store_id=shop.store_id,
        to_store_id=branch,
        lines=one_line(shop.oolong, 1),
    )
    with pytest.raises(NotFound, match=r"stores\.not_found"):
        await world.office.run(transfer_stock, command, wu)
    assert await on_hand(world, branch, shop.oolong) == OnHand(0, 0)


async def test_stock_is_listed_with_its_products(world: World) -> None:
    shop = await open_tea_shop(world, stock=10)
    query = ListStock(merchant_id=shop.merchant_id, store_id=shop.store_id)
    items = (await world.office.run(list_stock, query, world.owner)).items
    assert [(one.name, one.available, one.is_tracked) for one in items] == [
        ("铁观音", 10, True),
        ("茉莉花茶", 10, True),
        ("白开水", 0, False),
    ]
    search = ListStock(merchant_id=shop.merchant_id, store_id=shop.store_id, search="花茶")
    found = (await world.office.run(list_stock, search, world.owner)).items
    assert [one.sku_id for one in found] == [shop.jasmine]


async def test_movements_are_listed_page_by_page_the_latest_first(world: World) -> None:
    shop = await open_tea_shop(world, stock=0)
    for quantity in range(1, 4):
        await receive(world, shop.store_id, {shop.oolong: quantity, shop.jasmine: quantity})
    seen = []
    cursor = None
    for _ in range(4):
        query = ListMovements(
            merchant_id=shop.merchant_id, store_id=shop.store_id, limit=2, cursor=cursor
        )
        page = await world.office.run(list_movements, query, world.owner)
        seen += [(one.sku_id, one.quantity) for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [
        (sku_id, quantity) for quantity in (3, 2, 1) for sku_id in (shop.jasmine, shop.oolong)
    ]


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJhIiwiYiJd", "WyIxIl0", "WyItMSIsIjEiXQ"])
async def test_a_cursor_of_ones_own_making_is_invalid(world: World, cursor: str) -> None:
    shop = await open_tea_shop(world, stock=0)
    query = ListMovements(merchant_id=shop.merchant_id, store_id=shop.store_id, cursor=cursor)
    with pytest.raises(Invalid, match=r"paging\.bad_cursor"):
        await world.office.run(list_movements, query, world.owner)
