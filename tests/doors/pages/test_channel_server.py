"""The console names an account's server, and shows what it was told and what came of it."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from banyan.reach.channels import Follow, follow
from tests.kit.pages import open_browser
from tests.kit.receiver import AES_KEY, TOKEN, Receiver, open_line
from tests.kit.world import World


async def fail(message: Any) -> Any:  # noqa: ANN401 - the SDK's messages have no types
    del message
    return web.Response(status=502)


async def test_tries_are_listed_and_may_be_made_again(world: World) -> None:
    async with open_line(world, Receiver(answer=fail)) as line:
        lin = await world.person("lin")
        await world.office.run(follow, Follow(channel_id=line.channel.channel_id), lin)
        await line.deliver()
        home = f"/console/channel/{line.channel.channel_id:d}/server"
        async with open_browser(world, "mei", language="zh") as browser:
            words = (await browser.open(home)).words
            assert words.count("状态码错误 502") == 3
            assert "推送失败" in words
        async with open_browser(world, "mei") as browser:
            await browser.send("/language", {"language": "en"})
            await browser.open(home)
            assert browser.words.count("Wrong status 502") == 3
            assert line.receiver.url in browser.words
            assert TOKEN not in browser.page.text
            assert AES_KEY not in browser.page.text
            (push,) = await line.pushes()
            line.receiver.answer = None
            await browser.send(f"{home}/pushes/{push.push_id:d}")
            assert "It is told once more." in browser.words
            await line.deliver()
            assert "Told" in (await browser.open(home)).words
        (push,) = await line.pushes()
        assert [one.status for one in push.attempts] == [502, 502, 502, 200]


async def test_a_server_is_named_asked_and_removed(world: World) -> None:
    async with (
        open_line(world) as line,
        open_browser(world, "mei") as browser,
    ):
        await browser.send("/language", {"language": "en"})
        home = f"/console/channel/{line.channel.channel_id:d}/server"
        typed = {"url": line.receiver.url, "token": TOKEN, "aes_key": AES_KEY, "mode": "safe"}
        await browser.send(home, typed | {"token": "x"}, status=422)
        assert line.receiver.url in browser.page.text
        line.receiver.echo = "nothing"
        await browser.send(home, typed)
        assert "is being asked" in browser.words
        await line.deliverer.deliver_waiting()
        await browser.open(home)
        assert "did not echo what it was asked: Unreadable answer" in browser.words
        await browser.send(f"{home}/remove")
        assert "No server is told any more." in browser.words
        assert "The account answers by its own rules." in browser.words


async def test_who_gets_tokens_is_named_one_a_line(world: World) -> None:
    async with (
        open_line(world) as line,
        open_browser(world, "mei") as browser,
    ):
        await browser.send("/language", {"language": "en"})
        home = f"/console/channel/{line.channel.channel_id:d}/server"
        await browser.send(
            f"{home}/addresses", {"addresses": "203.0.113.7\n\nteahouse"}, status=422
        )
        assert "teahouse is neither an address nor a network." in browser.words
        await browser.send(f"{home}/addresses", {"addresses": "203.0.113.7\r\n192.0.2.9/24"})
        assert "The addresses are saved." in browser.words
        assert "203.0.113.7\n192.0.2.0/24" in browser.page.text
        await browser.send(f"{home}/addresses", {"addresses": ""})
        assert "192.0.2.0/24" not in browser.page.text
