"""Brings the database to the shape that the code expects: plain SQL files, forward only."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path

import asyncpg

from banyan.base.db.pool import Connection
from banyan.base.db.store import (
    Migration,
    create_migrations,
    insert_migration,
    list_migrations,
    release_migrations_lock,
    try_migrations_lock,
)
from banyan.base.errors import Trouble

_file_name = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
_first_statements = re.compile(
    r"\s*(--[^\n]*\s+)*set local lock_timeout = [^;]+;\s*set local statement_timeout = [^;]+;"
)
_lock_wait_s = 600
_lock_poll_s = 0.05
_file_wait_s = 3600


async def migrate(connection: Connection, rooms: Sequence[tuple[str, Path]]) -> list[str]:
    """Apply what is missing, in the order of the rooms and numbers; return the names of the files.

    Each file and its record are one transaction, so that a kill at any moment leaves whole files.
    Any number of processes may call this at once: one works, the others find it done.
    Raises Trouble, before anything is applied, if the database has had a file that the code does
    not have, or has differently; and if a file fails, which then has left nothing.
    """
    wanted = [found for room, folder in rooms for found in _read_files(room, folder)]
    async with _lock(connection):
        await create_migrations(connection)
        applied = await list_migrations(connection)
        missing = decide_missing([migration for migration, _ in wanted], applied)
        for migration, sql in wanted:
            if migration in missing:
                await _apply(connection, migration, sql)
    return [migration.label for migration in missing]


def check_applied(applied: Iterable[Migration], rooms: Sequence[tuple[str, Path]]) -> None:
    """Raise Trouble unless the code can go on from a database that has had these files."""
    decide_missing(
        [found for room, folder in rooms for found, _ in _read_files(room, folder)], applied
    )


def decide_missing(wanted: Sequence[Migration], applied: Iterable[Migration]) -> list[Migration]:
    """Return those of the wanted that were not applied, in order.

    Raises Trouble if what was applied is not a beginning of what is wanted, room by room.
    """
    ours = {(migration.room, migration.number): migration for migration in wanted}
    last: dict[str, int] = {}
    for had in applied:
        mine = ours.pop((had.room, had.number), None)
        if mine is None:
            raise Trouble(
                "database.newer_than_code",
                migration=had.label,
                remedy="run the version of Banyan that made this database, or a later one",
            )
        if mine.sha256 != had.sha256:
            raise Trouble(
                "database.migration_changed",
                migration=had.label,
                remedy="put the file back as it was applied, and say what is new in a new file",
            )
        last[had.room] = had.number
    for left in ours.values():
        if left.number < last.get(left.room, 0):
            raise Trouble(
                "database.migration_skipped",
                migration=left.label,
                remedy="later files were applied without this one: restore a backup",
            )
    return list(ours.values())


def _read_files(room: str, folder: Path) -> list[tuple[Migration, str]]:
    found = []
    for number, path in enumerate(sorted(folder.glob("*.sql")), start=1):
        match = _file_name.fullmatch(path.name)
        assert match is not None, f"{path}: name it NNNN_what_it_does.sql"
        assert int(match[1]) == number, f"{path}: number {number:04} is missing"
        text = path.read_text(encoding="utf-8")
        assert _first_statements.match(text), f"{path}: begin with the two timeouts (set local)"
        digest = sha256(text.encode()).hexdigest()
        found.append((Migration(room, number, path.stem, digest), text))
    return found


async def _apply(connection: Connection, migration: Migration, sql: str) -> None:
    try:
        async with connection.transaction():
            await connection.execute(sql, timeout=_file_wait_s)
            assert connection.is_in_transaction(), f"{migration.label}: a file must not commit"
            await insert_migration(connection, migration)
    except asyncpg.PostgresError as error:
        raise Trouble(
            "database.migration_failed", migration=migration.label, why=str(error)
        ) from error


@asynccontextmanager
async def _lock(connection: Connection) -> AsyncIterator[None]:
    """Hold the lock of migrations; ask again and again, as waiting would be cut by lock_timeout."""
    deadline = time.monotonic() + _lock_wait_s
    while not await try_migrations_lock(connection):
        if time.monotonic() > deadline:
            raise Trouble("database.migrations_locked", waited_s=_lock_wait_s)
        await asyncio.sleep(_lock_poll_s)
    try:
        yield
    finally:
        # A lost connection has given the lock back by itself.
        if not connection.is_closed():
            await release_migrations_lock(connection)
