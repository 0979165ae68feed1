"""A worker that is killed while a server thinks loses nothing: another tells it again."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from banyan.books.actor import SYSTEM
from banyan.reach.channels import ensure_openids
from banyan.reach.pushes import Outcome, PushKind, PushState, note_push
from tests.kit.receiver import Receiver, open_line
from tests.kit.world import SECRET_KEY, World

SCRIPT = Path(__file__).with_name("killed_worker.py")
ROOT = Path(__file__).resolve().parents[3]
LEASE_S = 1.5


async def test_another_worker_takes_over_and_the_message_is_the_same(world: World) -> None:
    thinking = asyncio.Event()

    async def answer(message: Any) -> Any:  # noqa: ANN401 - the SDK's messages have no types
        if not thinking.is_set():
            thinking.set()
            await asyncio.sleep(30)
        return f"{message.content}!"

    async with open_line(world, Receiver(answer=answer)) as line:
        person_id = int((await world.person("lin")).person_id)
        dsn = world.building.database.dsn
        worker = await asyncio.create_subprocess_exec(
            sys.executable, SCRIPT, dsn, SECRET_KEY.reveal(), str(LEASE_S), cwd=ROOT
        )
        async with world.office.begin(SYSTEM) as work:
            openids = await ensure_openids(work, line.channel.channel_id, [person_id])
            for text in ("one", "two"):
                fields = {"content": text}
                await note_push(
                    work, line.channel, person_id, openids[person_id], PushKind.TEXT, fields
                )
        async with asyncio.timeout(30):
            await thinking.wait()
        worker.kill()
        await worker.wait()
        assert await line.deliverer.deliver_waiting() == 0, "the lease still runs"
        await asyncio.sleep(LEASE_S)
        await line.deliver()
        heard = [(one.id, one.content) for one in line.receiver.messages]
        assert [text for _, text in heard] == ["one", "one", "two"]
        assert heard[0] == heard[1]
        first, second = await line.pushes()
        assert (first.state, second.state) == (PushState.ANSWERED, PushState.ANSWERED)
        assert [(one.number, one.outcome) for one in first.attempts] == [(2, Outcome.REPLIED)]
