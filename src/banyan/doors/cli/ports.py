"""What the commands ask of the app, which alone knows how to build and serve a Banyan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from banyan.books.office import Office

Flags = dict[str, object]
"""Settings by name as given on the command line; None where the environment decides."""
Report = Callable[[str], None]
"""Hears what is being done now."""


class House(Protocol):
    """A Banyan that is ready for business, as commands see it."""

    @property
    def office(self) -> Office:
        """Where operations run."""

    @property
    def data(self) -> Path:
        """The folder of files and keys."""


class BrokenPromise(Protocol):
    """An invariant that does not hold."""

    @property
    def name(self) -> str:
        """Its name, `room.fact`."""

    @property
    def why(self) -> str:
        """What it promises."""

    @property
    def rows(self) -> Sequence[str]:
        """The first rows that show that it is broken."""


Advance = Callable[[str, int, int | None], None]
"""Hears what is being done, how much of it is done, and of how much if that is known."""


class History(NamedTuple):
    """A file of order history, and whose it is."""

    path: Path
    mapping: str
    """The name of a ready mapping, or the path of a TOML file."""
    merchant: str
    """An id, or `new`."""
    owner: str
    name: str
    store: str
    rejects: Path
    is_dry_run: bool


class Setting(NamedTuple):
    """A setting as the reference shows it."""

    variable: str
    default: str
    says: str


class Program(Protocol):
    """The app. Whatever takes flags raises Invalid for settings that do not fit."""

    def serve(self, flags: Flags, report: Report) -> None:
        """Serve until told to stop."""

    def open(self, flags: Flags) -> AbstractAsyncContextManager[House]:
        """A house with tables up to date, for commands that run operations."""

    async def demo(self, flags: Flags, report: Report) -> None:
        """Plant the demo town, once."""

    async def migrate(self, flags: Flags) -> list[str]:
        """Bring the tables up to date; return the files that were applied."""

    def count_invariants(self) -> int:
        """How many invariants there are."""

    async def check(self, flags: Flags, report: Report) -> Sequence[BrokenPromise]:
        """Return the invariants that do not hold; `report` hears each name before its check."""

    async def backup(self, flags: Flags, target: Path, report: Report) -> int:
        """Write an archive; return how many files are in it beside the database."""

    async def restore(self, flags: Flags, source: Path, report: Report, *, is_forced: bool) -> int:
        """Put an archive back; return how many files were in it beside the database."""

    def list_mappings(self) -> Sequence[str]:
        """The names of the ready mappings of order history."""

    async def import_orders(
        self, flags: Flags, history: History, advance: Advance
    ) -> dict[str, Any]:
        """Bring order history in; return what came of it by name."""

    def list_benches(self) -> Mapping[str, str]:
        """What each benchmark asks, by name."""

    async def bench(self, name: str, report: Report, *, is_small: bool) -> dict[str, Any]:
        """Run one; return its figures by name."""

    def read_openapi(self) -> dict[str, Any]:
        """The OpenAPI document."""

    def list_settings(self) -> Sequence[Setting]:
        """Every setting."""
