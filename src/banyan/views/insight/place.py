"""Where insight lives in this process: the folder of its files, and the engine that reads them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from banyan.base.errors import Trouble
from banyan.views.insight.engine import Engine

if TYPE_CHECKING:
    from banyan.views.insight.archive import Archive

_spill = "spill"


class InsightPlace:
    """Filled once, when the process is built; whoever asks before is told to come later."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._engine: Engine | None = None
        self.is_suspect = True
        """Whether files may be missing: at the start, and when one could not be read."""
        self.unread_lanes: set[int] = set()
        """Where a file could not be read: what looks whole there may be spoilt within."""

    def open(self, folder: Path) -> None:
        """Keep files in this folder, which need not exist yet. All processes share it."""
        self.close()
        self._folder = folder
        self._engine = Engine(folder / _spill)
        self.is_suspect = True
        self.unread_lanes.clear()

    def suspect(self, lane: int) -> None:
        """A file of this lane could not be read: the export shall look at its next step."""
        self.unread_lanes.add(lane)
        self.is_suspect = True

    def close(self) -> None:
        """Stop computing."""
        if self._engine is not None:
            self._engine.close()
        self._folder = self._engine = None

    @property
    def folder(self) -> Path:
        """Where the files are. Raises Trouble `insight.not_open`."""
        if self._folder is None:
            raise Trouble("insight.not_open")
        return self._folder

    @property
    def engine(self) -> Engine:
        """Whoever computes. Raises Trouble `insight.not_open`."""
        if self._engine is None:
            raise Trouble("insight.not_open")
        return self._engine

    @property
    def archive(self) -> Archive:
        """The files, for threads. Raises Trouble `insight.not_open`."""
        from banyan.views.insight.archive import (  # noqa: PLC0415 - a server starts without Arrow
            Archive,
        )

        return Archive(self.folder)


PLACE = InsightPlace()
