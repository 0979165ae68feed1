"""Copies everything that is worth keeping into one archive, and puts it back."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import IO

import asyncpg

from banyan.app import store
from banyan.app.archive import (
    DUMP,
    Manifest,
    check_archive,
    pack_archive,
    put_back,
    unpack_archive,
)
from banyan.app.build import migrate_database, open_building, open_database
from banyan.app.registry import ROOMS
from banyan.app.settings import Settings
from banyan.base.db import (
    EmbeddedServer,
    Migration,
    check_applied,
    connect,
    hide_password,
    list_migrations,
)
from banyan.base.errors import Invalid, Refusal, Trouble
from banyan.views.insight import begin_again

_said_max = 500

Report = Callable[[str], None]


async def write_backup(settings: Settings, target: Path, report: Report) -> Manifest:
    """Write database, files and key into a new archive that only we can read.

    The database is as it was at one moment; business may go on meanwhile. The archive appears
    under its name when it is complete.
    Raises Invalid `backup.no_folder`, Refusal `backup.exists`, Trouble.
    """
    _check_new(target)
    with _work_folder(target.parent) as folder:
        report("database")
        async with open_database(settings) as database:
            migrations = await _list_migrations(database.dsn)
            await _dump(database.dsn, folder)
        report("files")
        return await asyncio.to_thread(pack_archive, settings, folder, target, migrations)


async def read_backup(
    settings: Settings, source: Path, report: Report, *, is_forced: bool = False
) -> Manifest:
    """Put an archive's contents where these settings point, and bring the tables up to date.

    What is there is replaced in one transaction: if that fails, it is as it was. The files of
    insight are not in an archive; they are written again from the journal, by whoever comes next.
    Raises Invalid `backup.unreadable`; Trouble `database.newer_than_code` for an archive of a later
    version; Refusal `backup.not_empty` when there has been business
    here, unless forced, and then that is gone; Trouble `backup.in_use` while others are connected.
    """
    report("archive")
    manifest = await asyncio.to_thread(check_archive, source)
    # Of two programs only the newer reads the other's tables: found out here, nothing has happened.
    check_applied(manifest.migrations, [(room.name, room.migrations) for room in ROOMS])
    settings.data.mkdir(parents=True, exist_ok=True)
    with _work_folder(settings.data) as folder:
        await asyncio.to_thread(unpack_archive, source, folder)
        async with open_database(settings) as database:
            await _check_free(database.dsn, is_forced=is_forced)
            report("database")
            await _replace(database.dsn, folder)
            report("migrations")
            await migrate_database(database.dsn)
        report("files")
        await asyncio.to_thread(put_back, folder, settings)
    async with open_building(settings) as building:
        await begin_again(building.office)
    return manifest


def _check_new(target: Path) -> None:
    if not target.parent.is_dir():
        raise Invalid("backup.no_folder", path=str(target.parent))
    if target.exists():
        raise Refusal("backup.exists", path=str(target))


@contextmanager
def _work_folder(beside: Path) -> Iterator[Path]:
    """A folder that only we can read, on the disk where the result will be."""
    try:
        folder = tempfile.TemporaryDirectory(prefix=".banyan-", dir=beside)
    except OSError as error:
        raise Trouble("backup.unwritable", path=str(beside), why=str(error.strerror)) from None
    with folder as name:
        yield Path(name)


async def _check_free(dsn: str, *, is_forced: bool) -> None:
    db = await connect(dsn)
    try:
        others = await store.count_others(db)
        if others:
            raise Trouble("backup.in_use", connections=others)
        if not is_forced and await store.has_business(db):
            raise Refusal("backup.not_empty")
    finally:
        await db.close()


async def _list_migrations(dsn: str) -> list[Migration]:
    db = await connect(dsn)
    try:
        return await list_migrations(db)
    except asyncpg.UndefinedTableError:
        return []  # nobody has ever been at home in this database
    finally:
        await db.close()


async def _dump(dsn: str, folder: Path) -> None:
    bare, secret = hide_password(dsn)
    with (folder / "said").open("w+b") as said:
        dump = ("--format=custom", f"--file={folder / DUMP}", bare)
        program = await _start("pg_dump", *dump, said=said, variables=secret)
        if await program.wait():
            raise _failed("pg_dump", folder)


async def _replace(dsn: str, folder: Path) -> None:
    """Put the dump in the place of all that is there: both, or neither."""
    bare, secret = hide_password(dsn)
    reader, writer = os.pipe()
    with (folder / "said").open("w+b") as said, os.fdopen(writer, "wb", 0) as script:
        with os.fdopen(reader):
            options = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--dbname={bare}")
            psql = await _start("psql", *options, said=said, variables=secret, reads=reader)
        with suppress(BrokenPipeError):
            script.write(store.REPLACE_BEGIN.encode())
        options = ("--no-owner", "--no-privileges", "--file=-", str(folder / DUMP))
        source = await _start("pg_restore", *options, said=said, writes=writer)
        # Without the last word all of it is taken back: half a script does nothing.
        if not await source.wait():
            with suppress(BrokenPipeError):
                script.write(store.REPLACE_END.encode())
        script.close()
        if await psql.wait() or source.returncode:
            raise _failed("pg_restore", folder)


async def _start(
    program: str,
    *arguments: str,
    said: IO[bytes],
    variables: Mapping[str, str] = MappingProxyType({}),
    reads: int = asyncio.subprocess.DEVNULL,
    writes: int = asyncio.subprocess.DEVNULL,
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        str(EmbeddedServer.binary(program)),
        *arguments,
        env=os.environ | variables,
        stdin=reads,
        stdout=writes,
        stderr=said,
    )


def _failed(program: str, folder: Path) -> Trouble:
    """What a program said first of what went wrong, in a line."""
    lines = (folder / "said").read_text(errors="replace").splitlines()
    errors = [line for line in lines if "error:" in line.lower()]
    why = (errors or lines or ["it said nothing"])[0]
    return Trouble("backup.failed", program=program, why=why.strip()[:_said_max])
