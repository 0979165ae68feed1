"""A file of products as rows of text, and what can be told of each row without the catalogue.

A row is one SKU, named by `sku_code`; rows with one `product_code` are variants of one product. An
empty cell leaves a known SKU as it is.
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

import msgspec

from banyan.base.errors import Invalid
from banyan.base.limits import NAME_MAX, TEXT_MAX
from banyan.commerce.catalogue import rules

ROWS_MAX = 10_000

_truths = {"1": True, "yes": True, "true": True, "y": True, "是": True}
_truths |= {"0": False, "no": False, "false": False, "n": False, "否": False}
_hidden = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_breaks = re.compile(r"[\t\r\n]")
_barcode = re.compile(r"[0-9A-Za-z.+-]{4,48}")
_lengths = {
    "sku_code": 64,
    "product_code": 64,
    "product": NAME_MAX,
    "variant": NAME_MAX,
    "category": NAME_MAX,
    "description": TEXT_MAX,
}


class CatalogueRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row of the file as text; `number` counts from 1, the heading included."""

    number: int
    sku_code: str = ""
    product_code: str = ""
    product: str = ""
    variant: str = ""
    category: str = ""
    description: str = ""
    price: str = ""
    barcode: str = ""
    is_tracked: str = ""
    is_on_sale: str = ""


class RowFault(StrEnum):
    """What can be wrong with a cell."""

    MISSING = "missing"
    """A new variant or product needs it."""
    MALFORMED = "malformed"
    """It is nothing that can stand in this column."""
    TOO_LONG = "too_long"
    TOO_PRECISE = "too_precise"
    """A price names a part of the currency's smallest unit."""
    OUT_OF_RANGE = "out_of_range"
    """A price is beyond what can be sold."""
    DUPLICATE = "duplicate"
    """Another row of the file, or another variant of the product, has the same."""
    TAKEN = "taken"
    """Another variant of the catalogue has this barcode."""
    CONFLICT = "conflict"
    """Another row of the same product says something else."""
    OTHER_PRODUCT = "other_product"
    """The variant is known, but of another product."""
    TOO_MANY = "too_many"
    """The catalogue would have more categories than it may."""
    TOO_MANY_VARIANTS = "too_many_variants"
    """The product would have more variants than it may."""


class RowError(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """What is wrong in which cell."""

    row: int
    column: str
    code: RowFault


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A row whose cells are right by themselves; None: leave it."""

    row: CatalogueRow
    price_fen: int | None
    is_tracked: bool | None
    is_on_sale: bool | None


def check_rows(rows: Sequence[CatalogueRow], exponent: int) -> tuple[list[Wanted], list[RowError]]:
    """Look at each row alone, and for SKU codes and barcodes that come twice."""
    wanted, errors = [], []
    seen: dict[str, set[str]] = {"sku_code": set(), "barcode": set()}
    for row in rows:
        found = [*_check_texts(row), *_check_twice(row, seen)]
        price_fen = None
        if row.price:
            try:
                price_fen = rules.compute_price(row.price, exponent)
            except Invalid as failure:
                found.append(("price", RowFault(failure.code)))
        if found:
            errors += [RowError(row=row.number, column=at, code=code) for at, code in found]
            continue
        wanted.append(
            Wanted(
                row=row,
                price_fen=price_fen,
                is_tracked=_truths.get(row.is_tracked.lower()),
                is_on_sale=_truths.get(row.is_on_sale.lower()),
            )
        )
    return wanted, errors


def _check_texts(row: CatalogueRow) -> Iterator[tuple[str, RowFault]]:
    if not row.sku_code:
        yield "sku_code", RowFault.MISSING
    for column, length_max in _lengths.items():
        text: str = getattr(row, column)
        if len(text) > length_max:
            yield column, RowFault.TOO_LONG
        elif _hidden.search(text) or (column != "description" and _breaks.search(text)):
            yield column, RowFault.MALFORMED
    if row.barcode and not _barcode.fullmatch(row.barcode):
        yield "barcode", RowFault.MALFORMED
    for column in ("is_tracked", "is_on_sale"):
        text = getattr(row, column)
        if text and text.lower() not in _truths:
            yield column, RowFault.MALFORMED


def _check_twice(row: CatalogueRow, seen: dict[str, set[str]]) -> Iterator[tuple[str, RowFault]]:
    for column, texts in seen.items():
        text: str = getattr(row, column)
        if text and text in texts:
            yield column, RowFault.DUPLICATE
        texts.add(text)
