"""Writes the rows that were not taken to a file beside the one they came from, with the reason."""

import csv
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

from banyan.base.errors import Invalid
from banyan.wire.sheets.bad_bytes import spell_bad_bytes
from banyan.wire.sheets.stream import Sheet


def check_writable(path: Path) -> None:
    """Raise Invalid `importing.rejects_unwritable` now rather than when all is done."""
    draft = _draft(path)
    try:
        draft.touch()
        draft.unlink()
    except OSError as error:
        raise Invalid(
            "importing.rejects_unwritable", path=str(path), why=str(error.strerror)
        ) from None


def write_rejects(sheet: Sheet, rejects: Iterator[tuple[int, str]], path: Path) -> int:
    """Write number, reason and all cells of each rejected row; return how many there are.

    `rejects` ascend. A file of an earlier run is replaced at once, when all is written; if there
    is nothing to write it is removed.
    """
    draft = _draft(path)
    count = 0
    with draft.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "reason", *sheet.names])
        for row_no, reason, cells in _with_cells(sheet, rejects):
            writer.writerow([row_no, reason, *cells])
            count += 1
    if count:
        draft.replace(path)
    else:
        draft.unlink()
        path.unlink(missing_ok=True)
    return count


def _draft(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")


def _with_cells(
    sheet: Sheet, rejects: Iterator[tuple[int, str]]
) -> Iterator[tuple[int, str, list[object]]]:
    waiting = next(rejects, None)
    for batch in sheet.read(sheet.names):
        while waiting is not None and batch.numbers and waiting[0] <= batch.numbers[-1]:
            row_no, reason = waiting
            waiting = next(rejects, None)
            if row_no in sheet.torn:
                yield row_no, reason, [sheet.torn[row_no]]
                continue
            place = bisect_left(batch.numbers, row_no)
            cells = [column[place].as_py() for column in batch.columns.columns]
            if row_no in batch.garbled:
                cells = [spell_bad_bytes(cell) for cell in cells]
            yield row_no, reason, cells
    while waiting is not None:
        row_no, reason = waiting
        waiting = next(rejects, None)
        yield row_no, reason, [sheet.torn.get(row_no, "")]
