"""Brings goods: what was sold elsewhere gets a place in the catalogue."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.base.money import currency
from banyan.books.work import Permission, Work, single
from banyan.commerce.catalogue import (
    CatalogueRow,
    ImportCatalogue,
    find_skus_by_code,
    import_catalogue,
)
from banyan.commerce.imports.types import GOODS_MAX, BroughtGoods, NewGoods
from banyan.parties.merchants import MerchantId, find_merchants


class BringGoods(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: have these in the catalogue."""

    merchant_id: MerchantId
    goods: Annotated[list[NewGoods], msgspec.Meta(min_length=1, max_length=GOODS_MAX)]


@single(permission=Permission.SYSTEM)
async def bring_goods(work: Work, command: BringGoods) -> BroughtGoods:
    """Return the variant that each code means, adding those that the catalogue does not have.

    What it has stays as it is. What is added is not counted as stock: nobody knows how much of it
    was there. Raises NotFound `merchants.not_found`.
    """
    merchant = (await find_merchants(work.db, [command.merchant_id])).get(command.merchant_id)
    if merchant is None:
        raise NotFound("merchants.not_found")
    codes = [one.code for one in command.goods]
    known = await find_skus_by_code(work.db, command.merchant_id, codes)
    missing = [one for one in command.goods if one.code not in known]
    refused: dict[str, str] = {}
    if missing:
        exponent = currency(merchant.currency).exponent
        rows = [_row(number, one, exponent) for number, one in enumerate(missing)]
        report = await import_catalogue(
            work,
            ImportCatalogue(merchant_id=command.merchant_id, rows=rows, is_skipping_bad=True),
        )
        refused = {missing[one.row].code: f"{one.column}.{one.code}" for one in report.errors}
        known |= await find_skus_by_code(
            work.db, command.merchant_id, [one.code for one in missing]
        )
    return BroughtGoods(sku_ids={code: sku.sku_id for code, sku in known.items()}, refused=refused)


def _row(number: int, one: NewGoods, exponent: int) -> CatalogueRow:
    whole, rest = divmod(one.price_fen, 10**exponent)
    return CatalogueRow(
        number=number,
        sku_code=one.code,
        product=one.name or one.code,
        category=one.category,
        price=f"{whole}.{rest:0{exponent}}" if exponent else str(whole),
        is_tracked="no",
        is_on_sale="yes" if one.is_on_sale else "no",
    )
