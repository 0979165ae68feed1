"""Puts the rows of a file into our terms, column by column; what it says twice is parsed once."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from banyan.base.errors import Invalid
from banyan.base.limits import NAME_MAX
from banyan.wire.sheets.cells import parse_price, parse_quantity, parse_text, parse_time
from banyan.wire.sheets.mapping import Mapping as FileMapping
from banyan.wire.sheets.stream import Batch

CODE_MAX = 64
"""Most letters of a number or code of another system."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Parse = Callable[[object], Any]


class Reader:
    """Reads batches under one mapping."""

    def __init__(self, mapping: FileMapping, headings: Mapping[str, str]) -> None:
        """`headings` has the file's column of each field that it has one for."""
        self._mapping = mapping
        self._headings = headings
        self._adjustments = tuple(mapping.rules.adjustment_prefixes)

    def read(self, batch: Batch) -> pa.Table:
        """The rows as columns `row_no`, `is_garbled`, `kind`, `number`, ... of our types.

        A cell that can't be read is null; one that is empty is the empty text.
        """
        text, integer = pa.string(), pa.int64()
        number = self._read(batch, "order", parse_code, text)
        columns = {
            "row_no": pa.array(batch.numbers, integer),
            "is_garbled": pa.array([one in batch.garbled for one in batch.numbers], pa.bool_()),
            "kind": _translate(number, self._kind_of, text),
            "number": number,
            "sku": self._read(batch, "sku", parse_code, text),
            "name": self._read(batch, "description", parse_name, text),
            "quantity": self._read(batch, "quantity", parse_quantity, integer),
            "price_e6": self._read(batch, "unit_price", parse_price, integer),
            "at_us": self._read(batch, "time", self._parse_time, integer),
            "customer": self._read(batch, "customer", parse_code, text),
            "store": self._read(batch, "store", parse_name, text),
            "currency": self._read(batch, "currency", parse_code, text),
        }
        return pa.table(columns)

    def _read(self, batch: Batch, field: str, parse: Parse, kind: pa.DataType) -> pa.Array:
        heading = self._headings.get(field)
        if heading is None:
            return pa.array([""] * len(batch.numbers), kind)
        cells = batch.columns.column(heading)
        try:
            if pa.types.is_timestamp(cells.type):
                # Finer instants than Python's are cut: no till is as exact.
                cells = cells.cast(pa.timestamp("us", cells.type.tz), safe=False)
            return _translate(cells, parse, kind)
        except pa.ArrowException as error:
            why = str(error)[:200]
            raise Invalid("sheets.column_unusable", column=heading, why=why) from None

    def _parse_time(self, cell: object) -> int | None:
        found = parse_time(cell, self._mapping.zone, self._mapping.time_format)
        return to_us(found) if found else None

    def _kind_of(self, number: object) -> str:
        """Whether an order number means a sale, a cancellation or an adjustment."""
        text, prefix = str(number or ""), self._mapping.rules.cancellation_prefix
        if self._adjustments and text.startswith(self._adjustments):
            return "adjustment"
        return "refund" if prefix and text.startswith(prefix) else "sale"


def to_us(instant: datetime) -> int:
    """An instant as microseconds since 1970."""
    return (instant - _EPOCH) // _MICROSECOND


def parse_code(cell: object) -> str | None:
    """A number or code of another system; None if it is too long or not plain text."""
    text = parse_text(cell)
    return text if len(text) <= CODE_MAX and text.isprintable() else None


def parse_name(cell: object) -> str:
    """A name, cut and cleaned where it must be: nothing hangs on it."""
    text = parse_text(cell)
    if text.isprintable() and len(text) <= NAME_MAX:
        return text
    return "".join(letter if letter.isprintable() else " " for letter in text)[:NAME_MAX].strip()


def _translate(cells: pa.Array, parse: Parse, kind: pa.DataType) -> pa.Array:
    """Each cell parsed; equal cells, of which there are many, only once."""
    if pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_decode()
    encoded = cells.dictionary_encode(null_encoding="encode")
    parsed: Sequence[object] = [parse(cell) for cell in encoded.dictionary.to_pylist()]
    return pa.array(parsed, kind).take(encoded.indices)
