"""Products and SKUs as the merchant's own people and other rooms read them."""

import msgspec

from banyan.base.errors import NotFound
from banyan.base.ids import NONE
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.base.text import OptionalName
from banyan.books.work import Permission, Work, reading
from banyan.commerce.catalogue import store
from banyan.commerce.catalogue.access import access_product
from banyan.commerce.catalogue.types import CategoryId, GoodsCode, Product, ProductId
from banyan.parties.merchants import MerchantId


class ReadProduct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One product of a merchant."""

    merchant_id: MerchantId
    product_id: ProductId


class ListProducts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The products of a merchant that match, the oldest first."""

    merchant_id: MerchantId
    search: OptionalName = ""
    """Part of the name, or the whole code or barcode."""
    category_id: CategoryId = CategoryId(NONE)
    is_on_sale: bool | None = None
    limit: Limit = 20
    cursor: Cursor | None = None


class FindProduct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The product whose label says this barcode or SKU code."""

    merchant_id: MerchantId
    label: GoodsCode


@reading(permission=Permission.CATALOGUE_READ)
async def read_product(work: Work, query: ReadProduct) -> Product:
    """The product. Raises NotFound `catalogue.product_not_found`."""
    return await access_product(work.db, query.merchant_id, query.product_id)


@reading(permission=Permission.CATALOGUE_READ)
async def list_products(work: Work, query: ListProducts) -> Page[Product]:
    """A page of products with all their variants. Raises Invalid `paging.bad_cursor`."""
    found = await store.list_products(
        work.db,
        query.merchant_id,
        decode_id_cursor(query.cursor),
        query.limit + 1,
        category_id=query.category_id,
        is_on_sale=query.is_on_sale,
        search=query.search,
    )
    return page_of(found, query.limit, [one.product_id for one in found])


@reading(permission=Permission.CATALOGUE_READ)
async def find_product(work: Work, query: FindProduct) -> Product:
    """The product with only the variant that was scanned.

    A barcode goes before a code. Raises NotFound `catalogue.sku_not_found`.
    """
    found = await store.find_skus_by_text(work.db, query.merchant_id, [query.label], [query.label])
    if not found:
        raise NotFound("catalogue.sku_not_found")
    sku = next((one for one in found if one.barcode == query.label), found[0])
    product = await access_product(work.db, query.merchant_id, sku.product_id)
    return msgspec.structs.replace(product, skus=[sku])
