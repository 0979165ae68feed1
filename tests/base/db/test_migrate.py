"""Migrations are applied once, in order, whole, and never to a database that has others."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from banyan.base.db import Connection, connect, migrate
from banyan.base.db.migrate import decide_missing
from banyan.base.db.store import Migration
from banyan.base.errors import Trouble

from .processes import Child

Write = Callable[[str, int, str], Path]
first_lines = "set local lock_timeout = '5s';\nset local statement_timeout = '60s';\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a room's migration; return the room's folder."""

    def _write(room: str, number: int, sql: str) -> Path:
        folder = tmp_path / room
        folder.mkdir(exist_ok=True)
        (folder / f"{number:04}_step.sql").write_text(first_lines + sql)
        return folder

    return _write


@pytest.fixture
async def connection(database: str) -> AsyncIterator[Connection]:
    opened = await connect(database)
    yield opened
    await opened.close()


async def test_files_are_applied_once_in_the_order_of_rooms_and_numbers(
    connection: Connection, write: Write
) -> None:
    write("stores", 1, "create schema stores; create table stores.store (id int);")
    stores = write("stores", 2, "alter table stores.store add name text;")
    orders = write("orders", 1, "create schema orders;")
    rooms = [("stores", stores), ("orders", orders)]
    assert await migrate(connection, rooms) == [
        "stores/0001_step", "stores/0002_step", "orders/0001_step"
    ]  # fmt: skip
    assert await migrate(connection, rooms) == []
    write("stores", 3, "alter table stores.store add city text;")
    assert await migrate(connection, rooms) == ["stores/0003_step"]
    noted = await connection.fetch("select room, number from base.migrations order by applied_at")
    assert [tuple(row) for row in noted] == [
        ("stores", 1), ("stores", 2), ("orders", 1), ("stores", 3)
    ]  # fmt: skip


async def test_many_processes_may_migrate_at_once(
    database: str, connection: Connection, write: Write
) -> None:
    for number in range(1, 4):
        slow = f"select pg_sleep(0.05); create table public.t{number} (id int);"
        folder = write("stores", number, slow)

    async def one() -> list[str]:
        opened = await connect(database)
        try:
            return await migrate(opened, [("stores", folder)])
        finally:
            await opened.close()

    results = await asyncio.gather(*(one() for _ in range(6)))
    assert sorted(len(result) for result in results) == [0, 0, 0, 0, 0, 3]
    assert await connection.fetchval("select count(*) from base.migrations") == 3


async def test_a_file_that_fails_leaves_nothing_and_keeps_what_came_before(
    connection: Connection, write: Write
) -> None:
    write("stores", 1, "create table public.first (id int);")
    folder = write("stores", 2, "create table public.second (id int); select 1 / 0;")
    with pytest.raises(Trouble, match=r"migration_failed.*stores/0002_step.*division by zero"):
        await migrate(connection, [("stores", folder)])
    assert await connection.fetchval("select to_regclass('public.first') is not null")
    assert await connection.fetchval("select to_regclass('public.second') is null")
    write("stores", 2, "create table public.second (id int);")
    assert await migrate(connection, [("stores", folder)]) == ["stores/0002_step"]


async def test_a_process_killed_in_the_middle_leaves_nothing_half_done(
    database: str, connection: Connection, write: Write
) -> None:
    folder = write("stores", 1, "create table public.half (id int); select pg_sleep(30);")

    async def run() -> None:
        await migrate(await connect(database), [("stores", folder)])

    killed = Child(lambda: asyncio.new_event_loop().run_until_complete(run()))
    await _wait_until_asleep(connection)
    killed.kill()
    write("stores", 1, "create table public.half (id int, whole bool);")
    async with asyncio.timeout(10):
        assert await migrate(connection, [("stores", folder)]) == ["stores/0001_step"]
    assert await connection.fetchval("select count(whole) from public.half") == 0


async def test_a_file_changed_after_it_was_applied_is_refused(
    connection: Connection, write: Write
) -> None:
    folder = write("stores", 1, "create table public.first (id int);")
    await migrate(connection, [("stores", folder)])
    write("stores", 1, "create table public.first (id bigint);")
    write("stores", 2, "create table public.second (id int);")
    with pytest.raises(Trouble, match=r"migration_changed.*stores/0001_step"):
        await migrate(connection, [("stores", folder)])
    assert await connection.fetchval("select to_regclass('public.second') is null")


async def test_a_database_of_a_later_version_is_refused(
    connection: Connection, write: Write
) -> None:
    write("stores", 1, "select 1;")
    folder = write("stores", 2, "select 2;")
    await migrate(connection, [("stores", folder)])
    (folder / "0002_step.sql").unlink()
    with pytest.raises(Trouble, match=r"newer_than_code.*stores/0002_step"):
        await migrate(connection, [("stores", folder)])
    with pytest.raises(Trouble, match=r"newer_than_code.*stores/0001_step"):
        await migrate(connection, [])


def test_a_file_that_was_passed_over_is_refused() -> None:
    one, two, three = (Migration("stores", number, f"{number}", "same") for number in (1, 2, 3))
    assert decide_missing([one, two, three], [one]) == [two, three]
    with pytest.raises(Trouble, match=r"migration_skipped.*stores/2"):
        decide_missing([one, two, three], [one, three])


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("0002_step.sql", first_lines, "0001 is missing"),
        ("first.sql", first_lines, "name it"),
        ("0001_Step.sql", first_lines, "name it"),
        ("0001_step.sql", "select 1;", "timeouts"),
        ("0001_step.sql", f"{first_lines} select 1; commit;", "must not commit"),
    ],
)
async def test_our_own_mistakes_in_a_file_are_named(
    connection: Connection, tmp_path: Path, name: str, text: str, message: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(AssertionError, match=message):
        await migrate(connection, [("stores", tmp_path)])
    # The lock is free again whatever went wrong.
    assert await migrate(connection, []) == []


async def _wait_until_asleep(connection: Connection) -> None:
    sleeping = """
        select true from pg_stat_activity
        where wait_event = 'PgSleep' and datname = current_database()
    """
    async with asyncio.timeout(20):
        while not await connection.fetchval(sleeping):  # noqa: ASYNC110 - another process's state
            await asyncio.sleep(0.02)
