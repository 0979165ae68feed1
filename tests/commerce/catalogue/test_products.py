"""Products are added, changed, found and taken off sale; codes and barcodes name one thing."""

from typing import Any

import pytest

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.books.actor import NOBODY
from banyan.books.work import Operation
from banyan.commerce.catalogue import (
    AddCategory,
    AddSku,
    CategoryId,
    ChangeCategory,
    ChangeProduct,
    ChangeSku,
    FindProduct,
    ListCategories,
    ListProducts,
    Product,
    ProductId,
    ReadProduct,
    RemoveCategory,
    SkuFacts,
    SkuId,
    SwitchSale,
    add_category,
    add_sku,
    change_category,
    change_product,
    change_sku,
    find_product,
    list_categories,
    list_products,
    read_product,
    remove_category,
    switch_sale,
)
from banyan.parties.audit import ListAudit, list_audit
from banyan.parties.merchants import MerchantId
from banyan.parties.staff import Role
from tests.kit.commerce_shop import add_goods, add_group, add_store
from tests.kit.world import World

UNKNOWN = SkuId(7)
CUPS = (
    SkuFacts(price_fen=1800, variant="中杯", code="TGY-M", barcode="6901234567892"),
    SkuFacts(price_fen=2200, variant="大杯", code="TGY-L"),
)


async def find(world: World, **query: Any) -> list[str]:  # noqa: ANN401 - any filter
    command = ListProducts(merchant_id=world.merchant_id, **query)
    return [one.name for one in (await world.office.run(list_products, command, world.owner)).items]


async def read(world: World, product_id: ProductId) -> Product:
    query = ReadProduct(merchant_id=world.merchant_id, product_id=product_id)
    return await world.office.run(read_product, query, world.owner)


async def test_a_product_is_added_with_its_variants(world: World) -> None:
    await world.merchant()
    category_id = await add_group(world, "乌龙")
    mark = await world.mark()
    added = await add_goods(
        world, "铁观音", skus=CUPS, code="TGY", category_id=category_id, description="安溪春茶"
    )
    assert [(one.variant, one.price_fen) for one in added.skus] == [("中杯", 1800), ("大杯", 2200)]
    assert await read(world, added.product_id) == added
    assert await world.events(mark) == ["catalogue.product_added"]


async def test_what_has_no_code_gets_one(world: World) -> None:
    await world.merchant()
    added = await add_goods(world, "白茶")
    assert added.code == str(int(added.product_id))
    assert added.skus[0].code == str(int(added.skus[0].sku_id))


async def test_one_code_and_one_barcode_name_one_thing(world: World) -> None:
    await world.merchant()
    await add_goods(world, "铁观音", skus=CUPS, code="TGY")
    mark = await world.mark()
    for facts, sku, code in (
        ({"code": "TGY"}, {}, "catalogue.product_code_taken"),
        ({}, {"code": "TGY-M"}, "catalogue.sku_code_taken"),
        ({}, {"barcode": "6901234567892"}, "catalogue.barcode_taken"),
    ):
        with pytest.raises(Refusal) as refused:
            await add_goods(world, "仿", skus=[SkuFacts(price_fen=1, **sku)], **facts)  # type: ignore[arg-type]
        assert refused.value.code == code
    assert await find(world) == ["铁观音"]
    assert await world.events(mark) == []


async def test_another_merchant_may_use_the_same_codes(world: World) -> None:
    await world.merchant()
    await add_goods(world, "铁观音", skus=CUPS, code="TGY")
    other = await world.merchant("对门", owner="chen")
    chen = world.as_person("chen")
    theirs = await add_goods(world, "铁观音", skus=CUPS, code="TGY", merchant_id=other, actor=chen)
    assert theirs.merchant_id == other


async def test_two_variants_of_one_name_are_invalid(world: World) -> None:
    await world.merchant()
    with pytest.raises(Invalid, match=r"catalogue\.variant_twice"):
        await add_goods(world, "茶", skus=[SkuFacts(price_fen=1), SkuFacts(price_fen=2)])
    added = await add_goods(world, "茶", skus=CUPS)
    command = AddSku(
        merchant_id=world.merchant_id, product_id=added.product_id, price_fen=1, variant="大杯"
    )
    with pytest.raises(Invalid, match=r"catalogue\.variant_twice"):
        await world.office.run(add_sku, command, world.owner)
    rename = ChangeSku(
        merchant_id=world.merchant_id, sku_id=added.skus[0].sku_id, price_fen=1, variant="大杯"
    )
    with pytest.raises(Invalid, match=r"catalogue\.variant_twice"):
        await world.office.run(change_sku, rename, world.owner)


async def test_a_change_replaces_what_is_said_and_keeps_variants(world: World) -> None:
    await world.merchant()
    added = await add_goods(world, "铁观音", skus=CUPS, code="TGY", description="旧")
    mark = await world.mark()
    command = ChangeProduct(
        merchant_id=world.merchant_id, product_id=added.product_id, name="安溪铁观音", position=5
    )
    changed = await world.office.run(change_product, command, world.owner)
    assert (changed.name, changed.code, changed.description) == ("安溪铁观音", "TGY", "")
    assert (changed.position, changed.skus) == (5, added.skus)
    assert await read(world, added.product_id) == changed
    assert await world.office.run(change_product, command, world.owner) == changed
    assert await world.events(mark) == ["catalogue.product_changed"]


async def test_a_variant_is_added_and_its_price_changed_with_audit(world: World) -> None:
    await world.merchant()
    added = await add_goods(world, "铁观音", 1800)
    more = AddSku(
        merchant_id=world.merchant_id, product_id=added.product_id, price_fen=2500, variant="壶"
    )
    product = await world.office.run(add_sku, more, world.owner)
    assert [one.variant for one in product.skus] == ["", "壶"]
    dearer = ChangeSku(
        merchant_id=world.merchant_id, sku_id=added.skus[0].sku_id, price_fen=1900, variant="杯"
    )
    product = await world.office.run(change_sku, dearer, world.owner)
    assert [(one.variant, one.price_fen) for one in product.skus] == [("杯", 1900), ("壶", 2500)]
    assert product.skus[0].code == added.skus[0].code
    query = ListAudit(merchant_id=world.merchant_id, subject="catalogue.product", limit=1)
    (entry,) = (await world.office.run(list_audit, query, world.owner)).items
    assert entry.before is not None
    assert entry.after is not None
    prices = [[sku["price_fen"] for sku in side["skus"]] for side in (entry.before, entry.after)]
    assert prices == [[1800, 2500], [1900, 2500]]


async def test_products_are_found_by_name_code_barcode_and_category(world: World) -> None:
    await world.merchant()
    black = await add_group(world, "红茶")
    await add_goods(world, "铁观音 100%", skus=CUPS, code="TGY")
    keemun = await add_goods(world, "Keemun 祁门", category_id=black)
    assert await find(world) == ["铁观音 100%", "Keemun 祁门"]
    assert await find(world, search="keemun") == ["Keemun 祁门"]
    assert await find(world, search="0%") == ["铁观音 100%"]
    assert await find(world, search="_") == []
    assert await find(world, search="TGY-L") == ["铁观音 100%"]
    assert await find(world, search="6901234567892") == ["铁观音 100%"]
    assert await find(world, category_id=black) == ["Keemun 祁门"]
    switch = SwitchSale(
        merchant_id=world.merchant_id, product_ids=[keemun.product_id], is_on_sale=False
    )
    await world.office.run(switch_sale, switch, world.owner)
    assert await find(world, is_on_sale=True) == ["铁观音 100%"]
    assert await find(world, is_on_sale=False) == ["Keemun 祁门"]


async def test_a_scanned_barcode_finds_its_variant(world: World) -> None:
    await world.merchant()
    await add_goods(world, "铁观音", skus=CUPS)
    query = FindProduct(merchant_id=world.merchant_id, label="6901234567892")
    found = await world.office.run(find_product, query, world.owner)
    assert [(one.variant, one.code) for one in found.skus] == [("中杯", "TGY-M")]
    with pytest.raises(NotFound, match=r"catalogue\.sku_not_found"):
        await world.office.run(
            find_product, FindProduct(merchant_id=world.merchant_id, label="0000"), world.owner
        )


async def test_many_products_are_switched_at_once_or_none(world: World) -> None:
    await world.merchant()
    ids = [(await add_goods(world, f"茶{number}")).product_id for number in range(3)]
    mark = await world.mark()
    command = SwitchSale(
        merchant_id=world.merchant_id, product_ids=[*ids, ProductId(1)], is_on_sale=False
    )
    with pytest.raises(NotFound, match=r"catalogue\.product_not_found"):
        await world.office.run(switch_sale, command, world.owner)
    assert await find(world, is_on_sale=False) == []
    good = SwitchSale(merchant_id=world.merchant_id, product_ids=ids, is_on_sale=False)
    assert (await world.office.run(switch_sale, good, world.owner)).product_ids == ids
    assert (await world.office.run(switch_sale, good, world.owner)).product_ids == []
    assert await world.events(mark) == ["catalogue.product_changed"] * 3


async def test_categories_are_kept_in_order_and_only_empty_ones_go(world: World) -> None:
    await world.merchant()
    tea, cake = await add_group(world, "茶", 2), await add_group(world, "点心", 1)
    query = ListCategories(merchant_id=world.merchant_id)
    listed = await world.office.run(list_categories, query, NOBODY)
    assert [one.category_id for one in listed.items] == [cake, tea]
    with pytest.raises(Refusal, match=r"catalogue\.category_exists"):
        await add_group(world, "茶")
    rename = ChangeCategory(merchant_id=world.merchant_id, category_id=cake, name="茶", position=1)
    with pytest.raises(Refusal, match=r"catalogue\.category_exists"):
        await world.office.run(change_category, rename, world.owner)
    await add_goods(world, "龙井", category_id=tea)
    remove = RemoveCategory(merchant_id=world.merchant_id, category_id=tea)
    with pytest.raises(Refusal, match=r"catalogue\.category_in_use"):
        await world.office.run(remove_category, remove, world.owner)
    await world.office.run(
        remove_category,
        RemoveCategory(merchant_id=world.merchant_id, category_id=cake),
        world.owner,
    )
    listed = await world.office.run(list_categories, query, NOBODY)
    assert [one.name for one in listed.items] == ["茶"]
    stranger = ListCategories(merchant_id=MerchantId(77))
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await world.office.run(list_categories, stranger, NOBODY)
    with pytest.raises(Invalid, match=r"catalogue\.unknown_category"):
        await add_goods(world, "绿豆糕", category_id=cake)
    gone = ChangeCategory(merchant_id=world.merchant_id, category_id=CategoryId(5), name="无")
    with pytest.raises(NotFound, match=r"catalogue\.category_not_found"):
        await world.office.run(change_category, gone, world.owner)


async def test_strangers_and_staff_of_one_store_change_nothing(world: World) -> None:
    await world.merchant()
    store_id = await add_store(world)
    lin = await world.person("lin")
    chen = await world.staff("chen", Role.MANAGER, store_ids=[store_id])
    hao = await world.staff("hao", Role.CASHIER)
    command = AddCategory(merchant_id=world.merchant_id, name="我的")
    for actor, error, code in (
        (lin, NotFound, "merchants.not_found"),
        (hao, Refusal, "access.forbidden"),
        (chen, NotFound, "stores.not_found"),
    ):
        with pytest.raises(error) as refused:
            await world.office.run(add_category, command, actor)
        assert refused.value.code == code


async def test_what_is_another_merchants_is_not_found(world: World) -> None:
    await world.merchant()
    added = await add_goods(world, "铁观音")
    other = await world.merchant("对门", owner="chen")
    chen = world.as_person("chen")
    product_id, sku_id = added.product_id, added.skus[0].sku_id
    attempts: list[tuple[Operation[Any, Any], object]] = [
        (change_product, ChangeProduct(merchant_id=other, product_id=product_id, name="x")),
        (change_sku, ChangeSku(merchant_id=other, sku_id=sku_id, price_fen=1)),
        (add_sku, AddSku(merchant_id=other, product_id=product_id, price_fen=1, variant="x")),
        (read_product, ReadProduct(merchant_id=other, product_id=product_id)),
        (switch_sale, SwitchSale(merchant_id=other, product_ids=[product_id], is_on_sale=False)),
        (change_sku, ChangeSku(merchant_id=other, sku_id=UNKNOWN, price_fen=1)),
    ]
    for operation, command in attempts:
        with pytest.raises(NotFound, match=r"catalogue\."):
            await world.office.run(operation, command, chen)
    assert await read(world, product_id) == added
