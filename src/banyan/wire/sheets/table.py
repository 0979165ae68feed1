"""CSV that Excel opens: UTF-8 with a byte-order mark, and no cell that runs as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from banyan.base.errors import Invalid

_mark = "\ufeff"
_delimiters = ",;\t"
_formula = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet program would calculate; a leading apostrophe makes it text."""
_below_zero = re.compile(r"-[0-9]{1,18}(\.[0-9]{1,8})?")
"""A number calculates nothing: as text, no sum would count it."""
_cell_max = 10_000


def parse_table(
    content: str | bytes, columns: Sequence[str], needed: Sequence[str] = ()
) -> list[tuple[int, dict[str, str]]]:
    """The rows below the heading with their numbers, which count from 1 at the heading.

    Columns may come in any order and be missing unless they are needed; cells are without blank
    edges, and rows without any text are left out. Raises Invalid `sheets.not_utf8`,
    `sheets.no_heading`, `sheets.not_separated`, `sheets.unknown_column`, `sheets.column_twice`,
    `sheets.column_missing`, `sheets.malformed` (with the row).
    """
    text = _decode(content).removeprefix(_mark)
    heading_line = text.partition("\n")[0]
    delimiter = max(_delimiters, key=heading_line.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    heading: list[str] = []
    rows = []
    try:
        for number, cells in enumerate(lines, start=1):
            if number == 1:
                heading = [cell.strip().lower() for cell in cells]
                _check_heading(heading, columns, needed)
                continue
            if len(cells) > len(heading) or any(len(cell) > _cell_max for cell in cells):
                raise Invalid("sheets.malformed", row=number)
            found = {name: _plain(cell) for name, cell in zip(heading, cells, strict=False)}
            if any(found.values()):
                rows.append((number, found))
    except csv.Error:
        raise Invalid("sheets.malformed", row=number + 1) from None
    if not heading:
        raise Invalid("sheets.no_heading")
    return rows


def render_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The heading and the rows, as `parse_table` reads them back."""
    text = io.StringIO(newline="")
    text.write(_mark)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_harmless(cell.strip()) for cell in row] for row in rows)
    return text.getvalue().encode()


def _decode(content: str | bytes) -> str:
    if isinstance(content, str):
        return content
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise Invalid("sheets.not_utf8") from None


def _check_heading(heading: Sequence[str], columns: Sequence[str], needed: Sequence[str]) -> None:
    if not any(heading):
        raise Invalid("sheets.no_heading")
    if (
        len(heading) == 1
        and heading[0] not in columns
        and any(one in heading[0] for one in columns)
    ):
        raise Invalid("sheets.not_separated")
    for name in heading:
        if name not in columns:
            raise Invalid("sheets.unknown_column", column=name[:100], known=list(columns))
        if heading.count(name) > 1:
            raise Invalid("sheets.column_twice", column=name)
    for name in needed:
        if name not in heading:
            raise Invalid("sheets.column_missing", column=name)


def _plain(cell: str) -> str:
    cell = cell.strip()
    is_guarded = cell.startswith("'") and cell[1:].startswith((*_formula, "'"))
    return cell[1:].strip() if is_guarded else cell


def _harmless(cell: str) -> str:
    is_guarded = cell.startswith((*_formula, "'")) and not _below_zero.fullmatch(cell)
    return f"'{cell}" if is_guarded else cell
