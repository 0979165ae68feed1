"""One product as a buyer sees it, with what its merchant says about it."""

import msgspec

from banyan.base.errors import NotFound
from banyan.books.work import Permission, Work, reading
from banyan.commerce.catalogue import ProductId, access_product, read_skus_for_sale
from banyan.commerce.stock.list_shelf import ShelfItem, ShelfVariant
from banyan.commerce.stock.note_moves import read_store_stock
from banyan.commerce.stores import StoreId, access_store
from banyan.parties.merchants import MerchantId


class ReadShelfItem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One product that the store sells."""

    merchant_id: MerchantId
    store_id: StoreId
    product_id: ProductId


class DescribedItem(ShelfItem, frozen=True):
    """A product that can be bought, with its description."""

    description: str


@reading(permission=Permission.PUBLIC)
async def read_shelf_item(work: Work, query: ReadShelfItem) -> DescribedItem:
    """The product with the variants that this store sells.

    Raises NotFound `stores.not_found`, `catalogue.product_not_found` (also if not sold here).
    """
    await access_store(work.db, query.merchant_id, query.store_id)
    product = await access_product(work.db, query.merchant_id, query.product_id)
    sku_ids = [one.sku_id for one in product.skus]
    wanted = [(query.merchant_id, query.store_id, sku_id) for sku_id in sku_ids]
    for_sale = await read_skus_for_sale(work.db, wanted)
    stock = await read_store_stock(work.db, query.store_id, sku_ids)
    found = [for_sale[query.store_id, sku_id] for sku_id in sku_ids]
    skus = [
        ShelfVariant(
            one.sku_id,
            one.variant,
            one.unit_price_fen,
            stock[one.sku_id].available if one.is_tracked else None,
        )
        for one in found
        if one.is_on_sale
    ]
    if not skus:
        raise NotFound("catalogue.product_not_found")
    return DescribedItem(
        product.product_id,
        product.category_id,
        product.name,
        product.pictures,
        skus,
        product.description,
    )
