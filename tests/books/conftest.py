"""An Office on a database that holds only the books."""

import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from banyan.base.clock import Clock
from banyan.base.db import EmbeddedServer, connect, migrate, open_pool
from banyan.books.office import Office
from banyan.books.rooms import BOOKS
from banyan.books.signal import Signal
from tests.kit.postgres import fresh_database, shared_server, template_database

_MIGRATIONS = [(room.name, room.migrations) for room in BOOKS]


async def _make(dsn: str) -> None:
    control = await connect(dsn)
    await migrate(control, _MIGRATIONS)
    await control.close()


def _template_name() -> str:
    texts = [
        file.read_bytes() for _, folder in _MIGRATIONS for file in sorted(folder.glob("*.sql"))
    ]
    return "books_" + hashlib.sha256(b"".join(texts)).hexdigest()[:16]


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """The server that all tests share."""
    with shared_server() as server:
        yield server


@pytest.fixture
async def dsn(server: EmbeddedServer) -> AsyncIterator[str]:
    """A database of its own for one test."""
    template = await template_database(server, _template_name(), _make)
    async with fresh_database(server, template) as dsn:
        yield dsn


@asynccontextmanager
async def open_office(dsn: str) -> AsyncIterator[Office]:
    """An Office as another process would have it, with its own pool and node."""
    pool = await open_pool(dsn, size_min=1, size_max=8)
    signal = Signal(dsn)
    await signal.open()
    try:
        async with Office(pool, signal, Clock()) as office:
            yield office
    finally:
        await signal.close()
        await pool.close()


@pytest.fixture
async def office(dsn: str) -> AsyncIterator[Office]:
    """The Office; afterwards every invariant of the books holds."""
    async with open_office(dsn) as office:
        yield office
        async with office.pool.acquire() as db:
            for room in BOOKS:
                for invariant in room.invariants:
                    broken = await db.fetch(invariant.sql)
                    assert not broken, (invariant.name, broken[:5])
