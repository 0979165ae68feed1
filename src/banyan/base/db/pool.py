"""Opens connections to the database, alone or in a pool, each prepared alike."""

from typing import Any, TypeAlias

import asyncpg
import msgspec

from banyan.base.errors import Trouble

Connection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)
"""A connection to the database, lent by a pool or one's own."""

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

SERVER_MAJOR_MIN = 16
"""The oldest server that Banyan's SQL runs on."""

_connect_wait_s = 10
_command_wait_s = 60
_statements_max = 1024
_queries_max = 10_000_000

_session = {
    "application_name": "banyan",
    "timezone": "UTC",
    # Every statement names its schema: what a name means never depends on the session.
    "search_path": "",
    "lock_timeout": "10s",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",
    # A killed process must not leave a long statement behind that keeps its locks.
    "client_connection_check_interval": "2s",
    "jit": "off",
}


async def open_pool(dsn: str, *, size_min: int, size_max: int) -> Pool:
    """Return a pool of connections to a server of version 16 or later.

    On every connection JSON columns are Python values, instants are UTC, names are only found
    with their schema, and no statement waits for ever. A connection goes back to the pool without
    a round trip: an open transaction is rolled back, but `set`, `listen` and session locks stay,
    so they need a connection of their own (`connect`); in the pool use `set local`.
    Raises Trouble if the server cannot be reached or is too old; so does `acquire` later on.
    """
    return await asyncpg.create_pool(
        dsn,
        connect=_connect,
        init=_prepare,
        reset=_keep,
        min_size=size_min,
        max_size=size_max,
        max_queries=_queries_max,
        command_timeout=_command_wait_s,
        **_options(),
    )


async def connect(dsn: str) -> "asyncpg.Connection[asyncpg.Record]":
    """Return one connection, prepared like those of the pool, for the caller to close.

    Raises Trouble if the server cannot be reached or is too old.
    """
    connection = await _connect(dsn, **_options())
    await _prepare(connection)
    return connection


def _options() -> dict[str, Any]:
    return {
        "timeout": _connect_wait_s,
        "statement_cache_size": _statements_max,
        # A prepared statement is worth keeping as long as its connection.
        "max_cached_statement_lifetime": 0,
        "max_cacheable_statement_size": 0,
        "server_settings": _session,
    }


async def _connect(
    *where: Any,  # noqa: ANN401 - what asyncpg's pool hands through
    **options: Any,  # noqa: ANN401
) -> "asyncpg.Connection[asyncpg.Record]":
    try:
        connection: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(*where, **options)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        why = str(error) or type(error).__name__
        raise Trouble("database.unreachable", why=why) from error
    version = connection.get_server_version()
    if version.major < SERVER_MAJOR_MIN:
        await connection.close()
        raise Trouble("database.too_old", found=version.major, needed=SERVER_MAJOR_MIN)
    return connection


async def _prepare(connection: Connection) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=_encode, decoder=msgspec.json.decode
        )


async def _keep(_: Connection) -> None:
    # asyncpg's own reset asks the server to forget everything: one round trip at every release,
    # which halves the rate of small statements. We leave nothing behind that it would forget.
    return


def _encode(value: object) -> str:
    return msgspec.json.encode(value).decode()
