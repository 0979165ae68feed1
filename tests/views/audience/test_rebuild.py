"""The audience's figures can be thrown away: the journal gives the same again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from banyan.books.actor import SYSTEM
from banyan.reach.channels import ChannelKind, CreateChannel, Unfollow, create_channel, unfollow
from banyan.reach.consents import EnterApp, enter_app
from banyan.views.audience import (
    ReadReturns,
    ReadVisits,
    Step,
    begin_again,
    read_returns,
    read_visits,
)
from tests.kit.loyalty import open_channel
from tests.kit.talks import follower, tell
from tests.kit.world import World

_tables = {
    "deeds": "select * from audience.deeds order by 1, 2, 3, 4, 5, 6, 7",
    "moves": "select * from audience.moves order by 1, 2, 3",
    "sendings": "select * from audience.sendings order by 1, 2",
    "served": "select * from audience.served order by 1, 2, 3",
}


async def read_tables(world: World) -> dict[str, list[dict[str, Any]]]:
    async with world.building.pool.acquire() as db:
        return {name: [dict(row) for row in await db.fetch(sql)] for name, sql in _tables.items()}


async def open_app(world: World) -> tuple[str, dict[str, Any]]:
    """A mini program: its appid, and how questions name it."""
    command = CreateChannel(
        merchant_id=world.merchant_id, kind=ChannelKind.MINIAPP, name="榕树点单"
    )
    made = (await world.office.run(create_channel, command, SYSTEM)).channel
    return made.appid, {"merchant_id": made.merchant_id, "channel_id": made.channel_id}


async def test_what_is_thrown_away_comes_back(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, _ = await follower(world, channel, "lin")
    for words in ("早", "在吗"):
        await tell(world, lin, channel, words)
    await world.advance(timedelta(days=1))
    await tell(world, lin, channel, "再见")
    await world.office.run(unfollow, Unfollow(channel_id=channel.channel_id), lin)
    await world.settle()
    before = await read_tables(world)
    assert before["deeds"]
    assert before["moves"]
    await begin_again(world.office)
    assert not any((await read_tables(world)).values())
    await world.settle()
    assert await read_tables(world) == before


async def test_who_opens_a_mini_program_and_comes_again(world: World) -> None:
    await world.merchant()
    appid, own = await open_app(world)
    people = {name: await world.person(name) for name in ("lin", "wu", "chen")}
    first = world.now
    for day, names in enumerate((["lin", "lin", "wu"], ["lin", "chen"], [], ["wu"])):
        for name in names:
            await world.office.run(enter_app, EnterApp(appid=appid), people[name])
        if day < 3:
            await world.advance(timedelta(days=1))
    await world.settle()
    there = [(first + timedelta(days=day, hours=8)).date() for day in range(4)]
    days: dict[str, Any] = {"from_on": there[0], "until_on": there[3]}
    visits = (await world.office.run(read_visits, ReadVisits(**own, **days), SYSTEM)).rows
    assert [
        (one.on, one.visits, one.people, one.new_people, one.people_by_now) for one in visits
    ] == [
        (there[0], 3, 2, 2, 2),
        (there[1], 2, 2, 1, 3),
        (there[2], 0, 0, 0, 3),
        (there[3], 1, 1, 0, 3),
    ]
    returns = (await world.office.run(read_returns, ReadReturns(**own, **days), SYSTEM)).rows
    assert [(one.later, one.people, one.new_people) for one in returns] == [
        (0, 2, 2),
        (1, 1, 1),
        (3, 1, 1),
    ]
    days["from_on"] = there[1]
    returns = (await world.office.run(read_returns, ReadReturns(**own, **days), SYSTEM)).rows
    assert [(one.later, one.people, one.new_people) for one in returns] == [(0, 2, 1)]
    query = ReadVisits(**own, **days, step=Step.MONTH)
    by_month = (await world.office.run(read_visits, query, SYSTEM)).rows
    assert by_month[-1].people_by_now == 3
