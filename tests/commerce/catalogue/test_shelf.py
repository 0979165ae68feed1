"""What a buyer sees in a store: its own prices, what is on sale there, and what is left."""

import pytest

from banyan.base.errors import Invalid, NotFound
from banyan.books.actor import NOBODY
from banyan.commerce.catalogue import (
    ChangeSku,
    ListStorePrices,
    SetStorePrices,
    SkuFacts,
    SkuId,
    StorePrice,
    SwitchSale,
    change_sku,
    list_store_prices,
    read_skus_for_sale,
    set_store_prices,
    switch_sale,
)
from banyan.commerce.stock import ListShelf, ReadShelfItem, Shelf, list_shelves, read_shelf_item
from banyan.commerce.stores import StoreId
from banyan.parties.merchants import MerchantId
from banyan.parties.staff import Role
from tests.kit.commerce_shop import add_goods, add_group, add_store, open_tea_shop, receive
from tests.kit.world import World


async def read_shelf(
    world: World, store_id: StoreId, *, limit: int = 20, cursor: str | None = None
) -> Shelf:
    query = ListShelf(merchant_id=world.merchant_id, store_id=store_id, limit=limit, cursor=cursor)
    return await world.office.run(list_shelves, query, NOBODY)


async def set_price(world: World, store_id: StoreId, price: StorePrice) -> None:
    command = SetStorePrices(merchant_id=world.merchant_id, store_id=store_id, prices=[price])
    await world.office.run(set_store_prices, command, world.owner)


async def test_the_shelf_shows_prices_and_what_is_left(world: World) -> None:
    shop = await open_tea_shop(world, stock=7)
    shelf = await read_shelf(world, shop.store_id)
    assert [
        (one.name, [(sku.price_fen, sku.available) for sku in one.skus]) for one in shelf.items
    ] == [("铁观音", [(1800, 7)]), ("茉莉花茶", [(2250, 7)]), ("白开水", [(0, None)])]
    assert shelf.next_cursor is None
    await receive(world, shop.store_id, {shop.oolong: 3})
    again = await read_shelf(world, shop.store_id)
    assert again.items[0].skus[0].available == 10


async def test_a_store_has_prices_of_its_own(world: World) -> None:
    shop = await open_tea_shop(world)
    branch = await add_store(world, "机场店")
    mark = await world.mark()
    await set_price(world, branch, StorePrice(sku_id=shop.oolong, price_fen=3800))
    await set_price(world, branch, StorePrice(sku_id=shop.oolong, price_fen=3800))
    assert await world.events(mark) == ["catalogue.prices_set"]
    prices = [
        (await read_shelf(world, store_id)).items[0].skus[0].price_fen
        for store_id in (shop.store_id, branch)
    ]
    assert prices == [1800, 3800]
    await set_price(world, branch, StorePrice(sku_id=shop.oolong))
    assert (await read_shelf(world, branch)).items[0].skus[0].price_fen == 1800
    query = ListStorePrices(merchant_id=world.merchant_id, store_id=branch)
    assert (await world.office.run(list_store_prices, query, world.owner)).items == []


async def test_every_change_shows_at_once(world: World) -> None:
    """The page is remembered by the catalogue's version: no change may be missed."""
    shop = await open_tea_shop(world)
    first = await read_shelf(world, shop.store_id)
    assert await read_shelf(world, shop.store_id) == first
    dearer = ChangeSku(merchant_id=world.merchant_id, sku_id=shop.oolong, price_fen=1999)
    await world.office.run(change_sku, dearer, world.owner)
    assert (await read_shelf(world, shop.store_id)).items[0].skus[0].price_fen == 1999
    product_id = first.items[0].product_id
    off = SwitchSale(merchant_id=world.merchant_id, product_ids=[product_id], is_on_sale=False)
    await world.office.run(switch_sale, off, world.owner)
    assert product_id not in {
        one.product_id for one in (await read_shelf(world, shop.store_id)).items
    }
    await set_price(world, shop.store_id, StorePrice(sku_id=shop.jasmine, is_on_sale=False))
    assert [one.name for one in (await read_shelf(world, shop.store_id)).items] == ["白开水"]


async def test_variants_off_sale_are_not_shown_and_a_product_without_any_neither(
    world: World,
) -> None:
    await world.merchant()
    store_id = await add_store(world)
    await add_goods(
        world,
        "茶",
        skus=[
            SkuFacts(price_fen=1, variant="小", position=2),
            SkuFacts(price_fen=2, variant="大", position=1),
            SkuFacts(price_fen=3, variant="无", is_on_sale=False),
        ],
    )
    await add_goods(world, "停售", skus=[SkuFacts(price_fen=1, is_on_sale=False)])
    shelf = await read_shelf(world, store_id)
    assert [[sku.variant for sku in one.skus] for one in shelf.items] == [["大", "小"]]


async def test_the_shelf_is_in_the_merchants_order_page_by_page(world: World) -> None:
    await world.merchant()
    store_id = await add_store(world)
    cakes = await add_group(world, "点心")
    for number, position in enumerate((5, 1, 3, 1, 0, 9, 3)):
        await add_goods(world, f"{position}-{number}", position=position)
    await add_goods(world, "糕", category_id=cakes)
    seen: list[str] = []
    cursor = None
    while True:
        shelf = await read_shelf(world, store_id, limit=3, cursor=cursor)
        seen += [one.name for one in shelf.items]
        cursor = shelf.next_cursor
        if cursor is None:
            break
    assert seen == ["0-4", "糕", "1-1", "1-3", "3-2", "3-6", "5-0", "9-5"]
    query = ListShelf(merchant_id=world.merchant_id, store_id=store_id, category_id=cakes)
    only = await world.office.run(list_shelves, query, NOBODY)
    assert [one.name for one in only.items] == ["糕"]


async def test_one_product_is_shown_with_its_description(world: World) -> None:
    await world.merchant()
    store_id = await add_store(world)
    added = await add_goods(world, "茶", description="春天采的")
    query = ReadShelfItem(
        merchant_id=world.merchant_id, store_id=store_id, product_id=added.product_id
    )
    item = await world.office.run(read_shelf_item, query, NOBODY)
    assert (item.name, item.description) == ("茶", "春天采的")
    assert [(one.price_fen, one.available) for one in item.skus] == [(1800, 0)]
    off = SwitchSale(
        merchant_id=world.merchant_id, product_ids=[added.product_id], is_on_sale=False
    )
    await world.office.run(switch_sale, off, world.owner)
    with pytest.raises(NotFound, match=r"catalogue\.product_not_found"):
        await world.office.run(read_shelf_item, query, NOBODY)


async def test_a_shelf_that_is_not_there_is_not_found(world: World) -> None:
    shop = await open_tea_shop(world)
    other = await world.merchant("对门", owner="chen")
    for merchant_id, store_id in (
        (shop.merchant_id, StoreId(1)),
        (other, shop.store_id),
        (MerchantId(1), shop.store_id),
    ):
        query = ListShelf(merchant_id=merchant_id, store_id=store_id)
        with pytest.raises(NotFound, match=r"stores\.not_found"):
            await world.office.run(list_shelves, query, NOBODY)


async def test_orders_read_what_they_need_in_one_go(world: World) -> None:
    shop = await open_tea_shop(world)
    branch = await add_store(world, "分店")
    await set_price(world, branch, StorePrice(sku_id=shop.oolong, price_fen=2000))
    await set_price(world, branch, StorePrice(sku_id=shop.jasmine, is_on_sale=False))
    merchant_id = shop.merchant_id
    wanted = [
        (merchant_id, store_id, sku_id)
        for store_id in (shop.store_id, branch)
        for sku_id in (shop.oolong, shop.jasmine, SkuId(99))
    ]
    async with world.building.pool.acquire() as db:
        found = await read_skus_for_sale(db, wanted)
    assert {
        pair: (one.name, one.unit_price_fen, one.is_on_sale) for pair, one in found.items()
    } == {
        (shop.store_id, shop.oolong): ("铁观音", 1800, True),
        (shop.store_id, shop.jasmine): ("茉莉花茶", 2250, True),
        (branch, shop.oolong): ("铁观音", 2000, True),
        (branch, shop.jasmine): ("茉莉花茶", 2250, False),
    }


async def test_prices_of_a_store_are_set_together_or_not_at_all(world: World) -> None:
    shop = await open_tea_shop(world)
    good = StorePrice(sku_id=shop.oolong, price_fen=1)
    for prices, error, code in (
        ([good, StorePrice(sku_id=SkuId(9), price_fen=1)], NotFound, "catalogue.sku_not_found"),
        ([good, good], Invalid, "catalogue.sku_twice"),
    ):
        command = SetStorePrices(
            merchant_id=shop.merchant_id, store_id=shop.store_id, prices=prices
        )
        with pytest.raises(error) as refused:
            await world.office.run(set_store_prices, command, world.owner)
        assert refused.value.code == code
    assert (await read_shelf(world, shop.store_id)).items[0].skus[0].price_fen == 1800


async def test_a_manager_of_one_store_sets_its_prices_alone(world: World) -> None:
    shop = await open_tea_shop(world)
    branch = await add_store(world, "分店")
    chen = await world.staff("chen", Role.MANAGER, store_ids=[branch])
    price = StorePrice(sku_id=shop.oolong, price_fen=2000)
    command = SetStorePrices(merchant_id=shop.merchant_id, store_id=branch, prices=[price])
    await world.office.run(set_store_prices, command, chen)
    other = SetStorePrices(merchant_id=shop.merchant_id, store_id=shop.store_id, prices=[price])
    with pytest.raises(NotFound, match=r"stores\.not_found"):
        await world.office.run(set_store_prices, other, chen)
