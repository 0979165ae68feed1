"""What every change of a catalogue begins with: its lock, and the thing to be changed."""

from banyan.base.errors import Invalid, NotFound
from banyan.base.ids import NONE
from banyan.base.money import currency
from banyan.books.work import Connection, Work
from banyan.commerce.catalogue import store
from banyan.commerce.catalogue.types import (
    CATEGORIES_MAX,
    Product,
    ProductChanged,
    ProductId,
    Sku,
    SkuId,
)
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId, find_merchants


async def lock_catalogue(work: Work, merchant_id: int) -> None:
    """Have the catalogue to oneself until the commit.

    It is the same in every store: who may act in some stores only is told
    NotFound `stores.not_found`.
    """
    work.check_store(merchant_id, NONE)
    await store.lock_catalogue(work.db, merchant_id, work.ids.next())


async def access_product(db: Connection, merchant_id: int, product_id: ProductId) -> Product:
    """The merchant's product. Raises NotFound `catalogue.product_not_found`."""
    found = await store.find_products(db, merchant_id, [product_id])
    if not found:
        raise NotFound("catalogue.product_not_found")
    return found[0]


async def access_sku(db: Connection, merchant_id: int, sku_id: SkuId) -> Sku:
    """The merchant's SKU. Raises NotFound `catalogue.sku_not_found`."""
    found = await store.find_skus(db, merchant_id, [sku_id])
    if not found:
        raise NotFound("catalogue.sku_not_found")
    return found[sku_id]


async def check_category(db: Connection, merchant_id: int, category_id: int) -> None:
    """Raise Invalid `catalogue.unknown_category` unless it is zero or the merchant's."""
    if category_id == NONE:
        return
    known = await store.list_categories(db, merchant_id, CATEGORIES_MAX)
    if category_id not in {one.category_id for one in known}:
        raise Invalid("catalogue.unknown_category")


async def read_exponent(db: Connection, merchant_id: MerchantId) -> int:
    """How many decimals the merchant's prices have. Raises NotFound `merchants.not_found`."""
    merchant = (await find_merchants(db, [merchant_id])).get(merchant_id)
    if merchant is None:
        raise NotFound("merchants.not_found")
    return currency(merchant.currency).exponent


async def note_product(work: Work, before: Product, after: Product) -> None:
    """Remember who changed the product, and that it changed."""
    await note_change(
        work,
        merchant_id=after.merchant_id,
        subject="catalogue.product",
        subject_id=after.product_id,
        before=before,
        after=after,
    )
    work.record(
        ProductChanged(
            merchant_id=after.merchant_id,
            subject_id=after.product_id,
            name=after.name,
            is_on_sale=after.is_on_sale,
        )
    )
