"""Several messages and several servers at once, and servers that are killed: one result each."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress

import pytest

from banyan.app.settings import render_environment
from banyan.base.errors import Refusal
from banyan.books.timers.run import run_due
from banyan.reach.broadcasts import Audience, MessageState, SendMessage, deliver, send_message
from banyan.reach.channels import ChannelKind
from tests.kit.loyalty import second_office
from tests.kit.world import World
from tests.reach.broadcasts.hall import open_hall

_worker = """
import asyncio
from banyan.app.build import open_building
from banyan.app.settings import read_settings
from banyan.books.timers.run import run_due
from banyan.reach.broadcasts import deliver

deliver.PART_MAX = 3

async def work():
    async with open_building(read_settings()) as building:
        while True:
            if not await run_due(building.office, deliver.TIMERS):
                await asyncio.sleep(0.01)

asyncio.run(work())
"""
_count = "select count(*) from broadcasts.deliveries"


async def test_six_messages_at_once_reach_each_follower_four_times(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "PART_MAX", 7)
    hall = await open_hall(world, 30)
    messages = await asyncio.gather(*(hall.send(f"第{number}条") for number in range(6)))
    async with second_office(world) as second, second_office(world) as third:

        async def work(office: object) -> None:
            for _ in range(60):
                await run_due(office, deliver.TIMERS)  # type: ignore[arg-type]

        await asyncio.gather(*(work(one) for one in (world.office, second, third)))
    await world.settle()
    totals = {"delivered": 0, "quota": 0}
    for message in messages:
        results = await hall.results(message)
        assert sum(results.values()) == 30
        for name, count in results.items():
            totals[name] += count
    assert totals == {"delivered": 120, "quota": 60}
    assert [len(await hall.titles(number)) for number in range(30)] == [4] * 30


async def test_numbers_and_days_are_given_once_to_rivals(world: World) -> None:
    hall = await open_hall(world, 2)
    sent = await asyncio.gather(*(hall.send(openids=hall.openids) for _ in range(10)))
    assert len({one.number for one in sent}) == 10
    daily = await open_hall(world, 2, ChannelKind.SUBSCRIPTION)
    tried = await asyncio.gather(*(daily.send() for _ in range(8)), return_exceptions=True)
    refused = [one for one in tried if isinstance(one, Refusal)]
    assert [one.code for one in refused] == ["broadcasts.quota_daily"] * 7


async def test_one_mark_sends_once_however_many_ask(world: World) -> None:
    hall = await open_hall(world, 2)
    command = SendMessage(**hall.own, title="一次", mark="order-1")
    tried = await asyncio.gather(
        *(world.office.run(send_message, command, world.owner) for _ in range(8)),
        return_exceptions=True,
    )
    sent = [one for one in tried if not isinstance(one, BaseException)]
    refused = [one for one in tried if isinstance(one, Refusal)]
    assert len(sent) == 1
    assert [one.code for one in refused] == ["broadcasts.sent_before"] * 7
    assert {one.fields["number"] for one in refused} == {sent[0].number}


@pytest.mark.slow
async def test_a_worker_that_is_killed_again_and_again_loses_and_doubles_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = await open_hall(world, 60)
    message = await hall.send()
    listed = await hall.send("名单", openids=hall.openids[:40])
    assert (message.audience, listed.audience) == (Audience.ALL, Audience.LIST)
    environment = os.environ | render_environment(world.building.settings)
    before = 0
    for _ in range(3):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _worker, env=environment
        )
        try:
            async with asyncio.timeout(120):
                while (now := await _deliveries(world)) < before + 6:
                    assert process.returncode is None, "the worker fell over"
                    await asyncio.sleep(0.005)
        finally:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            await process.wait()
        before = now
        if now >= 90:
            break
    assert await _deliveries(world) > 0
    monkeypatch.setattr(deliver, "PART_MAX", 3)
    await world.settle()
    assert await hall.results(message) == {"delivered": 60}
    assert await hall.results(listed) == {"delivered": 40}
    for one in (message, listed):
        assert (await hall.report(one)).message.state is MessageState.SENT
    counts = [len(await hall.titles(number)) for number in range(60)]
    assert counts == [2] * 40 + [1] * 20


async def _deliveries(world: World) -> int:
    async with world.building.pool.acquire() as db:
        count: int = await db.fetchval(_count)
    return count
