"""The folder of Parquet files: written once under a name of their own, read, merged, swept."""

import os
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from banyan.base.clock import Clock
from banyan.books.journal import Fact
from banyan.views.insight.kinds import ORDER
from banyan.views.insight.rows import SCHEMA, build_rows, instant
from banyan.views.insight.types import FilesMissing, Part

ROW_GROUP = 122_880
"""Rows that a reader takes or skips at once; the size that DuckDB works in."""

_swept_after = timedelta(minutes=15)
_draft = ".draft"
_unreadable = (OSError, pa.ArrowException)
_texts = ["kind", "currency", "method"]
_ids = ["lane", "merchant_id", "store_id", "code_id", "channel_id", "campaign_id"]


class Archive:
    """The folder. Its methods block: they are called in threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, facts: Sequence[Fact], merged: Sequence[Part], name_id: int) -> Part:
        """Write a part with these facts and those of the parts that it replaces.

        When it returns the file is durable and complete, under a name that no other file has had.
        Raises FilesMissing if one of those cannot be read.
        """
        tables = [self._read(part) for part in merged]
        whole = pa.concat_tables([*tables, build_rows(facts)])
        whole = whole.sort_by([(name, "ascending") for name in ORDER])
        part = _describe(whole, name_id)
        path = part.path_in(self.folder)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(_draft)
        write_file(whole, draft)
        _sync(draft)
        draft.rename(path)
        _sync(path.parent)
        return part

    def is_whole(self, part: Part, *, to_the_end: bool) -> bool:
        """Whether the file is there with as many rows as were written.

        Its foot tells so; whether all between can be read as well, only reading it `to_the_end`.
        """
        try:
            if to_the_end:
                rows = self._read(part).num_rows
            else:
                rows = pq.read_metadata(part.path_in(self.folder)).num_rows
        except (FilesMissing, *_unreadable):
            return False
        return bool(rows == part.rows_count)

    def _read(self, part: Part) -> pa.Table:
        try:
            return pq.read_table(part.path_in(self.folder), schema=SCHEMA, memory_map=True)
        except _unreadable as error:
            raise FilesMissing(str(error)) from error

    def sweep(self, listed: Iterable[Part]) -> int:
        """Delete files that no list names, and return how many.

        Young ones stay: a reader may still have the list in which they stood, and a writer may be
        about to list them.
        """
        kept = {part.path_in(self.folder) for part in listed}
        until = (Clock().now() - _swept_after).timestamp()
        found = [one for one in self.folder.glob("[0-9][0-9]/*") if one not in kept]
        old = [one for one in found if one.stat().st_mtime < until]
        for one in old:
            one.unlink(missing_ok=True)
        return len(old)


def write_file(rows: pa.Table, path: Path) -> None:
    """Write sorted rows as Parquet in the way that readers rely on."""
    pq.write_table(
        rows,
        path,
        compression="zstd",
        row_group_size=ROW_GROUP,
        use_dictionary=[*_texts, *_ids],
        store_schema=False,
    )


def _describe(rows: pa.Table, name_id: int) -> Part:
    numbers, at = pc.min_max(rows["number"]), pc.min_max(rows["at_us"])
    first_number = numbers["min"].as_py()
    return Part(
        lane=rows["lane"][0].as_py(),
        first_number=first_number,
        last_number=numbers["max"].as_py(),
        rows_count=rows.num_rows,
        first_at=instant(at["min"].as_py()),
        last_at=instant(at["max"].as_py()),
        file_name=f"{first_number:012}-{name_id}.parquet",
    )


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
