"""The one place that knows which engine computes: DuckDB in this process, in its own thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from banyan.base.errors import Trouble
from banyan.views.insight.types import Told

if TYPE_CHECKING:
    from banyan.views.insight.duck import Connection

_waiting_max = 8
_wait_s = 60.0


class Engine:
    """Runs statements over Parquet files, one after the other, through one connection."""

    def __init__(self, spill: Path) -> None:
        """`spill` is the folder for what does not fit into memory."""
        self._spill = spill
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="insight")
        self._connection: Connection | None = None
        self._lock = threading.Lock()
        self._current: object = None
        self._waiting = 0

    async def run(self, write_sql: Callable[[], str], files: Sequence[Path]) -> list[Told]:
        """The rows that a statement over `events` returns; `write_sql` is called in the thread.

        Raises FilesMissing; Trouble `insight.busy` when too many ask at once, `insight.too_slow`.
        """
        if self._waiting >= _waiting_max:
            raise Trouble("insight.busy")
        self._waiting += 1
        ticket = object()
        loop = asyncio.get_running_loop()
        running = loop.run_in_executor(self._thread, self._run, ticket, write_sql, files)
        try:
            async with asyncio.timeout(_wait_s):
                return await running
        except TimeoutError:
            raise Trouble("insight.too_slow", seconds=int(_wait_s)) from None
        finally:
            self._give_up(ticket)
            self._waiting -= 1

    def close(self) -> None:
        """Stop what runs, and end the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._give_up(self._current)
        self._thread.shutdown()

    def _give_up(self, ticket: object) -> None:
        """See to it that nobody computes what nobody waits for any more."""
        with self._lock:
            if self._connection is not None and self._current is ticket is not None:
                self._connection.interrupt()

    def _run(
        self, ticket: object, write_sql: Callable[[], str], files: Sequence[Path]
    ) -> list[Told]:
        from banyan.views.insight import duck  # noqa: PLC0415 - a server starts without loading it

        sql = write_sql()
        with self._lock:
            if self._connection is None:
                self._connection = duck.open_connection(self._spill)
            self._current = ticket
        try:
            return duck.fetch(self._connection, sql, files)
        finally:
            with self._lock:
                self._current = None
