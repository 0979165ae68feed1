"""Packs everything that is worth keeping into one archive, and puts it back."""

from __future__ import annotations

import asyncio
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import msgspec

from banyan.app import store
from banyan.app.build import migrate_database, open_database
from banyan.app.secret_key import KEY_FILE
from banyan.app.settings import Settings
from banyan.base.clock import Clock
from banyan.base.db import EmbeddedServer, connect
from banyan.base.errors import Invalid, Refusal, Trouble

_manifest_name = "banyan.json"
_dump_name = "database.dump"
_files_name = "files"
_format = 1
_said_max = 2_000

Report = Callable[[str], None]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What an archive says of itself."""

    format: int
    banyan: str
    made_at: datetime
    files_count: int


async def write_backup(settings: Settings, target: Path, report: Report) -> Manifest:
    """Write database, files and key into a new archive that only we can read.

    The database is as it was at one moment; business may go on meanwhile. The archive appears
    under its name when it is complete. Raises Refusal `backup.exists`, Trouble.
    """
    _check_new(target)
    with _work_folder(target.parent) as folder:
        dump = folder / _dump_name
        report("database")
        async with open_database(settings) as database:
            await _run("pg_dump", "--format=custom", f"--file={dump}", database.dsn)
        report("files")
        return await asyncio.to_thread(_pack, settings, folder, target)


async def read_backup(
    settings: Settings, source: Path, report: Report, *, is_forced: bool = False
) -> Manifest:
    """Put an archive's contents where these settings point, and bring the tables up to date.

    Raises Invalid `backup.unreadable`; Refusal `backup.not_empty` when there has been business
    here, unless forced, and then that is gone; Trouble `backup.in_use` while others are connected.
    """
    with _work_folder(settings.data) as folder:
        report("archive")
        manifest = await asyncio.to_thread(_unpack, source, folder)
        async with open_database(settings) as database:
            await _empty(database.dsn, is_forced=is_forced)
            report("database")
            options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
            dump = str(folder / _dump_name)
            await _run("pg_restore", *options, f"--dbname={database.dsn}", dump)
            report("migrations")
            await migrate_database(database.dsn)
        report("files")
        await asyncio.to_thread(_put_back, folder, settings)
    return manifest


def _check_new(target: Path) -> None:
    if target.exists():
        raise Refusal("backup.exists", path=str(target))


@contextmanager
def _work_folder(beside: Path) -> Iterator[Path]:
    """A folder that only we can read, on the disk where the result will be."""
    beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".banyan-", dir=beside) as folder:
        yield Path(folder)


async def _empty(dsn: str, *, is_forced: bool) -> None:
    db = await connect(dsn)
    try:
        others = await store.count_others(db)
        if others:
            raise Trouble("backup.in_use", connections=others)
        if not is_forced and await store.has_business(db):
            raise Refusal("backup.not_empty")
        await store.drop_all(db)
    finally:
        await db.close()


def _pack(settings: Settings, folder: Path, target: Path) -> Manifest:
    files, key = settings.files, settings.data / KEY_FILE
    manifest = Manifest(
        format=_format,
        banyan=version("banyan"),
        made_at=Clock().now(),
        files_count=sum(path.is_file() for path in files.rglob("*")),
    )
    (folder / _manifest_name).write_bytes(msgspec.json.encode(manifest))
    draft = folder / "archive"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w") as archive:
        archive.add(folder / _manifest_name, _manifest_name)
        archive.add(folder / _dump_name, _dump_name)
        if key.exists():
            archive.add(key, KEY_FILE)
        if files.exists():
            archive.add(files, _files_name)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(target)
    return manifest


def _unpack(source: Path, folder: Path) -> Manifest:
    try:
        with tarfile.open(source) as archive:
            # The filter refuses names that lead out of the folder, links and devices.
            archive.extractall(folder, filter="data")
        manifest = msgspec.json.decode((folder / _manifest_name).read_bytes(), type=Manifest)
    except (OSError, tarfile.TarError, msgspec.DecodeError) as error:
        raise Invalid("backup.unreadable", path=str(source), why=str(error)) from error
    if manifest.format != _format or not (folder / _dump_name).is_file():
        raise Invalid("backup.unreadable", path=str(source), why="of another format")
    return manifest


def _put_back(folder: Path, settings: Settings) -> None:
    places = {KEY_FILE: settings.data / KEY_FILE, _files_name: settings.files}
    for name, place in places.items():
        kept = folder / name
        if not kept.exists():
            continue
        if place.exists():
            # What was here is set aside, not deleted: files cannot be made again.
            place.rename(place.with_name(f"{place.name}.before-{Clock().now():%Y%m%dT%H%M%S%f}"))
        shutil.move(kept, place)


async def _run(program: str, *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        str(EmbeddedServer.binary(program)),
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    if process.returncode:
        why = said.decode(errors="replace")[-_said_max:]
        raise Trouble("backup.failed", program=program, why=why)
