"""Take a file of products in: everything or nothing, or everything but its bad rows."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from banyan.base.ids import NONE
from banyan.books.work import Permission, Work, single
from banyan.commerce.catalogue import store
from banyan.commerce.catalogue.access import lock_catalogue, read_exponent
from banyan.commerce.catalogue.sheet import ROWS_MAX, CatalogueRow, RowError, Wanted, check_rows
from banyan.commerce.catalogue.sheet_changes import Changes, Maker, decide_changes
from banyan.commerce.catalogue.sheet_plan import Known, plan_products
from banyan.commerce.catalogue.types import CATEGORIES_MAX, CatalogueImported, Product, Sku
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId

ERRORS_MAX = 1_000
"""Most errors that one answer lists."""


class ImportCatalogue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rows of a file."""

    merchant_id: MerchantId
    rows: Annotated[list[CatalogueRow], msgspec.Meta(max_length=ROWS_MAX)]
    is_dry_run: bool = False
    """Only say what would happen."""
    is_skipping_bad: bool = False
    """Take the good rows in even if there are bad ones."""


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a file did, or would do."""

    is_applied: bool
    row_count: int
    products_created: int
    products_changed: int
    skus_created: int
    skus_changed: int
    skus_unchanged: int
    error_count: int
    errors: list[RowError]
    """The first thousand, in the order of the file."""


class ImportedGoods(msgspec.Struct, frozen=True, kw_only=True):
    """What an import found or left, for the audit."""

    products: list[Product]
    skus: list[Sku]


@single(permission=Permission.CATALOGUE_WRITE)
async def import_catalogue(work: Work, command: ImportCatalogue) -> ImportReport:
    """Apply the file, unless it is a dry run, or has bad rows that are not to be skipped.

    Never raises for what stands in a cell: that is in the report, by row and column.
    Raises NotFound `merchants.not_found`, `stores.not_found` (see `lock_catalogue`).
    """
    if command.is_dry_run:
        work.check_store(command.merchant_id, NONE)
    else:
        await lock_catalogue(work, command.merchant_id)
    exponent = await read_exponent(work.db, command.merchant_id)
    wanted, errors = check_rows(command.rows, exponent)
    known = await _read_known(work, command.merchant_id, wanted)
    plans, more = plan_products(wanted, known)
    changes = decide_changes(Maker(command.merchant_id, work.now, work.ids), plans, known)
    errors = sorted([*errors, *more])
    is_applied = not command.is_dry_run and (not errors or command.is_skipping_bad)
    report = ImportReport(
        is_applied=is_applied,
        row_count=len(command.rows),
        products_created=len(changes.new_products),
        products_changed=len(changes.products),
        skus_created=changes.skus_created,
        skus_changed=len(changes.skus),
        skus_unchanged=changes.unchanged,
        error_count=len(errors),
        errors=errors[:ERRORS_MAX],
    )
    if is_applied:
        await _write(work, command.merchant_id, changes)
        await _note(work, command.merchant_id, changes, report)
    return report


async def _read_known(work: Work, merchant_id: int, wanted: Sequence[Wanted]) -> Known:
    codes = [one.row.sku_code for one in wanted]
    barcodes = [one.row.barcode for one in wanted if one.row.barcode]
    skus = await store.find_skus_by_text(work.db, merchant_id, codes, barcodes)
    of_skus = sorted({one.product_id for one in skus})
    named = sorted({one.row.product_code or one.row.sku_code for one in wanted})
    products = await store.find_products(work.db, merchant_id, of_skus, named)
    categories = await store.list_categories(work.db, merchant_id, CATEGORIES_MAX)
    return Known(
        products={one.product_id: one for one in products},
        product_ids={one.code: one.product_id for one in products},
        skus={one.code: one for one in skus},
        barcodes={one.barcode: one.code for one in skus if one.barcode},
        categories={one.name: one for one in categories},
    )


async def _write(work: Work, merchant_id: int, changes: Changes) -> None:
    await store.insert_categories(work.db, changes.categories)
    await store.insert_products(work.db, changes.new_products)
    await store.set_products(work.db, [after for _, after in changes.products])
    await store.insert_skus(work.db, merchant_id, changes.new_skus)
    await store.set_skus(work.db, merchant_id, [after for _, after in changes.skus])


async def _note(work: Work, merchant_id: int, changes: Changes, report: ImportReport) -> None:
    import_id = work.ids.next()
    before = ImportedGoods(
        products=[old for old, _ in changes.products], skus=[old for old, _ in changes.skus]
    )
    after = ImportedGoods(
        products=[*changes.new_products, *(new for _, new in changes.products)],
        skus=[*changes.new_skus, *(new for _, new in changes.skus)],
    )
    if before == after:
        return
    await note_change(
        work,
        merchant_id=merchant_id,
        subject="catalogue.import",
        subject_id=import_id,
        before=before,
        after=after,
    )
    work.record(
        CatalogueImported(
            merchant_id=merchant_id,
            subject_id=import_id,
            products_created=report.products_created,
            products_changed=report.products_changed,
            skus_created=report.skus_created,
            skus_changed=report.skus_changed,
        )
    )
