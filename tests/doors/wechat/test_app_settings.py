"""Domains and testers of a mini program over the wire, by an unmodified SDK."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from banyan.base.errors import Refusal
from banyan.reach.channels import ChannelKind
from banyan.reach.miniapps import Env, OpenApp, commit_code, open_app
from tests.kit.miniapps import add_template, of_app
from tests.kit.parties import PHONES
from tests.kit.wechat import Account, open_account
from tests.kit.world import World


@pytest_asyncio.fixture
async def app(world: World) -> AsyncIterator[Account]:
    """A mini program and its own program."""
    async with open_account(world, kind=ChannelKind.MINIAPP, name="榕树小程序") as opened:
        await opened.call(opened.sdk.fetch_access_token)
        yield opened


async def test_domains_are_added_set_deleted_and_read(app: Account) -> None:
    modify = app.sdk.wxa.modify_domain
    await app.call(modify, "add", ["https://api.example.com"], ["wss://ws.example.com"])
    told = await app.call(modify, "get")
    assert told["requestdomain"] == ["https://api.example.com"]
    assert told["wsrequestdomain"] == ["wss://ws.example.com"]
    assert await app.refused(modify, "add", ["https://API.example.com"]) == 85017
    assert await app.refused(modify, "add", ["http://api.example.com"]) == 40097
    assert await app.refused(modify, "add", ["https://127.0.0.1"]) == 40097
    assert await app.refused(modify, "change", ["https://a.example.com"]) == 40097
    many = [f"https://a{number}.example.com" for number in range(1_000)]
    assert await app.refused(modify, "add", many) == 85016
    await app.call(modify, "set", ["https://b.example.com"], ["wss://ws.example.com"])
    assert (await app.call(modify, "get"))["requestdomain"] == ["https://b.example.com"]
    await app.call(modify, "delete", ["https://b.example.com"])
    assert await app.refused(modify, "delete", ["https://b.example.com"]) == 85017
    token = {"access_token": app.sdk.access_token}
    direct = {"action": "add", "requestdomain": ["https://c.example.com"]}
    assert (await app.post("/wxa/modify_domain_directly", direct, **token))["errcode"] == 0
    told = await app.post("/wxa/get_effective_domain", {}, **token)
    assert told["direct_domain"]["requestdomain"] == ["https://c.example.com"]
    assert told["effective_domain"] == {
        "requestdomain": ["https://c.example.com"],
        "wsrequestdomain": ["wss://ws.example.com"],
        "uploaddomain": [],
        "downloaddomain": [],
        "udpdomain": [],
        "tcpdomain": [],
    }


async def test_pages_of_the_web_need_a_domain(app: Account) -> None:
    token = {"access_token": app.sdk.access_token}
    path = "/wxa/setwebviewdomain"
    assert (await app.post(path, {}, **token))["errcode"] == 89020
    body = {"action": "set", "webviewdomain": ["https://www.example.com"]}
    assert (await app.post(path, body, **token))["webviewdomain"] == ["https://www.example.com"]
    assert (await app.post(path, body, **token))["errcode"] == 89019
    many = [f"https://w{number}.example.com" for number in range(101)]
    too_many = {"action": "set", "webviewdomain": many}
    assert (await app.post(path, too_many, **token))["errcode"] == 89029
    told = await app.post("/wxa/get_effective_webviewdomain", {}, **token)
    assert told["effective_webviewdomain"] == ["https://www.example.com"]
    fetched = {"prefetch_dns_domain": [{"url": "https://api.example.com"}]}
    for _ in range(2):
        assert (await app.post("/wxa/set_prefetchdnsdomain", fetched, **token))["errcode"] == 0
    told = await app.get("/wxa/get_prefetchdnsdomain", **token)
    assert told["prefetch_dns_domain"] == [{"url": "https://api.example.com", "status": 1}]


async def test_testers_open_what_is_not_released(app: Account, world: World) -> None:
    number = await add_template(world)
    await of_app(world, commit_code, app.channel, template_id=number, version_name="1.0")
    lin = await world.person("lin")
    trial = OpenApp(appid=app.channel.appid, env=Env.TRIAL)
    with pytest.raises(Refusal, match=r"miniapps\.not_tester"):
        await world.office.run(open_app, trial, lin)
    wxa = app.sdk.wxa
    assert await app.refused(wxa.bind_tester, "nobody") == 85001
    bound = await app.call(wxa.bind_tester, PHONES["lin"])
    assert await app.refused(wxa.bind_tester, PHONES["lin"]) == 85004
    assert (await world.office.run(open_app, trial, lin)).version_name == "1.0"
    token = {"access_token": app.sdk.access_token}
    listed = await app.post("/wxa/memberauth", {"action": "get_experiencer"}, **token)
    assert listed["members"] == [{"userstr": bound["userstr"]}]
    await app.call(wxa.unbind_tester, PHONES["lin"])
    assert await app.refused(wxa.unbind_tester, PHONES["lin"]) == 85001
    with pytest.raises(Refusal, match=r"miniapps\.not_tester"):
        await world.office.run(open_app, trial, lin)
    bound = await app.call(wxa.bind_tester, PHONES["lin"])
    named = {"userstr": bound["userstr"]}
    assert (await app.post("/wxa/unbind_tester", named, **token))["errcode"] == 0
