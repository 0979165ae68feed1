"""Statistics over the wire: figures that the test itself caused, asked for with the SDK."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from banyan.outside.callbacks import Deliverer, open_courier
from banyan.reach.channels import Unfollow, follow_channel, unfollow
from banyan.reach.talks import Content, ContentKind
from tests.kit.receiver import Line, serve_receiver
from tests.kit.talks import follower, tell
from tests.kit.wechat import Account
from tests.kit.world import World

MONDAY, TUESDAY, WEDNESDAY = "2027-03-01", "2027-03-02", "2027-03-03"


async def go_to(world: World, day: int, hour: int) -> None:
    """Move the clock to an hour of China's, of a day of March."""
    there = datetime(2027, 3, day, hour, 30, tzinfo=UTC) - timedelta(hours=8)
    await world.office.set_clock(there)
    await world.settle()


async def bring(world: World, account: Account, name: str, scene: str = "", code: int = 0) -> None:
    """Let somebody follow, brought by something."""
    actor = await world.person(name)
    async with world.office.begin() as work:
        await follow_channel(work, account.channel, actor.person_id, scene=scene, code_id=code)


@pytest_asyncio.fixture
async def line(world: World, account: Account) -> AsyncIterator[Line]:
    """The account's server, connected."""
    async with (
        serve_receiver() as receiver,
        open_courier(wait_s=5.0, may_call_private=True) as courier,
    ):
        receiver.appid = account.channel.appid
        line = Line(world, account.channel, receiver, Deliverer(world.office, courier))
        assert (await line.connect()).server is not None
        yield line


async def ask(account: Account, name: str, first: str, last: str = "") -> list[dict[str, Any]]:
    """What a method of the SDK's statistics answers about these days."""
    method = getattr(account.sdk.datacube, name)
    rows: list[dict[str, Any]] = await account.call(method, first, last or first)
    return rows


async def test_who_came_and_who_went(account: Account, world: World) -> None:
    # Half past midnight in China is still the day before in London.
    await go_to(world, 1, 0)
    await bring(world, account, "lin", "search")
    await bring(world, account, "wu", "search")
    await bring(world, account, "chen", code=7)
    await go_to(world, 2, 23)
    wu = await world.person("wu")
    await world.office.run(unfollow, Unfollow(channel_id=account.channel.channel_id), wu)
    await bring(world, account, "hao", "nowhere")
    await go_to(world, 3, 1)
    summary = await ask(account, "get_user_summary", MONDAY, TUESDAY)
    assert [tuple(one.values()) for one in summary] == [
        (MONDAY, 30, 1, 0),
        (MONDAY, 1, 2, 0),
        (TUESDAY, 0, 1, 0),
        (TUESDAY, 1, 0, 1),
    ]
    cumulate = await ask(account, "get_user_cumulate", "2027-02-28", TUESDAY)
    assert [(one["ref_date"], one["cumulate_user"]) for one in cumulate] == [
        ("2027-02-28", 0),
        (MONDAY, 3),
        (TUESDAY, 3),
    ]


async def test_what_people_said(account: Account, world: World) -> None:
    await go_to(world, 1, 9)
    lin, _ = await follower(world, account.channel, "lin")
    wu, _ = await follower(world, account.channel, "wu")
    for _ in range(6):
        await tell(world, lin, account.channel, "几点开门")
    await tell(world, wu, account.channel, "你好")
    await go_to(world, 2, 10)
    for _ in range(5):
        await tell(world, lin, account.channel, "还有吗")
    link = Content(kind=ContentKind.LINK, title="茶", url="https://tea.example/")
    await tell(world, wu, account.channel, link)
    await go_to(world, 3, 9)
    await tell(world, wu, account.channel, "今天不算")

    names = ("ref_date", "msg_type", "msg_user", "msg_count")
    told = await ask(account, "get_upstream_msg", MONDAY, TUESDAY)
    assert [tuple(one[name] for name in names) for one in told] == [
        (MONDAY, 1, 2, 7),
        (TUESDAY, 6, 1, 1),
        (TUESDAY, 1, 1, 5),
    ]
    told = await ask(account, "get_upstream_msg_hour", TUESDAY)
    assert [(one["ref_hour"], one["msg_type"], one["msg_count"]) for one in told] == [
        (1000, 6, 1),
        (1000, 1, 5),
    ]
    for name, starts in (("week", MONDAY), ("month", MONDAY)):
        told = await ask(account, f"get_upstream_msg_{name}", TUESDAY)
        assert [tuple(one[name] for name in names) for one in told] == [
            (starts, 6, 1, 1),
            (starts, 1, 2, 12),
        ]
        told = await ask(account, f"get_upstream_msg_dist_{name}", TUESDAY)
        assert [(one["count_interval"], one["msg_user"]) for one in told] == [(1, 1), (3, 1)]
    told = await ask(account, "get_upstream_msg_dist", MONDAY, TUESDAY)
    assert [(one["ref_date"], one["count_interval"], one["msg_user"]) for one in told] == [
        (MONDAY, 1, 1),
        (MONDAY, 2, 1),
        (TUESDAY, 1, 2),
    ]


async def test_how_the_accounts_server_did(account: Account, world: World, line: Line) -> None:
    await go_to(world, 1, 9)
    lin, _ = await follower(world, account.channel, "lin")
    await line.deliver()

    async def fail(_: object) -> web.Response:
        return web.Response(status=500)

    await go_to(world, 1, 10)
    await tell(world, lin, account.channel, "早")
    await line.deliver()
    line.receiver.answer = fail
    await tell(world, lin, account.channel, "在吗")
    await line.deliver()
    await go_to(world, 2, 9)
    (told,) = await ask(account, "get_interface_summary", MONDAY)
    assert (told["callback_count"], told["fail_count"]) == (3, 1)
    attempts = [push.attempts[-1].took_ms for push in await line.pushes()]
    assert told["total_time_cost"] == sum(attempts)
    assert told["max_time_cost"] == max(attempts)
    hours = await ask(account, "get_interface_summary_hour", MONDAY)
    assert [(one["ref_hour"], one["callback_count"], one["fail_count"]) for one in hours] == [
        (900, 1, 0),
        (1000, 2, 1),
    ]


@pytest.mark.parametrize(
    ("name", "days_max"),
    [
        ("user_summary", 7),
        ("user_cumulate", 7),
        ("article_summary", 1),
        ("article_total", 1),
        ("user_read", 3),
        ("user_read_hour", 1),
        ("user_share", 7),
        ("user_share_hour", 1),
        ("upstream_msg", 7),
        ("upstream_msg_hour", 1),
        ("upstream_msg_week", 30),
        ("upstream_msg_month", 30),
        ("upstream_msg_dist", 15),
        ("upstream_msg_dist_week", 30),
        ("upstream_msg_dist_month", 30),
        ("interface_summary", 30),
        ("interface_summary_hour", 1),
    ],
)
async def test_days_are_held_to_what_is_documented(
    account: Account, world: World, name: str, days_max: int
) -> None:
    method = getattr(account.sdk.datacube, f"get_{name}")
    today = (world.now + timedelta(hours=8)).date()
    last = today - timedelta(days=1)
    first = last - timedelta(days=days_max - 1)
    assert await account.call(method, str(first), str(last)) is not None
    assert await account.refused(method, str(first - timedelta(days=1)), str(last)) == 61501
    assert await account.refused(method, str(last), str(last - timedelta(days=1))) == 61501
    assert await account.refused(method, str(today), str(today)) == 61503
    for odd in ("", "20270301", "2027-3-1", "2027-02-30", "0000-00-00", "昨天"):
        assert await account.refused(method, odd, str(last)) == 61500
