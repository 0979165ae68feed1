"""Signals between processes: heard by others, and by who was cut off and had nothing to say."""

import asyncio

from banyan.books.office import Office
from banyan.books.signal import JOURNAL
from tests.books.conftest import open_office


async def test_a_ring_is_heard_elsewhere(office: Office, dsn: str) -> None:
    """Within a moment, by a process that only waits."""
    async with open_office(dsn) as other, asyncio.TaskGroup() as tasks:
        forwarding = tasks.create_task(office.signal.pass_on())
        waiting = tasks.create_task(other.signal.wait(10))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        office.signal.ring(JOURNAL)
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
        await office.signal.say("look")
        async with asyncio.timeout(5):
            await waiting
        looking.cancel()


async def test_a_bell_of_one_s_own_is_not_cleared_by_others(office: Office, dsn: str) -> None:
    """Who works while it rings hears it afterwards, though others who waited went on."""
    async with open_office(dsn) as other, asyncio.TaskGroup() as tasks:
        bell, elsewhere = office.signal.add_bell(JOURNAL), other.signal.add_bell("letters")
        unasked = other.signal.add_bell("parcels")
        forwarding = tasks.create_task(office.signal.pass_on())
        waiting = tasks.create_task(office.signal.wait(10))
        await asyncio.sleep(0.05)
        office.signal.ring(JOURNAL, "letters")
        await waiting
        await office.signal.wait(0.01)
        assert bell.is_set()
        async with asyncio.timeout(5):
            await elsewhere.wait()
        assert not unasked.is_set()
        forwarding.cancel()
