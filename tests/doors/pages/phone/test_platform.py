"""The owner of an account lets a platform act for it, on a page of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest_asyncio

from banyan.reach.channels import ChannelKind, CreateChannel, create_channel
from tests.kit.pages import open_browser
from tests.kit.platform import Platform, open_platform
from tests.kit.wechat import open_account
from tests.kit.world import SYSTEM, World

REDIRECT = "https://isv.example.com/done?from=list"


@pytest_asyncio.fixture
async def platform(world: World) -> AsyncIterator[Platform]:
    """A platform in a world where Mei owns a teahouse with one account."""
    await world.merchant()
    async with open_account(world), open_platform(world) as opened:
        yield opened


def path_of(url: str) -> str:
    """An address at WeChat's host as one of ours."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


async def test_the_owner_ticks_and_is_led_back(platform: Platform, world: World) -> None:
    url = await platform.call(platform.sdk.get_pre_auth_url, REDIRECT)
    assert urlsplit(url).path == "/cgi-bin/componentloginpage"
    async with open_browser(world, "mei") as browser:
        await browser.open(path_of(url))
        assert "云店助手" in browser.words
        assert "用户与标签管理" in browser.words
        query = {name: texts[0] for name, texts in parse_qs(urlsplit(url).query).items()}
        channel = unescape(browser.page.text).split('name="channel_id" value="')[1].split('"')[0]
        form = query | {"channel_id": channel}
        await browser.send("/safe/bindcomponent", form, status=422)
        assert "请选择授权给该平台的权限" in browser.words
        await browser.send("/safe/bindcomponent", form | {"functions": "followers"})
        text = unescape(browser.page.text)
        back = text.split('content="0;url=')[1].split('"')[0]
        told = parse_qs(urlsplit(back).query)
        assert back.startswith(REDIRECT)
        assert told["expires_in"] == ["3600"]
        (code,) = told["auth_code"]
        # The code with which the owner came is used up.
        await browser.open(path_of(url), status=400)
    found = await platform.call(platform.sdk.query_auth, code)
    functions = found["authorization_info"]["func_info"]
    assert functions == [{"funcscope_category": {"id": 2}}]


async def test_an_owner_of_several_accounts_chooses(platform: Platform, world: World) -> None:
    command = CreateChannel(
        merchant_id=world.merchant_id, kind=ChannelKind.MINIAPP, name="榕树小程序"
    )
    app = (await world.office.run(create_channel, command, SYSTEM)).channel
    url = await platform.call(platform.sdk.get_pre_auth_url_m, REDIRECT)
    assert urlsplit(url).path == "/safe/bindcomponent"
    async with open_browser(world, "mei") as browser:
        await browser.open(path_of(url))
        assert "榕树小程序" in browser.words
        assert 'name="functions"' not in browser.page.text
        await browser.open(f"{path_of(url)}&biz_appid={app.appid}")
        assert 'value="app_login"' in browser.page.text
        assert 'value="mass"' not in browser.page.text


async def test_who_runs_no_account_lets_nobody(platform: Platform, world: World) -> None:
    url = await platform.call(platform.sdk.get_pre_auth_url, REDIRECT)
    await world.person("lin")
    async with open_browser(world, "lin") as browser:
        await browser.open(path_of(url))
        assert 'name="functions"' not in browser.page.text
        query = {name: texts[0] for name, texts in parse_qs(urlsplit(url).query).items()}
        channel = world.merchant_id + 1
        form = query | {"channel_id": channel, "functions": "followers"}
        await browser.send("/safe/bindcomponent", form, status=404)


async def test_addresses_that_lead_elsewhere_are_refused(platform: Platform, world: World) -> None:
    code = (await platform.call(platform.sdk.create_preauthcode))["pre_auth_code"]
    appid = platform.channel.appid
    async with open_browser(world, "mei") as browser:
        for redirect in (
            "https://evil.example.com/done",
            "https://isv.example.com@evil.example.com/",
            "https://evil.example.com\\@isv.example.com/",
            "javascript:alert(1)//isv.example.com",
            "//isv.example.com/",
            "",
            "https://isv.example.com.evil.example.com/",
            "data:text/html,isv.example.com",
        ):
            query = {"component_appid": appid, "pre_auth_code": code, "redirect_uri": redirect}
            answer = await browser.client.get("/safe/bindcomponent", params=query)
            assert answer.status_code == 400, redirect
            assert "evil" not in answer.headers.get("location", "")
        for wrong in ("preauthcode@@@_x", "", "x" * 600):
            query = {"component_appid": appid, "pre_auth_code": wrong, "redirect_uri": REDIRECT}
            answer = await browser.client.get("/safe/bindcomponent", params=query)
            assert answer.status_code in {400, 404}
        await world.advance(timedelta(minutes=31))
        query = {"component_appid": appid, "pre_auth_code": code, "redirect_uri": REDIRECT}
        answer = await browser.client.get("/safe/bindcomponent", params=query)
        assert answer.status_code == 400
