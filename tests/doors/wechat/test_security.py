"""What programs are told of texts and pictures before they show them."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from banyan.app.checker import Checker
from banyan.books.actor import SYSTEM
from banyan.outside.callbacks import Deliverer, open_courier
from banyan.outside.fetcher import HttpFetcher
from banyan.reach.channels import ChannelKind
from banyan.reach.moderation import PORTS, Opinion, Reason, SetWord, Word, set_word
from tests.kit.drawn import draw_blank, draw_lines
from tests.kit.followers import add_followers
from tests.kit.receiver import Line, serve_receiver
from tests.kit.wechat import Account, open_account
from tests.kit.world import World

BAD = "加 微 信 abc12345 一起刷单"
UNCLEAR = "公众号互推，关注必回"


async def test_texts_of_the_first_version(account: Account) -> None:
    check = account.sdk.wxa.check_text_security
    assert (await account.call(check, "今天有新茶"))["errcode"] == 0
    assert (await account.call(check, UNCLEAR))["errcode"] == 0
    assert await account.refused(check, BAD) == 87014
    assert await account.refused(check, "") == 44004
    assert await account.refused(check, "茶" * 200_000) == 45002


async def test_texts_of_the_second_version(world: World, account: Account) -> None:
    (openid,) = await add_followers(world, account, 1)
    fine = await ask(account, openid, "今天有新茶")
    assert fine["errcode"] == 0
    assert fine["result"] == {"suggest": "pass", "label": 100}
    risky = await ask(account, openid, BAD)
    assert risky["errcode"] == 0
    assert risky["result"] == {"suggest": "risky", "label": 10001}
    (found,) = [one for one in risky["detail"] if one["suggest"] == "risky"]
    assert found["keyword"] == "加 微 信,刷单"
    assert risky["trace_id"] != fine["trace_id"]
    assert (await ask(account, openid, UNCLEAR))["result"]["suggest"] == "review"
    assert (await ask(account, openid, "茶", nickname=BAD))["result"]["suggest"] == "risky"
    assert (await ask(account, openid, BAD, scene=9))["errcode"] == 40097
    assert (await ask(account, openid, BAD, version=3))["errcode"] == 40097
    assert (await ask(account, "o" * 28, BAD))["errcode"] == 40003


async def test_a_merchants_word_counts(world: World, account: Account) -> None:
    check = account.sdk.wxa.check_text_security
    assert (await account.call(check, "隔壁茶馆"))["errcode"] == 0
    word = Word(word="隔壁茶馆", reason=Reason.OTHER, opinion=Opinion.REFUSE)
    command = SetWord(merchant_id=world.merchant_id, word=word)
    await world.office.run(set_word, command, SYSTEM)
    assert await account.refused(check, "隔壁茶馆") == 87014


async def test_a_mini_program_asks_too(world: World) -> None:
    async with open_account(world, kind=ChannelKind.MINIAPP) as account:
        assert await account.refused(account.sdk.wxa.check_text_security, BAD) == 87014


@pytest.mark.slow
async def test_pictures_are_read(account: Account) -> None:
    check = account.sdk.wxa.check_image_security
    fine = ("a.png", io.BytesIO(draw_lines(["今天有新茶"])))
    assert (await account.call(check, fine))["errcode"] == 0
    bad = ("a.png", io.BytesIO(draw_lines(["加微信 abc12345", "一起刷单"])))
    assert await account.refused(check, bad) == 87014
    assert await account.refused(check, ("a.png", io.BytesIO(b"no picture"))) == 40137
    large = ("a.png", io.BytesIO(b"x" * (1 << 20) + b"y"))
    assert await account.refused(check, large) == 40006


@pytest.mark.slow
async def test_the_result_of_a_picture_elsewhere_is_pushed(world: World, account: Account) -> None:
    PORTS.connect_fetcher(HttpFetcher(may_call_private=True))
    pictures = {
        "bad": draw_lines(["加微信 abc12345", "一起刷单"]),
        "fine": draw_lines(["今天有新茶"]),
        "none": draw_blank(20_000, 20_000),
    }
    told: dict[str, Any] = {}
    async with connected(world, account) as line, serve_pictures(pictures) as url:
        asked = {
            name: (await account.call(account.sdk.wxa.check_media_async, f"{url}/{name}", 2))
            for name in pictures
        }
        assert await Checker(world.office).check_waiting() == 3
        await line.deliver()
        for one in line.receiver.messages:
            told[one._data["trace_id"]] = one._data
        assert {one.event for one in line.receiver.messages} == {"wxa_media_check"}
    found = {name: told[answer["trace_id"]] for name, answer in asked.items()}
    assert {name: one["isrisky"] for name, one in found.items()} == {
        "bad": "1",
        "fine": "0",
        "none": "0",
    }
    assert found["none"]["status_code"] == "4294966288"
    assert found["bad"]["appid"] == account.channel.appid


@pytest.mark.slow
async def test_the_second_version_tells_why(world: World, account: Account) -> None:
    PORTS.connect_fetcher(HttpFetcher(may_call_private=True))
    (openid,) = await add_followers(world, account, 1)
    token = (await account.call(account.sdk.fetch_access_token))["access_token"]
    async with (
        connected(world, account) as line,
        serve_pictures({"bad": draw_lines(["加微信 abc12345", "一起刷单"])}) as url,
    ):
        body = {"media_url": f"{url}/bad", "media_type": 2, "version": 2, "scene": 1}
        asked = await account.post(
            "/wxa/media_check_async", body | {"openid": openid}, access_token=token
        )
        await Checker(world.office).check_waiting()
        await line.deliver()
        (told,) = line.receiver.messages
    assert told._data["trace_id"] == asked["trace_id"]
    assert dict(told._data["result"]) == {"suggest": "risky", "label": "10001"}
    assert told._data["detail"]["label"] == "10001"


async def test_what_cannot_be_checked_says_so(account: Account) -> None:
    check = account.sdk.wxa.check_media_async
    assert await account.refused(check, "https://a.test/x.mp3", 1) == 48001
    assert await account.refused(check, "https://a.test/x", 7) == 40004
    assert await account.refused(check, "file:///etc/passwd", 2) == 40048


async def ask(account: Account, openid: str, content: str, **more: Any) -> Any:  # noqa: ANN401 - JSON
    token = (await account.call(account.sdk.fetch_access_token))["access_token"]
    body = {"version": 2, "scene": 1, "openid": openid, "content": content} | more
    return await account.post("/wxa/msg_sec_check", body, access_token=token)


@asynccontextmanager
async def connected(world: World, account: Account) -> AsyncIterator[Line]:
    """The account's program also listens."""
    async with (
        serve_receiver() as receiver,
        open_courier(wait_s=5.0, may_call_private=True) as courier,
    ):
        receiver.appid = account.channel.appid
        line = Line(world, account.channel, receiver, Deliverer(world.office, courier))
        await line.connect()
        yield line


@asynccontextmanager
async def serve_pictures(pictures: dict[str, bytes]) -> AsyncIterator[str]:
    """Pictures elsewhere, by name."""

    async def show(request: web.Request) -> web.Response:
        return web.Response(body=pictures[request.match_info["name"]])

    app = web.Application()
    app.router.add_get("/{name}", show)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    ((_, port),) = [one[:2] for one in runner.addresses]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()
