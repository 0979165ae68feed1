"""Analysis of mini programs over the wire: who opened them, and who came again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from banyan.reach.channels import ChannelKind
from banyan.reach.consents import EnterApp, enter_app
from banyan.reach.miniapps import OpenApp, ShareApp, open_app, share_app
from tests.doors.wechat.test_datacube import go_to
from tests.kit.miniapps import bring_out
from tests.kit.wechat import Account, open_account
from tests.kit.world import World


@pytest_asyncio.fixture
async def app(world: World) -> AsyncIterator[Account]:
    """A mini program, and what the test makes happen in it in March 2027."""
    async with open_account(world, kind=ChannelKind.MINIAPP) as opened:
        for day, names in ((1, "lin lin wu"), (2, "lin chen"), (4, "wu"), (9, "lin")):
            await go_to(world, day, 12)
            for name in names.split():
                actor = await world.person(name)
                command = EnterApp(appid=opened.channel.appid)
                await world.office.run(enter_app, command, actor)
        await go_to(world, 10, 0)
        yield opened


async def ask(app: Account, name: str, first: str, last: str = "") -> Any:  # noqa: ANN401 - JSON
    token = (await app.call(app.sdk.fetch_access_token))["access_token"]
    body = {"begin_date": first, "end_date": last or first}
    return await app.post(f"/datacube/getweanalysisappid{name}", body, access_token=token)


def pairs(told: list[dict[str, int]]) -> list[tuple[int, int]]:
    return [(one["key"], one["value"]) for one in told]


async def test_how_many_open_it(app: Account) -> None:
    (day,) = (await ask(app, "dailyvisittrend", "20270302"))["list"]
    assert day == {
        "ref_date": "20270302",
        "session_cnt": 2,
        "visit_pv": 0,
        "visit_uv": 2,
        "visit_uv_new": 1,
    }
    (empty,) = (await ask(app, "dailyvisittrend", "20270303"))["list"]
    assert empty["visit_uv"] == 0
    (total,) = (await ask(app, "dailysummarytrend", "20270303"))["list"]
    assert total["visit_total"] == 3
    (week,) = (await ask(app, "weeklyvisittrend", "20270301", "20270307"))["list"]
    assert week == {
        "ref_date": "20270301-20270307",
        "session_cnt": 6,
        "visit_pv": 0,
        "visit_uv": 3,
        "visit_uv_new": 3,
    }
    (month,) = (await ask(app, "monthlyvisittrend", "20270201", "20270228"))["list"]
    assert month["ref_date"] == "202702"
    assert month["visit_uv"] == 0


async def test_how_many_come_again(app: Account) -> None:
    told = await ask(app, "dailyretaininfo", "20270301")
    assert told["ref_date"] == "20270301"
    # Lin came after one day and after eight, which WeChat does not tell; Wu after three.
    assert pairs(told["visit_uv"]) == [(0, 2), (1, 1), (3, 1)]
    told = await ask(app, "dailyretaininfo", "20270302")
    assert pairs(told["visit_uv"]) == [(0, 2), (7, 1)]
    assert pairs(told["visit_uv_new"]) == [(0, 1), (7, 0)]
    told = await ask(app, "weeklyretaininfo", "20270301", "20270307")
    assert pairs(told["visit_uv_new"]) == [(0, 3), (1, 1)]
    told = await ask(app, "monthlyretaininfo", "20270201", "20270228")
    assert told["visit_uv"] == []


@pytest.mark.parametrize(
    ("name", "first", "last", "errcode"),
    [
        ("dailyvisittrend", "2027-03-01", "2027-03-01", 61500),
        ("dailyvisittrend", "20270301", "20270302", 61501),
        ("weeklyvisittrend", "20270302", "20270308", 61501),
        ("monthlyretaininfo", "20270201", "20270227", 61501),
        ("dailyretaininfo", "20270310", "20270310", 61503),
        ("userportrait", "20270301", "20270301", 48001),
        ("visitpage", "20270301", "20270302", 61501),
    ],
)
async def test_what_is_refused(
    app: Account, name: str, first: str, last: str, errcode: int
) -> None:
    assert (await ask(app, name, first, last))["errcode"] == errcode


async def test_an_account_has_no_such_figures(account: Account) -> None:
    assert (await ask(account, "dailyvisittrend", "20260301"))["errcode"] == 48001


async def test_which_pages_are_opened_and_shared(app: Account, world: World) -> None:
    await bring_out(world, app.channel)
    lin, wu = await world.person("lin"), await world.person("wu")
    appid, tea = app.channel.appid, "pages/tea/tea"
    for actor, page, entry in ((lin, "", 1001), (lin, tea, 1047), (wu, tea, 1011)):
        command = OpenApp(appid=appid, page=page, entry=entry)
        await world.office.run(open_app, command, actor)
    await world.office.run(share_app, ShareApp(appid=appid, page=tea), lin)
    await go_to(world, 11, 0)
    told = (await ask(app, "visitpage", "20270310"))["list"]
    assert [tuple(one.values()) for one in told] == [
        (tea, 2, 2, 1, 1),
        ("pages/index/index", 1, 1, 0, 0),
    ]
    (ways,) = (await ask(app, "visitdistribution", "20270310"))["list"]
    assert pairs(ways["item_list"]) == [(1, 1), (4, 2)]
    (trend,) = (await ask(app, "dailyvisittrend", "20270310"))["list"]
    assert (trend["session_cnt"], trend["visit_pv"], trend["visit_uv"]) == (3, 3, 2)
    (total,) = (await ask(app, "dailysummarytrend", "20270310"))["list"]
    assert (total["visit_total"], total["share_pv"], total["share_uv"]) == (3, 1, 1)
