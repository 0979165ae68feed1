"""Takes a CSV file of products in, after a look at what it would do; gives the catalogue out."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.commerce.catalogue import ImportReport, RowError
from banyan.doors.http import Answer
from banyan.doors.pages.console import words
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.forms import Mistake, Wrong
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.doors.papers.goods_files import (
    CSV_BYTES_MAX,
    ReadTemplate,
    download_goods,
    import_goods,
    read_goods_template,
)

_body_bytes_max = 3 * CSV_BYTES_MAX
"""Typed into a form again, a character may need three bytes."""
_csv = "text/csv; charset=utf-8"


@at_desk(Permission.CATALOGUE_READ)
async def show_files(desk: Desk) -> Answer:
    """The ways in and out."""
    return await _show(desk, {})


@at_desk(Permission.CATALOGUE_WRITE)
async def try_file(desk: Desk) -> Answer:
    """Say what a file would do, row by row, without doing it."""
    try:
        csv = _text(desk)
        report = await desk.run(import_goods, csv=csv, is_dry_run=True)
    except Failure as failure:
        told = desk.mistakes(failure)
        return await _show(desk, {name or "file": one for name, one in told.items()}, status=422)
    return await _show(desk, {}, report=report, csv=csv)


@at_desk(Permission.CATALOGUE_WRITE)
async def take_in(desk: Desk) -> Answer:
    """Take in the file that was tried."""
    form = desk.ask.form
    csv = form.text("csv")
    try:
        report = await desk.run(import_goods, csv=csv, is_skipping_bad=form.flag("is_skipping_bad"))
    except Failure as failure:
        told = desk.mistakes(failure)
        return await _show(desk, {name or "file": one for name, one in told.items()}, status=422)
    if not report.is_applied:
        return await _show(desk, {}, report=report, csv=csv, status=422)
    return desk.ask.go(
        "/console/products",
        mark("Taken in: {products} new products, {created} new and {changed} changed variants."),
        products=report.products_created,
        created=report.skus_created,
        changed=report.skus_changed,
    )


@at_desk(Permission.CATALOGUE_READ)
async def download(desk: Desk) -> Answer:
    """The whole catalogue as a file."""
    file = await desk.run(download_goods)
    return desk.ask.file(file.csv.encode(), _csv, name="products.csv")


@at_desk(Permission.CATALOGUE_READ)
async def download_template(desk: Desk) -> Answer:
    """A file with every column and an example."""
    file = await desk.ask.run(read_goods_template, ReadTemplate())
    return desk.ask.file(file.csv.encode(), _csv, name="products-template.csv")


def _text(desk: Desk) -> str:
    upload = desk.ask.form.file("file")
    if upload is None or not upload.content:
        raise Wrong({"file": Mistake(mark("Choose a file first"))})
    if len(upload.content) > CSV_BYTES_MAX:
        raise Wrong({"file": Mistake(mark("This file is too large."))})
    try:
        return upload.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        # What spreadsheets in China save when nobody tells them otherwise.
        return upload.content.decode("gb18030")
    except UnicodeDecodeError:
        raise Wrong({"file": Mistake(mark("This is not a CSV file in UTF-8"))}) from None


async def _show(
    desk: Desk,
    errors: Mapping[str, str],
    *,
    report: ImportReport | None = None,
    csv: str = "",
    status: int = 200,
) -> Answer:
    rows = [(one.row, one.column, _tell(desk, one)) for one in (report.errors if report else [])]
    return await desk.page(
        "goods/page.html", status=status, errors=errors, report=report, rows=rows, csv=csv
    )


def _tell(desk: Desk, wrong: RowError) -> str:
    """What is wrong with a cell, in words that name its column."""
    usual = words.CELL_FAULTS[wrong.code]
    text = words.CELL_FAULTS_OF.get((wrong.column, wrong.code.value), usual)
    return desk.ask.words(text, column=wrong.column)


ROUTES = (
    PageRoute("GET", "/console/goods-files", show_files),
    PageRoute("POST", "/console/goods-files/try", try_file, _body_bytes_max),
    PageRoute("POST", "/console/goods-files", take_in, _body_bytes_max),
    PageRoute("GET", "/console/goods-files/products.csv", download),
    PageRoute("GET", "/console/goods-files/template.csv", download_template),
)
