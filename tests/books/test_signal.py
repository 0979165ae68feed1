"""Signals between processes: heard by others, and by who was cut off and had nothing to say."""

import asyncio

from banyan.books.office import Office
from tests.books.conftest import open_office


async def test_a_ring_is_heard_elsewhere(office: Office, dsn: str) -> None:
    """Within a moment, by a process that only waits."""
    async with open_office(dsn) as other, asyncio.TaskGroup() as tasks:
        forwarding = tasks.create_task(office.signal.pass_on())
        waiting = tasks.create_task(other.signal.wait(10))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        office.signal.ring()
        async with asyncio.timeout(5):
            await waiting
        forwarding.cancel()


async def test_who_was_cut_off_listens_again(office: Office, dsn: str) -> None:
    """Its connection is ended by the server; it comes back by itself, and hears."""
    async with open_office(dsn) as other, asyncio.TaskGroup() as tasks:
        looking = tasks.create_task(other.signal.pass_on())
        connection = other.signal._connection
        assert connection is not None
        async with office.pool.acquire() as db:
            await db.execute("select pg_terminate_backend($1)", connection.get_server_pid())
        async with asyncio.timeout(20):
            while other.signal._connection is connection:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.05)
        waiting = tasks.create_task(other.signal.wait(10))
        await asyncio.sleep(0.05)
        await office.signal.say("")
        async with asyncio.timeout(5):
            await waiting
        looking.cancel()
