"""Accounts' own codes are made once, scanned, counted by day, told to the server, and forgotten."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from banyan.base.errors import Failure, Invalid, NotFound, Refusal
from banyan.books.actor import Actor
from banyan.books.work import Operation
from banyan.reach.channels import Channel, Unfollow, unfollow
from banyan.reach.scenes import (
    FollowByScene,
    ScanScene,
    SceneCode,
    SceneScan,
    create_scene_code,
    follow_by_scene,
    list_scene_codes,
    read_scene_code,
    scan_scene,
)
from tests.kit.loyalty import add_crowd, open_channel
from tests.kit.receiver import open_line
from tests.kit.world import World


async def run(world: World, channel: Channel, operation: Operation[Any, Any], **values: Any) -> Any:  # noqa: ANN401
    """Run an operation of the account as its merchant's owner."""
    own = {"merchant_id": channel.merchant_id, "channel_id": channel.channel_id}
    return await world.office.run(operation, operation.command_type(**own, **values), world.owner)


async def scan(world: World, actor: Actor, code: SceneCode) -> SceneScan:
    return await world.office.run(scan_scene, ScanScene(token=code.token), actor)


async def come(world: World, actor: Actor, code: SceneCode) -> SceneScan:
    return await world.office.run(follow_by_scene, FollowByScene(token=code.token), actor)


async def test_rivals_make_one_lasting_code(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    made = await asyncio.gather(
        *(run(world, channel, create_scene_code, text="B") for _ in range(8))
    )
    assert len({one.code_id for one in made}) == 1
    assert len((await run(world, channel, list_scene_codes)).items) == 1


async def test_scans_are_counted_on_their_days(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    code = await run(world, channel, create_scene_code, number=7, name="桌台 7")
    crowd = await add_crowd(world, 6)
    await asyncio.gather(*(scan(world, one, code) for one in crowd))
    await asyncio.gather(*(come(world, one, code) for one in crowd[:4]))
    await world.advance(timedelta(days=1))
    await scan(world, crowd[0], code)
    leaving = Unfollow(channel_id=channel.channel_id)
    await world.office.run(unfollow, leaving, crowd[0])
    assert (await come(world, crowd[0], code)).is_new_follower
    found = await run(world, channel, read_scene_code, code_id=code.code_id)
    assert [(one.scans_count, one.followers_count) for one in found.days] == [(6, 4), (1, 1)]
    (listed,) = (await run(world, channel, list_scene_codes)).items
    assert (listed.counts, listed.code) == (found.counts, code)
    assert (found.counts.scans_count, found.counts.followers_count) == (7, 5)
    last = await run(world, channel, read_scene_code, code_id=code.code_id, days=1)
    assert len(last.days) == 1


async def test_codes_that_end_are_refused_and_then_forgotten(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin = await world.person("lin")
    code = await run(world, channel, create_scene_code, number=7, life_s=60)
    await scan(world, lin, code)
    await world.advance(timedelta(seconds=60))
    for again in (scan, come):
        with pytest.raises(Refusal, match=r"scenes\.expired"):
            await again(world, lin, code)
    await world.advance(timedelta(days=31))
    await run(world, channel, create_scene_code, number=7, life_s=60)
    with pytest.raises(NotFound, match=r"scenes\.not_found"):
        await scan(world, lin, code)
    with pytest.raises(NotFound, match=r"scenes\.not_found"):
        await run(world, channel, read_scene_code, code_id=code.code_id)


async def test_codes_of_others_are_not_shown(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    code = await run(world, channel, create_scene_code, number=7)
    other = await open_channel(world, name="分号")
    with pytest.raises(NotFound):
        await run(world, other, read_scene_code, code_id=code.code_id)
    with pytest.raises(Failure):
        await scan(world, await world.person("lin"), forged(code))
    with pytest.raises(Invalid, match=r"scenes\.one_parameter"):
        await run(world, channel, create_scene_code)


def forged(code: SceneCode) -> SceneCode:
    """The same code with other chance."""
    end = "A" if code.token[-1] != "A" else "B"
    values = {name: getattr(code, name) for name in code.__struct_fields__}
    return SceneCode(**(values | {"token": code.token[:-1] + end}))


async def test_the_accounts_server_is_told_of_scans_with_the_ticket(world: World) -> None:
    lin = await world.person("lin")
    async with open_line(world) as line:
        code = await run(world, line.channel, create_scene_code, text="poster=B")
        await scan(world, lin, code)
        await line.deliver()
        assert line.receiver.messages == []
        await come(world, lin, code)
        await scan(world, lin, code)
        await line.deliver()
        came, scanned = line.receiver.messages
        assert (came.event, came.scene_id, came.ticket) == (
            "subscribe_scan",
            "poster=B",
            code.ticket,
        )
        assert (scanned.event, scanned.scene_id, scanned.ticket) == (
            "scan",
            "poster=B",
            code.ticket,
        )
