"""Codes with a parameter over the wire: made, shown, scanned by people, and short keys."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
import requests
import zxingcpp
from PIL import Image

from banyan.doors.papers.posters import ORIGIN
from banyan.reach.scenes import (
    FollowByScene,
    ReadSceneCode,
    ScanScene,
    SceneScan,
    follow_by_scene,
    read_scene_code,
    scan_scene,
)
from tests.doors.wechat.test_users import refused
from tests.kit.loyalty import follow_as
from tests.kit.wechat import Account
from tests.kit.world import World


def asked(name: str, **facts: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever programs send
    """The body of a call for a code."""
    life = {"expire_seconds": facts.pop("life")} if "life" in facts else {}
    return {"action_name": name, "action_info": {"scene": facts}, **life}


def token_of(url: str) -> str:
    """What the text of a code ends with."""
    assert url.startswith(ORIGIN.scene_link(""))
    return url.rsplit("/", 1)[1]


def read(picture: bytes) -> str:
    """What a picture of a code says."""
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    text: str = code.text
    return text


@pytest.mark.parametrize(
    ("body", "life_s"),
    [
        (asked("QR_SCENE", scene_id=123, life=604_800), 604_800),
        (asked("QR_SCENE", scene_id=2**32 - 1), 60),
        (asked("QR_STR_SCENE", scene_str="桌台 7", life=2_592_000), 2_592_000),
        (asked("QR_LIMIT_SCENE", scene_id=100_000), None),
        (asked("QR_LIMIT_STR_SCENE", scene_str="x" * 64), None),
    ],
)
async def test_codes_are_made_and_shown(
    account: Account, body: dict[str, Any], life_s: int | None
) -> None:
    made = await account.call(account.sdk.qrcode.create, body)
    assert made.get("expire_seconds") == life_s
    assert set(made) == {"ticket", "url"} | ({"expire_seconds"} if life_s else set())
    picture = await account.call(account.sdk.qrcode.show, made)
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpg")
    assert read(picture.content) == made["url"]
    address = account.sdk.qrcode.get_url(made)
    shown = await account.call(lambda: requests.get(address, timeout=10))
    assert shown.content == picture.content


async def test_a_lasting_code_is_made_once(account: Account) -> None:
    first = await account.call(account.sdk.qrcode.create, asked("QR_LIMIT_SCENE", scene_id=7))
    again = await account.call(account.sdk.qrcode.create, asked("QR_LIMIT_SCENE", scene_id=7))
    text = await account.call(account.sdk.qrcode.create, asked("QR_LIMIT_STR_SCENE", scene_str="7"))
    assert first == again
    assert text["ticket"] != first["ticket"]
    brief = [
        await account.call(account.sdk.qrcode.create, asked("QR_SCENE", scene_id=7))
        for _ in range(2)
    ]
    assert brief[0]["ticket"] != brief[1]["ticket"]


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"action_name": "QR_ELSE"}, 40052),
        ({"action_name": "QR_SCENE"}, 40053),
        (asked("QR_SCENE", scene_id=0), 40053),
        (asked("QR_SCENE", scene_id=-1), 40053),
        (asked("QR_SCENE", scene_str="x"), 40053),
        (asked("QR_SCENE", scene_id=2**32), 40053),
        (asked("QR_LIMIT_SCENE", scene_id=100_001), 40053),
        (asked("QR_LIMIT_STR_SCENE", scene_str="x" * 65), 40053),
        (asked("QR_STR_SCENE", scene_str="a\u202eb"), 40053),
        (asked("QR_SCENE", scene_id=1, life=2_592_001), 40035),
        (asked("QR_SCENE", scene_id=1, life=0), 40035),
        (asked("QR_SCENE", scene_id=10**30), 40035),
    ],
)
async def test_codes_that_make_no_sense_are_refused(
    account: Account, body: dict[str, Any], errcode: int
) -> None:
    assert await refused(account, account.sdk.qrcode.create, body) == errcode


async def test_a_bad_ticket_shows_nothing(account: Account, world: World) -> None:
    made = await account.call(account.sdk.qrcode.create, asked("QR_SCENE", scene_id=1))
    ticket = made["ticket"]
    for bad in ("", "nonsense", "gQ", f"{ticket[:-8]}AAAAAAA=", ticket + "x", "gQ" + "é" * 5):
        shown = await account.call(account.sdk.qrcode.show, bad)
        assert shown.status_code == 404
    await world.advance(timedelta(seconds=61))
    assert (await account.call(account.sdk.qrcode.show, ticket)).status_code == 404


async def scan(world: World, name: str, url: str) -> SceneScan:
    """Have somebody scan a code."""
    actor = await world.person(name)
    return await world.office.run(scan_scene, ScanScene(token=token_of(url)), actor)


async def test_scans_and_those_who_came_are_counted_and_told(
    account: Account, world: World
) -> None:
    made = await account.call(account.sdk.qrcode.create, asked("QR_LIMIT_SCENE", scene_id=42))
    lin, wu = await world.person("lin"), await world.person("wu")
    await follow_as(world, wu, account.channel.channel_id)
    start = await world.mark()
    looked = await scan(world, "lin", made["url"])
    assert (looked.is_following, looked.scene, looked.ticket) == (False, "42", made["ticket"])
    assert await world.events(start) == []
    command = FollowByScene(token=token_of(made["url"]))
    followed = await world.office.run(follow_by_scene, command, lin)
    assert (followed.is_following, followed.is_new_follower) == (True, True)
    assert not (await world.office.run(follow_by_scene, command, lin)).is_new_follower
    assert (await scan(world, "wu", made["url"])).is_following
    assert await world.events(start) == [
        "channels.followed",
        "scenes.scanned",
        "scenes.scanned",
    ]
    told = await account.call(account.sdk.user.get, followed.openid)
    assert (told["subscribe_scene"], told["qr_scene"]) == ("ADD_SCENE_QR_CODE", 42)
    assert told["qr_scene_str"] == ""
    query = ReadSceneCode(
        merchant_id=world.merchant_id,
        channel_id=account.channel.channel_id,
        code_id=followed.code_id,
    )
    found = await world.office.run(read_scene_code, query, world.owner)
    assert (found.counts.scans_count, found.counts.followers_count) == (2, 1)
    assert [(one.scans_count, one.followers_count) for one in found.days] == [(2, 1)]


async def test_short_keys_stand_for_long_texts(account: Account, world: World) -> None:
    token = (await account.call(account.sdk.fetch_access_token))["access_token"]
    long = {"long_data": "loooooong data 长文本\n第二行", "expire_seconds": 86_400}
    made = await account.post("/cgi-bin/shorten/gen", long, access_token=token)
    assert len(made["short_key"]) == 15
    key = {"short_key": made["short_key"]}
    found = await account.post("/cgi-bin/shorten/fetch", key, access_token=token)
    assert found["long_data"] == long["long_data"]
    assert 86_390 <= found["expire_seconds"] <= 86_400
    assert abs(found["create_time"] - world.now.timestamp()) < 60
    for body in ({"long_data": ""}, {"long_data": "长" * 1_366}, {**long, "expire_seconds": 10**7}):
        told = await account.post("/cgi-bin/shorten/gen", body, access_token=token)
        assert told["errcode"] == 40035
    for bad in ("", "x", "x" * 15):
        told = await account.post("/cgi-bin/shorten/fetch", {"short_key": bad}, access_token=token)
        assert told["errcode"] == 40035
    await world.office.set_clock(world.now + timedelta(days=1, seconds=1))
    token = (await account.call(account.sdk.fetch_access_token))["access_token"]
    told = await account.post("/cgi-bin/shorten/fetch", key, access_token=token)
    assert told["errcode"] == 40035


async def test_short_addresses_are_no_more(account: Account) -> None:
    assert await refused(account, account.sdk.misc.short_url, "http://example.com") == 48001
