"""Builds a running Banyan from settings: server, tables, pool, office, and the work in the back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import asyncpg

from banyan.app.registry import ROOMS
from banyan.app.settings import Settings
from banyan.base.clock import Clock
from banyan.base.db import EmbeddedServer, connect, migrate, open_pool
from banyan.books.office import Office
from banyan.books.room import Room
from banyan.books.signal import Signal

_pool_min = 2


@dataclass(frozen=True)
class Database:
    """Where the tables are; `server` is ours to stop, or None when the operator runs their own."""

    dsn: str
    server: EmbeddedServer | None


@dataclass(frozen=True)
class Building:
    """Everything that doors and commands need, ready for use."""

    settings: Settings
    database: Database
    pool: asyncpg.Pool[asyncpg.Record]
    signal: Signal
    office: Office
    rooms: Sequence[Room]


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """The database of these settings: the operator's, or the embedded server, started if needed.

    Raises Trouble if the server cannot be started.
    """
    url = settings.database_url.reveal()
    if url:
        yield Database(url, None)
        return
    server = await _start_server(settings)
    try:
        yield Database(server.dsn, server)
    finally:
        await asyncio.to_thread(server.stop)


async def _start_server(settings: Settings) -> EmbeddedServer:
    loop = asyncio.get_running_loop()
    starting = loop.run_in_executor(None, EmbeddedServer.start, settings.data)
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        # The thread can't be called off: a server that nobody waits for any more would stay.
        server = await starting
        await asyncio.to_thread(server.stop)
        raise


async def migrate_database(dsn: str, rooms: Sequence[Room] = ROOMS) -> list[str]:
    """Bring the tables of all rooms up to date; return the files that were applied.

    Any number of processes may call it at once. Raises Trouble if the database is out of reach, or
    newer than the code.
    """
    connection = await connect(dsn)
    try:
        return await migrate(connection, [(room.name, room.migrations) for room in rooms])
    finally:
        await connection.close()


@asynccontextmanager
async def open_building(
    settings: Settings, rooms: Sequence[Room] = ROOMS
) -> AsyncIterator[Building]:
    """A building whose tables are up to date and whose office is open; nothing works in the back.

    Raises Trouble if the database cannot be had.
    """
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(settings))
        await migrate_database(database.dsn, rooms)
        pool = await open_pool(
            database.dsn, size_min=min(_pool_min, settings.pool), size_max=settings.pool
        )
        stack.push_async_callback(pool.close)
        signal = Signal(database.dsn)
        await signal.open()
        stack.push_async_callback(signal.close)
        office = await stack.enter_async_context(Office(pool, signal, Clock()))
        yield Building(settings, database, pool, signal, office, rooms)
