"""The program behind the command line: hands the commands what only the app knows."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from banyan.app.settings import Settings, describe_settings, read_settings
from banyan.base.errors import Invalid
from banyan.books.office import Office
from banyan.doors.cli import run_commands
from banyan.doors.cli.ports import (
    Advance,
    BrokenPromise,
    Flags,
    History,
    House,
    Report,
    Setting,
)

# Each method imports what it needs: `banyan --help` must not load the server.


@dataclass(frozen=True)
class _House:
    office: Office
    data: Path


class App:
    """Everything that the commands ask for."""

    def serve(self, flags: Flags, report: Report) -> None:
        """Serve until told to stop."""
        from banyan.app.serve import serve
        from banyan.app.welcome import announce

        settings = read_settings(flags)
        with announce(settings, report) as on_prepared:
            serve(settings, on_prepared, report)

    @asynccontextmanager
    async def open(self, flags: Flags) -> AsyncIterator[House]:
        """A house with tables up to date."""
        from banyan.app.build import open_building
        from banyan.app.furnish import furnish

        settings = _read_existing(flags)
        async with open_building(settings) as building:
            await furnish(building)
            yield _House(building.office, settings.data)

    async def demo(self, flags: Flags, report: Report) -> None:
        """Plant the demo town, once."""
        from banyan.app.planting import plant_demo

        await plant_demo(read_settings(flags), report)

    async def migrate(self, flags: Flags) -> list[str]:
        """Bring the tables up to date."""
        from banyan.app.build import migrate_database, open_database

        async with open_database(read_settings(flags)) as database:
            return await migrate_database(database.dsn)

    def count_invariants(self) -> int:
        """How many invariants there are."""
        from banyan.app.registry import ROOMS

        return sum(len(room.invariants) for room in ROOMS)

    async def check(self, flags: Flags, report: Report) -> Sequence[BrokenPromise]:
        """Return the invariants that do not hold."""
        from banyan.app.build import open_building
        from banyan.app.invariants import check_invariants

        async with open_building(_read_existing(flags)) as building:
            return await check_invariants(building.pool, building.rooms, report)

    async def backup(self, flags: Flags, target: Path, report: Report) -> int:
        """Write an archive."""
        from banyan.app.backup import write_backup

        return (await write_backup(_read_existing(flags), target, report)).files_count

    async def restore(self, flags: Flags, source: Path, report: Report, *, is_forced: bool) -> int:
        """Put an archive back."""
        from banyan.app.backup import read_backup

        settings = read_settings(flags)
        manifest = await read_backup(settings, source, report, is_forced=is_forced)
        return manifest.files_count

    def list_mappings(self) -> Sequence[str]:
        """The names of the ready mappings of order history."""
        from banyan.wire.sheets.mapping import list_mappings

        return list_mappings()

    async def import_orders(
        self, flags: Flags, history: History, advance: Advance
    ) -> dict[str, Any]:
        """Bring order history in."""
        import msgspec

        from banyan.app.build import open_building
        from banyan.app.importing import OrdersFile, import_orders, read_wish, try_import
        from banyan.wire.sheets.mapping import read_mapping

        file = OrdersFile(
            path=history.path,
            mapping=read_mapping(history.mapping),
            rejects=history.rejects,
        )
        if history.is_dry_run:
            report = try_import(file, advance)
        else:
            wish = read_wish(
                merchant=history.merchant,
                owner=history.owner,
                name=history.name,
                store=history.store,
            )
            async with open_building(read_settings(flags)) as building:
                report = await import_orders(building.office, file, wish, advance)
        figures: dict[str, Any] = msgspec.to_builtins(report)
        return figures

    def list_benches(self) -> Mapping[str, str]:
        """What each benchmark asks, by name."""
        from banyan.app.benches import list_questions

        return list_questions()

    async def bench(self, name: str, report: Report, *, is_small: bool) -> dict[str, Any]:
        """Run one."""
        import msgspec

        from banyan.app.benches import run_bench

        figures: dict[str, Any] = msgspec.to_builtins(
            await run_bench(name, small=is_small, report=report)
        )
        return figures

    def read_openapi(self) -> dict[str, Any]:
        """The OpenAPI document."""
        from banyan.doors.api import read_document

        return read_document()

    def list_settings(self) -> Sequence[Setting]:
        """Every setting."""
        return [Setting(one.variable, one.default, one.says) for one in describe_settings()]


def _read_existing(flags: Flags) -> Settings:
    """The settings of a Banyan that is there; raises Invalid `settings.data_missing` otherwise.

    Who only looks must not make a new one by a slip of the pen, and find all well in it.
    """
    from banyan.base.db import has_server

    settings = read_settings(flags)
    if not settings.database_url.reveal() and not has_server(settings.data):
        raise Invalid("settings.data_missing", path=str(settings.data))
    return settings


def main() -> None:
    """Run the command line."""
    # A supervisor's way to say Ctrl-C: whatever is open is closed, the embedded server above all.
    # A shell that starts us in the background has us ignore SIGINT, by which SIGTERM ends us too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    run_commands(App())
