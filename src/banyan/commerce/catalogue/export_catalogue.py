"""Give the catalogue out as the rows that an import takes in."""

import msgspec

from banyan.base.paging import Cursor, Page, decode_id_cursor, page_of
from banyan.books.work import Permission, Work, reading
from banyan.commerce.catalogue import rules, store
from banyan.commerce.catalogue.access import read_exponent
from banyan.commerce.catalogue.sheet import ROWS_MAX, CatalogueRow
from banyan.commerce.catalogue.types import CATEGORIES_MAX
from banyan.parties.merchants import MerchantId


class ExportCatalogue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole catalogue, ten thousand rows a page: as many as one import takes."""

    merchant_id: MerchantId
    cursor: Cursor | None = None


@reading(permission=Permission.CATALOGUE_READ)
async def export_catalogue(work: Work, query: ExportCatalogue) -> Page[CatalogueRow]:
    """A page of rows; importing them again changes nothing.

    Raises Invalid `paging.bad_cursor`; NotFound `merchants.not_found`.
    """
    exponent = await read_exponent(work.db, query.merchant_id)
    after = decode_id_cursor(query.cursor)
    skus = await store.list_all_skus(work.db, query.merchant_id, after, ROWS_MAX + 1)
    wanted = sorted({one.product_id for one in skus})
    found = await store.find_products(work.db, query.merchant_id, wanted)
    products = {one.product_id: one for one in found}
    known = await store.list_categories(work.db, query.merchant_id, CATEGORIES_MAX)
    categories = {int(one.category_id): one.name for one in known}
    rows = []
    for number, sku in enumerate(skus, start=2):
        product = products[sku.product_id]
        rows.append(
            CatalogueRow(
                number=number,
                sku_code=sku.code,
                product_code=product.code,
                product=product.name,
                variant=sku.variant,
                category=categories.get(product.category_id, ""),
                description=product.description,
                price=rules.write_price(sku.price_fen, exponent),
                barcode=sku.barcode or "",
                is_tracked="yes" if sku.is_tracked else "no",
                is_on_sale="yes" if sku.is_on_sale else "no",
            )
        )
    return page_of(rows, ROWS_MAX, [one.sku_id for one in skus])
