"""Who is heard first: accounts take turns, talks go before programs, and nobody waits for ever."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from banyan.base.clock import Clock
from banyan.books.actor import SYSTEM
from banyan.reach.channels import Channel
from banyan.reach.voices import AskHearing, TakeHearings, ask_hearing, hear_talk, take_hearings
from tests.kit.loyalty import open_channel
from tests.kit.voices import open_listener, silence
from tests.kit.world import World


async def test_accounts_take_turns_and_programs_are_heard_too(world: World, tmp_path: Path) -> None:
    await world.merchant()
    busy, calm = await open_channel(world), await open_channel(world)
    file = f"{'0' * 64}.mp3"

    async def ask(channel: Channel, name: str) -> None:
        command = AskHearing(
            merchant_id=world.merchant_id,
            channel_id=channel.channel_id,
            voice_id=name,
            language="en_US",
            content=silence(1),
        )
        await world.office.run(ask_hearing, command, world.owner)

    async def talk(name: str) -> None:
        async with world.office.begin() as work:
            assert await hear_talk(work, busy, name, "en_US", file)

    async with open_listener(world, tmp_path):
        for name in ("many-1", "many-2", "many-3"):
            await ask(busy, name)
        await world.advance(timedelta(seconds=5))
        await ask(calm, "one")
        await talk("soon")
        await world.advance(timedelta(seconds=61))
        await talk("later")
    now = Clock().now()
    heard = []
    for _ in range(6):
        command = TakeHearings(at=now, until=now + timedelta(hours=1), limit=1)
        (taken,) = await world.office.run(take_hearings, command, SYSTEM)
        heard.append(taken.voice_id)
    assert heard == ["soon", "many-1", "one", "many-2", "later", "many-3"]
