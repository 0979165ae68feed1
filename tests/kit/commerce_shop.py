"""Builders for shops: stores, products, stock and coded places, by the real operations only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from banyan.base.errors import Failure
from banyan.base.ids import NONE, Id
from banyan.commerce.catalogue import (
    AddCategory,
    AddProduct,
    CategoryId,
    Product,
    SkuFacts,
    SkuId,
    add_category,
    add_product,
)
from banyan.commerce.places import (
    AddPlaces,
    CodedPlace,
    CodeFacts,
    NewPlace,
    PlaceKind,
    RecordTouch,
    TouchResult,
    add_places,
    record_touches,
)
from banyan.commerce.stock import (
    OnHand,
    ReceiveStock,
    StockLine,
    read_on_hand,
    receive_stock,
)
from banyan.commerce.stores import OpenStore, StoreId, open_store
from banyan.parties.merchants import MerchantId

if TYPE_CHECKING:
    from banyan.books.actor import Actor
    from tests.kit.world import World

VISITOR = "visitor-of-a-test-0001"


@dataclass(frozen=True)
class TeaShop:
    """榕树茶馆 with one store and three teas, a hundred of each that is counted."""

    merchant_id: MerchantId
    store_id: StoreId
    oolong: SkuId
    """¥18.00, counted."""
    jasmine: SkuId
    """¥22.50, counted."""
    water: SkuId
    """Free, never runs out."""


async def add_store(
    world: World,
    name: str = "总店",
    *,
    merchant_id: MerchantId | None = None,
    actor: Actor | None = None,
    **facts: Any,  # noqa: ANN401 - any field of the command
) -> StoreId:
    """Open a store of a merchant, by default the world's first."""
    command = OpenStore(merchant_id=merchant_id or world.merchant_id, name=name, **facts)
    return (await world.office.run(open_store, command, actor or world.owner)).store_id


async def add_goods(  # noqa: PLR0913 - a builder names what a test may vary
    world: World,
    name: str,
    price_fen: int = 1800,
    *,
    skus: Sequence[SkuFacts] = (),
    merchant_id: MerchantId | None = None,
    actor: Actor | None = None,
    category_id: CategoryId | None = None,
    **facts: Any,  # noqa: ANN401 - any field of the command
) -> Product:
    """Sell a product, by default in one variant at this price."""
    command = AddProduct(
        merchant_id=merchant_id or world.merchant_id,
        name=name,
        category_id=category_id or CategoryId(NONE),
        skus=list(skus) or [SkuFacts(price_fen=price_fen)],
        **facts,
    )
    return await world.office.run(add_product, command, actor or world.owner)


async def add_group(world: World, name: str, position: int = 0) -> CategoryId:
    """Have a category of the world's merchant."""
    command = AddCategory(merchant_id=world.merchant_id, name=name, position=position)
    return (await world.office.run(add_category, command, world.owner)).category_id


async def receive(
    world: World,
    store_id: StoreId,
    quantities: Mapping[SkuId, int],
    *,
    merchant_id: MerchantId | None = None,
    actor: Actor | None = None,
) -> None:
    """Take a delivery into a store."""
    lines = [StockLine(sku_id=sku_id, quantity=count) for sku_id, count in quantities.items()]
    command = ReceiveStock(
        merchant_id=merchant_id or world.merchant_id, store_id=store_id, lines=lines
    )
    await world.office.run(receive_stock, command, actor or world.owner)


async def on_hand(world: World, store_id: StoreId, sku_id: SkuId) -> OnHand:
    """What a store has of a SKU."""
    async with world.building.pool.acquire() as db:
        return (await read_on_hand(db, [(store_id, sku_id)]))[store_id, sku_id]


async def add_spots(  # noqa: PLR0913 - a builder names what a test may vary
    world: World,
    store_id: StoreId,
    kind: PlaceKind,
    names: Sequence[str],
    *,
    scene: str = "",
    source: str = "",
    subject_id: int = 0,
) -> list[CodedPlace]:
    """Give places of a store a code each."""
    code = CodeFacts(scene=scene, source=source)
    places = [NewPlace(name=name, subject_id=Id(subject_id), code=code) for name in names]
    command = AddPlaces(merchant_id=world.merchant_id, store_id=store_id, kind=kind, places=places)
    return (await world.office.run(add_places, command, world.owner)).places


async def scan(
    world: World, token: str, actor: Actor, *, visitor: str = VISITOR, device: str = "Phone"
) -> TouchResult:
    """Scan a code as somebody, known or not."""
    command = RecordTouch(token=token, visitor=visitor, device=device)
    result = await world.office.run(record_touches, command, actor)
    assert not isinstance(result, Failure)
    return result


async def open_tea_shop(world: World, *, stock: int = 100) -> TeaShop:
    """Open the tea shop with something to sell."""
    await world.merchant()
    store_id = await add_store(world)
    oolong = (await add_goods(world, "铁观音", 1800)).skus[0].sku_id
    jasmine = (await add_goods(world, "茉莉花茶", 2250)).skus[0].sku_id
    free = SkuFacts(price_fen=0, is_tracked=False)
    water = (await add_goods(world, "白开水", skus=[free])).skus[0].sku_id
    if stock:
        await receive(world, store_id, {oolong: stock, jasmine: stock})
    return TeaShop(world.merchant_id, store_id, oolong, jasmine, water)
