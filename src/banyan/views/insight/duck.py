"""DuckDB: one connection, and statements over `events`, which are Parquet files.

Imported when the first report is asked for, as are the expressions.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import duckdb

from banyan.views.insight.kinds import COLUMNS
from banyan.views.insight.types import FilesMissing, Told

Connection = duckdb.DuckDBPyConnection

_threads_max = 4
_memory_max = "1GB"
_types = {"string": "varchar", "int16": "smallint", "int64": "bigint"}
_suspicious = (duckdb.IOException, duckdb.InvalidInputException, duckdb.Error)
"""What comes of a file that is gone or spoilt: the last itself, not what derives from it.

The same comes of other things too, as of a full disk or a wrong statement.
"""
_read_all = "select sum(hash(columns(*))) from events"


def open_connection(spill: Path) -> Connection:
    """A connection with bounded threads and memory; `spill` takes what does not fit."""
    return duckdb.connect(
        config={
            "threads": min(_threads_max, os.cpu_count() or 1),
            "memory_limit": _memory_max,
            "temp_directory": str(spill),
            # Nothing is fetched from anywhere while we run.
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )


def fetch(connection: Connection, sql: str, files: Sequence[Path]) -> list[Told]:
    """The rows of a statement over the rows in these files.

    Raises FilesMissing if one of them cannot be read; whatever else fails is raised as it is.
    """
    try:
        connection.execute(_view_of(files))
        connection.execute(sql)
        names = [one[0] for one in connection.description or ()]
        return [dict(zip(names, row, strict=True)) for row in connection.fetchall()]
    except duckdb.Error as error:
        if type(error) in _suspicious:
            _check_files(connection, files)
        raise


def _check_files(connection: Connection, files: Sequence[Path]) -> None:
    """Raise FilesMissing unless every column of these files can be read from end to end."""
    try:
        connection.execute(_view_of(files))
        connection.execute(_read_all).fetchall()
    except duckdb.Error as error:
        if type(error) in _suspicious:
            raise FilesMissing(str(error)) from error
        raise


def _view_of(files: Sequence[Path]) -> str:
    if not files:
        nothing = ", ".join(f"null::{_types[kind]} as {name}" for name, kind in COLUMNS.items())
        return f"create or replace temp view events as select {nothing} where false"
    named = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    return (
        "create or replace temp view events as"
        f" select * from read_parquet([{named}], hive_partitioning = false)"
    )
