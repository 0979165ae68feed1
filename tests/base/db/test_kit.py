"""The databases that all other tests stand on are made once, copied clean, and cleared away."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from banyan.base.db import Connection, EmbeddedServer, connect
from tests.kit import postgres
from tests.kit.postgres import fresh_database, template_database

_name = "kit_of_tests"


@pytest.fixture
async def control(server: EmbeddedServer) -> AsyncIterator[Connection]:
    opened = await connect(server.dsn)
    await opened.execute(f"drop database if exists template_{_name}")
    yield opened
    await opened.execute(f"drop database if exists template_{_name}")
    await opened.close()


async def test_a_template_is_made_once_and_copies_are_apart(
    server: EmbeddedServer, control: Connection
) -> None:
    made: list[str] = []

    async def make(dsn: str) -> None:
        made.append(dsn)
        connection = await connect(dsn)
        await connection.execute("create table public.thing as select 1 as id")
        await connection.close()

    templates = await asyncio.gather(*(template_database(server, _name, make) for _ in range(3)))
    assert len(made) == len(set(templates)) == 1
    async with fresh_database(server, templates[0]) as one:
        async with fresh_database(server, templates[0]) as two:
            assert [await _add_and_count(dsn) for dsn in (one, two)] == [2, 2]
        assert (
            await control.fetchval(
                "select count(*) from pg_database where datname = $1", _base(two)
            )
            == 0
        )


async def test_a_template_that_fails_is_not_kept(
    server: EmbeddedServer, control: Connection
) -> None:
    async def fail(dsn: str) -> None:
        raise LookupError(dsn)

    async def make(_: str) -> None:
        return

    with pytest.raises(LookupError):
        await template_database(server, _name, fail)
    assert await template_database(server, _name, make) == f"template_{_name}"
    assert (
        await control.fetchval(
            "select count(*) from pg_database where datname like $1", f"%{_name}"
        )
        == 1
    )


async def test_what_killed_runs_left_is_dropped(control: Connection) -> None:
    await control.execute("create database fresh_4194305_1")  # no process has so high an id
    await postgres._drop_old(control)
    left = "select count(*) from pg_database where datname = 'fresh_4194305_1'"
    assert await control.fetchval(left) == 0


async def _add_and_count(dsn: str) -> int:
    connection = await connect(dsn)
    await connection.execute("insert into public.thing values (2)")
    count = await connection.fetchval("select count(*) from public.thing")
    await connection.close()
    return int(count)


def _base(dsn: str) -> str:
    return dsn.rsplit("/", 1)[-1].split("?", 1)[0]
