"""What a store has, and why: for the merchant's own people."""

import msgspec

from banyan.base.ids import NONE
from banyan.base.paging import Cursor, Limit, Page, encode_cursor
from banyan.base.text import OptionalName
from banyan.books.work import Permission, Work, reading
from banyan.commerce.catalogue import CategoryId, ListProducts, SkuId, list_products
from banyan.commerce.stock import rules, store
from banyan.commerce.stock.note_moves import read_store_stock
from banyan.commerce.stock.types import Movement
from banyan.commerce.stores import StoreId, access_store
from banyan.parties.merchants import MerchantId


class ListStock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the store has of the products that match."""

    merchant_id: MerchantId
    store_id: StoreId
    search: OptionalName = ""
    """Part of the name, or the whole code or barcode."""
    category_id: CategoryId = CategoryId(NONE)
    limit: Limit = 20
    """Products, not SKUs."""
    cursor: Cursor | None = None


class StockItem(msgspec.Struct, frozen=True, kw_only=True):
    """A SKU in a store."""

    sku_id: SkuId
    code: str
    name: str
    variant: str
    is_tracked: bool
    on_hand: int
    """What lies there."""
    reserved: int
    """Of that, what is set aside for orders."""
    available: int


class ListMovements(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came to the store and left it, but for sales; the latest first."""

    merchant_id: MerchantId
    store_id: StoreId
    sku_id: SkuId = SkuId(NONE)
    """Zero: of all SKUs."""
    limit: Limit = 20
    cursor: Cursor | None = None


@reading(permission=Permission.STOCK_READ)
async def list_stock(work: Work, query: ListStock) -> Page[StockItem]:
    """A page of SKUs, by product.

    Raises NotFound `stores.not_found`, Invalid `paging.bad_cursor`.
    """
    await access_store(work.db, query.merchant_id, query.store_id)
    wanted = ListProducts(
        merchant_id=query.merchant_id,
        search=query.search,
        category_id=query.category_id,
        limit=query.limit,
        cursor=query.cursor,
    )
    page = await list_products(work, wanted)
    skus = [(product, sku) for product in page.items for sku in product.skus]
    stock = await read_store_stock(work.db, query.store_id, [sku.sku_id for _, sku in skus])
    items = [
        StockItem(
            sku_id=sku.sku_id,
            code=sku.code,
            name=product.name,
            variant=sku.variant,
            is_tracked=sku.is_tracked,
            on_hand=stock[sku.sku_id].on_hand,
            reserved=stock[sku.sku_id].reserved,
            available=stock[sku.sku_id].available,
        )
        for product, sku in skus
    ]
    return Page(items=items, next_cursor=page.next_cursor)


@reading(permission=Permission.STOCK_READ)
async def list_movements(work: Work, query: ListMovements) -> Page[Movement]:
    """A page of movements. Raises NotFound `stores.not_found`, Invalid `paging.bad_cursor`."""
    await access_store(work.db, query.merchant_id, query.store_id)
    before = rules.compute_start(query.cursor, (rules.NUMBER_MAX, 0))
    found = await store.list_movements(
        work.db, query.merchant_id, query.store_id, query.sku_id, before, query.limit + 1
    )
    items = [movement for _, movement in found[: query.limit]]
    if len(found) <= query.limit:
        return Page(items=items)
    line_no, last = found[query.limit - 1]
    return Page(items=items, next_cursor=encode_cursor(last.movement_id, line_no))
