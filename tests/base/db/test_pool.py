"""Connections of the pool are alike, bounded, and in trouble when the server is away."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from banyan.base.db import EmbeddedServer, Pool, connect, open_pool, pool, write_array
from banyan.base.errors import Trouble
from banyan.base.ids import Id


@pytest.fixture
async def opened(database: str) -> AsyncIterator[Pool]:
    async with await open_pool(database, size_min=1, size_max=2) as lent:
        yield lent


async def test_json_goes_in_and_comes_out_as_values(opened: Pool) -> None:
    value = {"name": "榕树", "list": [1, 2.5, None, True], "deep": {"empty": {}}}
    row = await opened.fetchrow(
        "select $1::jsonb as b, $1::json as j, $1::jsonb ->> 'name' as n", value
    )
    assert row is not None
    assert (row["b"], row["j"], row["n"]) == (value, value, "榕树")
    arrays = await opened.fetchval("select $1::jsonb[]", [value, None, {}, "text"])
    assert arrays == [value, None, {}, "text"]


@pytest.mark.parametrize("numbers", [[], [7], [0, -1, 2**63 - 1, Id(5)]])
async def test_a_written_array_is_read_as_it_was(opened: Pool, numbers: list[int]) -> None:
    read = await opened.fetchval("select $1::text::bigint[]", write_array(numbers))
    assert read == numbers


async def test_sessions_are_utc_and_find_no_name_without_its_schema(opened: Pool) -> None:
    now = await opened.fetchval("select now()")
    assert now.utcoffset() == timedelta(0)
    assert await opened.fetchval("select '2020-01-01'::timestamptz") == datetime(
        2020, 1, 1, tzinfo=UTC
    )
    await opened.execute("create table public.thing (id int)")
    with pytest.raises(asyncpg.UndefinedTableError):
        await opened.fetch("select * from thing")
    with pytest.raises(asyncpg.PostgresError):
        await opened.execute("create table stray (id int)")


async def test_nothing_waits_for_ever(opened: Pool) -> None:
    names = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
    for name in names:
        assert await opened.fetchval("select current_setting($1)", name) in {"10s", "1min"}


async def test_a_connection_comes_back_without_its_open_transaction(opened: Pool) -> None:
    async with opened.acquire() as connection:
        await connection.execute("create table public.thing (id int)")
        await connection.execute(
            "begin; set local lock_timeout = '1s'; insert into public.thing values (1)"
        )
    async with opened.acquire() as connection:
        assert not connection.is_in_transaction()
        assert await connection.fetchval("show lock_timeout") == "10s"
        assert await connection.fetchval("select count(*) from public.thing") == 0


async def test_a_release_asks_the_server_nothing(opened: Pool) -> None:
    asked: list[str] = []
    async with opened.acquire() as connection:
        await connection.execute("select 1")
        connection.add_query_logger(lambda record: asked.append(record.query))
    async with opened.acquire() as connection:
        await connection.fetchval("select 2")
    assert asked == ["select 2"]


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://banyan@/banyan?host=/nowhere",
        "postgresql://banyan@127.0.0.1:1/banyan",
        "nonsense://banyan",
        "postgresql://banyan@127.0.0.1:port/banyan",
    ],
)
async def test_a_server_that_is_not_there_is_trouble(dsn: str) -> None:
    with pytest.raises(Trouble, match="unreachable"):
        _ = await open_pool(dsn, size_min=1, size_max=1)
    with pytest.raises(Trouble, match="unreachable"):
        await connect(dsn)


async def test_a_database_that_is_not_there_is_trouble_without_the_password(
    server: EmbeddedServer,
) -> None:
    dsn = server.dsn_of("no_such_database").replace("banyan@", "banyan:sesame@")
    with pytest.raises(Trouble, match=r"unreachable.*no_such_database") as caught:
        _ = await open_pool(dsn, size_min=1, size_max=1)
    assert "sesame" not in str(caught.value)


async def test_trouble_also_comes_when_the_pool_grows(database: str) -> None:
    async with await open_pool(database, size_min=0, size_max=2) as lent:
        lent.set_connect_args(database.replace("fresh_", "gone_"))
        with pytest.raises(Trouble, match=r"unreachable.*gone_"):
            await lent.fetchval("select 1")


async def test_an_old_server_is_refused(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "SERVER_MAJOR_MIN", 99)
    with pytest.raises(Trouble, match=r"too_old.*99"):
        _ = await open_pool(database, size_min=1, size_max=1)


async def test_a_waiting_caller_is_served_when_another_leaves(opened: Pool) -> None:
    answers = await asyncio.gather(*(opened.fetchval("select $1::int", n) for n in range(50)))
    assert answers == list(range(50))
