"""The console connects an account with the one at WeChat; people who come from there are known."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest_asyncio

from banyan.app.back import Back
from banyan.app.figures import Figures
from banyan.app.web import Guides, build_web
from banyan.books.actor import SYSTEM
from banyan.reach.channels import ChangeChannel, change_channel
from banyan.reach.labels import CreateTag, create_tag
from tests.doors.wechat.test_media import open_media_account
from tests.kit.acting import Acting, open_acting
from tests.kit.pages import open_browser
from tests.kit.world import World


@pytest_asyncio.fixture
async def acting(world: World, tmp_path: Path) -> AsyncIterator[Acting]:
    """An account here and one there, not yet connected."""
    async with (
        open_media_account(world, tmp_path) as there,
        open_acting(world, there, tmp_path) as opened,
    ):
        yield opened


async def test_an_account_is_connected_and_disconnected(acting: Acting, world: World) -> None:
    home = f"/console/channel/{acting.here.channel_id:d}/remote"
    async with open_browser(world, "mei") as browser:
        await browser.send("/language", {"language": "en"})
        await browser.open(home)
        assert "Not connected" in browser.words
        there = acting.there
        typed = {"appid": there.channel.appid, "secret": "short"}
        await browser.send(home, typed, status=422)
        assert there.channel.appid in browser.page.text
        await browser.send(home, typed | {"secret": "0" * 32})
        await acting.settle()
        await browser.open(home)
        assert "WeChat said 40125" in browser.words
        await browser.send(home, typed | {"secret": there.secret})
        await acting.settle()
        await browser.open(home)
        assert "Connected" in browser.words
        assert there.secret not in browser.page.text
        found = await acting.read()
        assert found.token in browser.words
        command = CreateTag(**acting.own, name="新客")
        await world.office.run(create_tag, command, SYSTEM)
        await acting.settle()
        assert "新客" in (await browser.open(home)).words
        await browser.send(f"{home}/disconnect")
        assert "no longer acts" in browser.words


async def test_a_stranger_finds_nothing(acting: Acting, world: World) -> None:
    await acting.connect()
    await world.person("chen")
    async with open_browser(world, "chen") as browser:
        await browser.open(f"/console/channel/{acting.here.channel_id:d}/remote")
        assert browser.path == "/console/open"
        assert acting.there.channel.appid not in browser.page.text


async def test_who_comes_from_wechat_is_signed_in_as_who_they_are_there(
    acting: Acting, world: World
) -> None:
    await acting.connect()
    await acting.listen()
    await acting.come("lin")
    domain = ChangeChannel(
        merchant_id=world.merchant_id,
        channel_id=acting.there.channel.channel_id,
        oauth_domain=urlsplit(world.building.settings.public_url).netloc,
    )
    await world.office.run(change_channel, domain, SYSTEM)
    enter = f"/enter/{acting.here.channel_id:d}"
    async with open_browser(world) as browser:
        transport = browser.client._transport
        back = Back(world.building, lambda: None)
        guides = Guides(read_openid=acting.gateway.find_openid)
        web = build_web(world.building, Figures(world.building, back), None, None, guides)
        transport.app = web.app  # type: ignore[attr-defined] # httpx's own over an application
        asked = (await browser.client.get(f"{enter}?next=/me")).headers["location"]
        parts = urlsplit(asked)
        assert parts.netloc == "open.weixin.qq.com"
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert query["appid"] == acting.there.channel.appid
        code = await come_through(world, asked)
        wrong = await browser.client.get(f"{enter}/back?code={code}&state=other")
        assert wrong.status_code == 422
        asked = (await browser.client.get(f"{enter}?next=/me")).headers["location"]
        state = parse_qs(urlsplit(asked).query)["state"][0]
        answer = await browser.client.get(f"{enter}/back?code={code}&state={state}")
        assert answer.headers["location"] == "/me"
        again = await browser.client.get(f"{enter}?next=/inbox")
        assert again.headers["location"] == "/inbox"
        await browser.open(f"/inbox/{acting.here.channel_id:d}")
        assert acting.here.name in browser.words


async def come_through(world: World, address: str) -> str:
    """The code with which the account there sends somebody back who is signed in there."""
    parts = urlsplit(address)
    async with open_browser(world, "lin") as phone:
        answer = await phone.client.get(f"{parts.path}?{parts.query}")
        return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
