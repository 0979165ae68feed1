"""The shelf of a store as a buyer sees it: products, prices, pictures and what is left of each."""

import msgspec

from banyan.base.ids import NONE
from banyan.base.paging import Cursor, Limit, encode_cursor
from banyan.books.ledger import EMPTY, read_accounts
from banyan.books.work import Permission, Work, reading
from banyan.commerce.catalogue import (
    CategoryId,
    Picture,
    ProductId,
    SkuId,
    find_catalogue_versions,
    read_shelf_page,
)
from banyan.commerce.stock import rules
from banyan.commerce.stores import StoreId
from banyan.parties.merchants import MerchantId


class ListShelf(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the store sells, as its merchant arranged it."""

    merchant_id: MerchantId
    store_id: StoreId
    category_id: CategoryId = CategoryId(NONE)
    """Zero: of every category."""
    limit: Limit = 20
    cursor: Cursor | None = None


class ShelfVariant(msgspec.Struct, frozen=True, gc=False):
    """A variant that can be bought."""

    sku_id: SkuId
    variant: str
    price_fen: int
    available: int | None
    """How many are left; null: as many as one wants."""


class ShelfItem(msgspec.Struct, frozen=True, gc=False):
    """A product that can be bought."""

    product_id: ProductId
    category_id: CategoryId
    name: str
    pictures: list[Picture]
    skus: list[ShelfVariant]


class Shelf(msgspec.Struct, frozen=True):
    """A page of products."""

    items: list[ShelfItem]
    next_cursor: str | None = None


@reading(permission=Permission.PUBLIC)
async def list_shelf(work: Work, query: ListShelf) -> Shelf:
    """A page of what the store sells now, with what is left at this moment.

    Two statements by primary key, as long as nobody changed the catalogue: the page itself is
    remembered by the catalogue's version. Raises NotFound `stores.not_found`, Invalid
    `paging.bad_cursor`.
    """
    versions = await find_catalogue_versions(work.db, [query.merchant_id])
    version = versions.get(query.merchant_id, 0)
    store_id, after = query.store_id, rules.compute_start(query.cursor, (-1, 0))
    key = (query.merchant_id, store_id, query.category_id, after, query.limit)
    products, following = await read_shelf_page(work.db, key, version)
    accounts = [
        rules.on_hand_id(sku.sku_id, store_id)
        for product in products
        for sku in product.skus
        if sku.is_tracked
    ]
    sums = await read_accounts(work.db, accounts) if accounts else {}
    items = [
        ShelfItem(
            one.product_id,
            one.category_id,
            one.name,
            one.pictures,
            [
                ShelfVariant(
                    sku.sku_id,
                    sku.variant,
                    sku.price_fen,
                    sums.get(rules.on_hand_id(sku.sku_id, store_id), EMPTY).available
                    if sku.is_tracked
                    else None,
                )
                for sku in one.skus
            ],
        )
        for one in products
    ]
    return Shelf(items, encode_cursor(*following) if following else None)
