"""Large tables, CSV or Parquet, read as batches of columns: memory is bounded, not the file."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from banyan.base.errors import Invalid
from banyan.wire.sheets.bad_bytes import PATTERN, Reencoder, spell_bad_bytes

ROWS_AT_ONCE = 65_536
_BLOCK_BYTES = 4 * 1024 * 1024
_MAGIC = b"PAR1"


@dataclass(frozen=True)
class Batch:
    """Some rows of a table: their numbers, and their cells as columns of Arrow."""

    numbers: Sequence[int]
    """From 1; the heading of a CSV file is row 1."""
    columns: pa.RecordBatch
    """Text in a CSV file; in Parquet of whatever type the column has."""
    garbled: frozenset[int] = frozenset()
    """The numbers of those rows in whose cells some bytes are no text."""


@dataclass(frozen=True)
class Sheet:
    """A table in a file, of which nothing has been read but its heading."""

    path: Path
    names: Sequence[str]
    row_count: int | None
    """Known beforehand in Parquet only."""
    encoding: str = "utf8"
    delimiter: str = ","
    torn: dict[int, str] = field(default_factory=dict)
    """Rows of a CSV file that have too many or too few cells, by number; filled while reading."""

    def read(self, wanted: Sequence[str]) -> Iterator[Batch]:
        """Read these columns from the beginning. Raises Invalid `sheets.unreadable`."""
        with _malformed(self.path):
            yield from (_read_parquet if self.row_count is not None else _read_csv)(self, wanted)


def open_sheet(path: Path, *, encoding: str = "utf8", delimiter: str = ",") -> Sheet:
    """Open a file by what is in it, not by its name.

    Raises Invalid `sheets.no_file`, `sheets.unreadable`.
    """
    try:
        with path.open("rb") as file:
            is_parquet = file.read(len(_MAGIC)) == _MAGIC
    except OSError as error:
        raise Invalid("sheets.no_file", path=str(path), why=str(error)) from None
    with _malformed(path):
        if is_parquet:
            with pq.ParquetFile(path) as parquet:
                return Sheet(path, parquet.schema_arrow.names, parquet.metadata.num_rows)
        sheet = Sheet(path, (), None, encoding, delimiter)
        with _open_csv(sheet, None) as reader:
            names = reader.schema.names
        if any(spell_bad_bytes(name) != name for name in names):
            raise Invalid("sheets.unreadable", path=str(path), why=f"its heading is not {encoding}")
        return Sheet(path, names, None, encoding, delimiter)


def _read_parquet(sheet: Sheet, wanted: Sequence[str]) -> Iterator[Batch]:
    number = 1
    with pq.ParquetFile(sheet.path) as parquet:
        for part in parquet.iter_batches(ROWS_AT_ONCE, columns=list(wanted)):
            yield Batch(range(number, number + part.num_rows), part)
            number += part.num_rows


def _read_csv(sheet: Sheet, wanted: Sequence[str]) -> Iterator[Batch]:
    sheet.torn.clear()
    number = 2
    with _open_csv(sheet, wanted) as reader:
        for part in reader:
            numbers = []
            for _ in range(part.num_rows):
                while number in sheet.torn:
                    number += 1
                numbers.append(number)
                number += 1
            yield Batch(numbers, part, _find_garbled(numbers, part))


def _find_garbled(numbers: Sequence[int], part: pa.RecordBatch) -> frozenset[int]:
    found: set[int] = set()
    for column in part.columns:
        bad = pc.match_substring_regex(column, PATTERN)
        if pc.any(bad).as_py():
            found.update(numbers[place] for place in pc.indices_nonzero(bad).to_pylist())
    return frozenset(found)


def _open_csv(sheet: Sheet, wanted: Sequence[str] | None) -> pacsv.CSVStreamingReader:
    def tear(row: pacsv.InvalidRow) -> str:
        sheet.torn[row.number] = spell_bad_bytes(row.text)
        return "skip"

    # The reader can't tell of a row that is not text, so that it gets nothing else.
    file = pa.TransformInputStream(pa.OSFile(str(sheet.path)), Reencoder(sheet.encoding))
    return pacsv.open_csv(
        file,
        # Rows are numbered as they come, which several threads could not do.
        pacsv.ReadOptions(use_threads=False, block_size=_BLOCK_BYTES),
        pacsv.ParseOptions(
            delimiter=sheet.delimiter,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=tear,
        ),
        pacsv.ConvertOptions(
            include_columns=list(wanted or ()),
            column_types=dict.fromkeys(wanted or sheet.names, pa.string()),
            strings_can_be_null=False,
        ),
    )


@contextmanager
def _malformed(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise Invalid("sheets.unreadable", path=str(path), why=str(error)[:200]) from None
