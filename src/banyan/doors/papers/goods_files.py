"""Files of products at the doors: CSV is turned into rows, and rows into CSV."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, Refusal
from banyan.base.paging import Cursor
from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.catalogue import (
    ROWS_MAX,
    CatalogueRow,
    ExportCatalogue,
    ImportCatalogue,
    ImportReport,
    export_catalogue,
    import_catalogue,
)
from banyan.parties.merchants import MerchantId
from banyan.wire.sheets import (
    COLUMNS,
    GoodsRow,
    parse_goods,
    render_goods,
    render_goods_template,
)

CSV_BYTES_MAX = 5 * 1024 * 1024
BODY_BYTES_MAX = 2 * CSV_BYTES_MAX
"""JSON may need two characters where the file has one."""
DOWNLOAD_ROWS_MAX = 100_000


class ImportGoods(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of products."""

    merchant_id: MerchantId
    csv: Annotated[str, msgspec.Meta(max_length=CSV_BYTES_MAX)]
    """The file's text, a byte-order mark or not; at most ten thousand rows."""
    is_dry_run: bool = False
    """Only say what would happen."""
    is_skipping_bad: bool = False
    """Take the good rows in even if there are bad ones."""


class ExportGoods(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole catalogue as a file, ten thousand rows a page."""

    merchant_id: MerchantId
    cursor: Cursor | None = None


class DownloadGoods(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole catalogue as one file."""

    merchant_id: MerchantId


class GoodsFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of products: what an import takes in."""

    csv: str
    next_cursor: str | None
    """Where the next ten thousand rows begin; null when these are the last."""


class ReadTemplate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An example of a file of products."""


@single(permission=Permission.CATALOGUE_WRITE)
async def import_goods(work: Work, command: ImportGoods) -> ImportReport:
    """Take the file in as `import_catalogue` does.

    Raises what it raises; Invalid as `parse_table` does, and `catalogue.too_many_rows`.
    """
    rows = parse_goods(command.csv)
    if len(rows) > ROWS_MAX:
        raise Invalid("catalogue.too_many_rows", rows_max=ROWS_MAX)
    return await import_catalogue(
        work,
        ImportCatalogue(
            merchant_id=command.merchant_id,
            rows=[_row(number, row) for number, row in rows],
            is_dry_run=command.is_dry_run,
            is_skipping_bad=command.is_skipping_bad,
        ),
    )


@reading(permission=Permission.CATALOGUE_READ)
async def export_goods(work: Work, query: ExportGoods) -> GoodsFile:
    """Give the catalogue out as `export_catalogue` does. Raises what it raises."""
    page = await export_catalogue(
        work, ExportCatalogue(merchant_id=query.merchant_id, cursor=query.cursor)
    )
    return GoodsFile(csv=_write(page.items), next_cursor=page.next_cursor)


@reading(permission=Permission.CATALOGUE_READ)
async def download_goods(work: Work, query: DownloadGoods) -> GoodsFile:
    """Give the whole catalogue out as one file, up to a hundred thousand rows.

    Raises what `export_catalogue` does; Refusal `catalogue.too_many_rows` beyond that.
    """
    rows: list[CatalogueRow] = []
    cursor = None
    while True:
        wanted = ExportCatalogue(merchant_id=query.merchant_id, cursor=cursor)
        page = await export_catalogue(work, wanted)
        rows += page.items
        cursor = page.next_cursor
        if cursor is None:
            return GoodsFile(csv=_write(rows), next_cursor=None)
        if len(rows) >= DOWNLOAD_ROWS_MAX:
            raise Refusal("catalogue.too_many_rows", rows_max=DOWNLOAD_ROWS_MAX)


@reading(permission=Permission.PUBLIC)
async def read_goods_template(work: Work, query: ReadTemplate) -> GoodsFile:
    """A file with every column and a product in two sizes."""
    del work, query
    return GoodsFile(csv=render_goods_template().decode(), next_cursor=None)


def render_csv(file: GoodsFile) -> bytes:
    """The file itself."""
    return file.csv.encode()


def _row(number: int, row: GoodsRow) -> CatalogueRow:
    return CatalogueRow(number=number, **{name: getattr(row, name) for name in COLUMNS})


def _write(rows: Sequence[CatalogueRow]) -> str:
    cells = [{name: getattr(row, name) for name in COLUMNS} for row in rows]
    return render_goods(GoodsRow(**row) for row in cells).decode()
