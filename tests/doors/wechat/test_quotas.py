"""Daily quotas are exact, whoever counts: no call too many, and none lost in one process."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from banyan.books.office import Office
from banyan.doors.wechat.errors import WireError
from banyan.doors.wechat.quotas import Quotas
from banyan.parties.sessions import PORTS
from banyan.reach.channels import ChannelId
from tests.kit.loyalty import open_channel, second_office
from tests.kit.pages import open_browser
from tests.kit.parties import phone_of
from tests.kit.wechat import Account
from tests.kit.world import World

PATH = "/cgi-bin/menu/create"


def today() -> date:
    return date(2026, 11, 22)


async def storm(quotas: Quotas, channel_id: int, calls: int, daily_max: int) -> int:
    """How many of so many calls at once are let through."""

    async def call() -> bool:
        try:
            await quotas.take(ChannelId(channel_id), PATH, daily_max)
        except WireError as error:
            return error.errcode != 45009
        return True

    return sum(await asyncio.gather(*(call() for _ in range(calls))))


def counting(office: Office) -> Quotas:
    return Quotas(office, today)


async def test_two_servers_let_exactly_so_many_through(world: World) -> None:
    await world.merchant()
    channel_id = int((await open_channel(world)).channel_id)
    async with second_office(world) as other:
        here, there = counting(world.office), counting(other)
        passed = await asyncio.gather(
            storm(here, channel_id, 300, 400), storm(there, channel_id, 300, 400)
        )
        assert sum(passed) <= 400
        # What one had set aside is its own to use.
        later = [await storm(one, channel_id, 400, 400) for one in (here, there)]
        assert sum(passed) + sum(later) == 400
        assert await storm(there, channel_id, 10, 400) == 0


async def test_blocks_grow_with_the_storm_and_are_kept_for_the_day(world: World) -> None:
    await world.merchant()
    channel_id = (await open_channel(world)).channel_id
    days = [date(2026, 11, 22)]
    quotas = Quotas(world.office, lambda: days[0])
    assert await storm(quotas, int(channel_id), 500, 0) == 500
    assert quotas.unused(channel_id, PATH) > 0
    days[0] = date(2026, 11, 23)
    assert quotas.unused(channel_id, PATH) == 0
    await quotas.take(channel_id, PATH, 0)
    quotas.forget(channel_id)
    assert quotas.unused(channel_id, PATH) == 0


async def test_a_program_sees_how_many_calls_it_made(account: Account) -> None:
    token = (await account.call(account.sdk.fetch_access_token))["access_token"]
    body = {"cgi_path": "/cgi-bin/getcallbackip"}
    for made in range(1, 8):
        await account.get("/cgi-bin/getcallbackip", access_token=token)
        told = await account.post("/cgi-bin/openapi/quota/get", body, access_token=token)
        assert told["quota"]["used"] == made
    await account.post("/cgi-bin/openapi/quota/clear", body, access_token=token)
    told = await account.post("/cgi-bin/openapi/quota/get", body, access_token=token)
    assert told["quota"]["used"] == 0
    await account.get("/cgi-bin/getcallbackip", access_token=token)
    told = await account.post("/cgi-bin/openapi/quota/get", body, access_token=token)
    assert told["quota"]["used"] == 1


async def test_a_used_up_quota_is_told_until_it_is_cleared(account: Account) -> None:
    token = (await account.call(account.sdk.fetch_access_token))["access_token"]
    told = [
        (await account.post("/cgi-bin/freepublish/delete", {}, access_token=token))["errcode"]
        for _ in range(11)
    ]
    assert 45009 not in told[:10]
    assert told[10] == 45009
    body = {"appid": account.channel.appid}
    await account.post("/cgi-bin/clear_quota", body, access_token=token)
    again = await account.post("/cgi-bin/freepublish/delete", {}, access_token=token)
    assert again["errcode"] != 45009


async def test_counts_are_forgotten_after_a_week(world: World) -> None:
    await world.merchant()
    channel_id = int((await open_channel(world)).channel_id)
    days = set()
    for _ in range(3):
        assert await storm(counting(world.office), channel_id, 5, 10) == 5
        async with world.building.pool.acquire() as db:
            rows = await db.fetch(
                "select used_on from tokens.uses where channel_id = $1", channel_id
            )
        days |= {row["used_on"] for row in rows}
        assert len(rows) <= 2
        await world.advance(timedelta(days=5))
    assert len(days) == 3


async def test_operators_set_quotas_of_one_account_or_of_all(
    account: Account, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PORTS, "operators", frozenset({phone_of("lin")}))
    token = (await account.call(account.sdk.fetch_access_token))["access_token"]
    path, appid = "/cgi-bin/freepublish/delete", account.channel.appid

    async def told() -> dict[str, int]:
        body = {"cgi_path": path}
        answer = await account.post("/cgi-bin/openapi/quota/get", body, access_token=token)
        quota: dict[str, int] = answer["quota"]
        return quota

    assert (await told())["daily_limit"] == 10
    async with open_browser(world, "wu") as wu:
        await wu.open("/console/quotas", status=404)
    async with open_browser(world, "lin") as lin:
        await lin.send("/console/quotas", {"path": path, "daily_max": "3"})
        assert path in lin.words
        assert (await told())["daily_limit"] == 3
        await lin.send("/console/quotas", {"path": path, "appid": appid, "daily_max": "2"})
        assert account.channel.name in lin.words
        assert await told() == {"daily_limit": 2, "used": 0, "remain": 2}
        codes = [(await account.post(path, {}, access_token=token))["errcode"] for _ in range(3)]
        assert [one == 45009 for one in codes] == [False, False, True]
        await lin.send("/console/quotas", {"path": path, "appid": appid})
        assert (await told())["daily_limit"] == 3
        for wrong in ({"path": "no path"}, {"path": path, "appid": "wx0"}, {"daily_max": "-1"}):
            await lin.send("/console/quotas", {"path": path, "daily_max": "1"} | wrong, status=422)
        await lin.send("/console/quotas/remove", {"quota": f"{path} "})
        await lin.send("/console/quotas/remove", {"quota": f"{path} wx0"}, status=422)
    assert (await told())["daily_limit"] == 10
    assert (await world.events()).count("tokens.quota_set") == 4
