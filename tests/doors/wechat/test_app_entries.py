"""Codes and links of mini programs over the wire, and where they lead who scans them."""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
import requests
from PIL import Image

from banyan.doors.sandbox import Faults
from banyan.reach.applinks import Shape, count_code
from banyan.reach.channels import ChannelKind
from banyan.wire.qr import read_codes
from tests.kit.miniapps import bring_out, of_app
from tests.kit.web import open_client
from tests.kit.wechat import Account, open_account
from tests.kit.world import World


@pytest_asyncio.fixture
async def app(world: World) -> AsyncIterator[Account]:
    """A mini program that everybody has, and its own program."""
    async with open_account(world, kind=ChannelKind.MINIAPP, name="榕树小程序") as opened:
        await opened.call(opened.sdk.fetch_access_token)
        await bring_out(world, opened.channel)
        yield opened


async def picture(app: Account, call: str, **body: Any) -> requests.Response:  # noqa: ANN401
    """A picture that the SDK has no options for."""
    token = {"access_token": app.sdk.access_token}
    return await asyncio.to_thread(
        requests.post, app.url + call, params=token, json=body, timeout=30
    )


async def scan(world: World, **body: object) -> dict[str, Any]:
    """What a scan of the sandbox leads to."""
    async with open_client(world, faults=Faults()) as client:
        person = (await client.post("/sandbox/people", json={"nickname": "lin"})).json()["person"]
        answer = await client.post(f"/sandbox/people/{person}/scan", json=body)
        found: dict[str, Any] = answer.json()
        return found


async def test_a_scene_arrives_with_who_scans_the_code(app: Account, world: World) -> None:
    draw = app.sdk.wxa.get_wxa_code_unlimited
    answer = await app.call(draw, "table-3", page="pages/tea/tea", width=280)
    assert answer.headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(answer.content)) as drawn:
        assert (drawn.size, drawn.format) == ((280, 280), "JPEG")
    found = await scan(world, image_base64=base64.b64encode(answer.content).decode())
    assert found["kind"] == "miniapp"
    assert (found["page"], found["scene"]) == ("pages/tea/tea", "table-3")
    assert (found["appid"], found["env_version"]) == (app.channel.appid, "release")
    events = await world.events()
    assert events.count("miniapps.opened") == 1


async def test_what_is_wrong_with_a_code_is_named(app: Account) -> None:
    wxa = app.sdk.wxa
    assert await app.refused(wxa.get_wxa_code_unlimited, "s" * 33) == 40169
    assert await app.refused(wxa.get_wxa_code_unlimited, "") == 40169
    assert await app.refused(wxa.get_wxa_code_unlimited, "桌") == 40169
    for page in ("pages/none/none", "/pages/tea/tea", "pages/tea/tea?x=1"):
        assert await app.refused(wxa.get_wxa_code_unlimited, "a", page=page) == 41030
    assert await app.refused(wxa.get_wxa_code_unlimited, "a", width=279) == 40097
    assert await app.refused(wxa.get_wxa_code, "pages/tea/tea", width=1281) == 40097
    assert await app.refused(wxa.get_wxa_code, "") == 40159
    assert await app.refused(wxa.get_wxa_code, "p" * 1_025) == 40159
    wrong = await picture(app, "/wxa/getwxacode", path="pages/tea/tea", env_version="beta")
    assert wrong.json()["errcode"] == 40097
    unchecked = await picture(
        app, "/wxa/getwxacodeunlimit", scene="a", page="pages/none/none", check_path=False
    )
    assert read_codes(unchecked.content)[0].endswith("?p=pages/none/none&s=a&w=1047")


async def test_codes_are_drawn_as_they_are_wished(app: Account) -> None:
    wxa = app.sdk.wxa
    red = {"r": "200", "g": "0", "b": "0"}
    clear = await app.call(wxa.get_wxa_code, "pages/tea/tea", line_color=red, is_hyaline=True)
    with Image.open(io.BytesIO(clear.content)) as drawn:
        assert (drawn.format, drawn.mode, drawn.size) == ("PNG", "RGBA", (430, 430))
        colours = drawn.getcolors(1 << 20) or []
        assert {one[1] for one in colours} >= {(200, 0, 0, 0), (200, 0, 0, 255)}
    assert read_codes(clear.content)[0].endswith("?p=pages/tea/tea&w=1047")
    square = (await app.call(wxa.create_qrcode, "pages/tea/tea?table=3", 430)).content
    assert read_codes(square)[0].endswith("?p=pages/tea/tea&q=table%3D3")


async def test_counted_codes_run_out_and_the_same_one_is_not_counted_again(
    app: Account, world: World
) -> None:
    for _ in range(2):
        await app.call(app.sdk.wxa.get_wxa_code, "pages/tea/tea")
    paths = [f"pages/tea/tea?n={number}" for number in range(5)]
    told = await asyncio.gather(
        *(of_app(world, count_code, app.channel, shape=Shape.SQUARE, path=one) for one in paths)
    )
    assert sorted(one.codes_count for one in told) == [2, 3, 4, 5, 6]
    async with world.building.pool.acquire() as db:
        await db.execute(
            """insert into applinks.codes select $1, 'round', n::text, now()
            from generate_series(1, 99994) as n""",
            app.channel.channel_id,
        )
        await db.execute("update applinks.books set codes_count = 100000")
    assert await app.refused(app.sdk.wxa.get_wxa_code, "pages/index/index") == 45029
    assert (await app.call(app.sdk.wxa.get_wxa_code, "pages/tea/tea")).content
    await world.check()


async def test_links_lead_to_a_page_until_they_end(app: Account, world: World) -> None:
    token = {"access_token": app.sdk.access_token}
    end = int((world.now + timedelta(days=2)).timestamp())
    jump = {"path": "/pages/tea/tea", "query": "table=3"}
    body = {"jump_wxa": jump, "is_expire": True, "expire_time": end}
    scheme = (await app.post("/wxa/generatescheme", body, **token))["openlink"]
    assert scheme.startswith("weixin://dl/business/?t=")
    body = {**jump, "is_expire": True, "expire_type": 1, "expire_interval": 2}
    url = (await app.post("/wxa/generate_urllink", body, **token))["url_link"]
    short = await app.post("/wxa/genwxashortlink", {"page_url": "pages/tea/tea?table=3"}, **token)
    nfc = await app.post(
        "/wxa/generatenfcscheme", {"jump_wxa": jump, "model_id": "m1", "sn": "s1"}, **token
    )
    for link in (scheme, url, short["link"], nfc["openlink"]):
        found = await scan(world, content=link)
        assert (found["kind"], found["page"], found["query"]) == (
            "miniapp",
            "pages/tea/tea",
            "table=3",
        )
    told = await app.post("/wxa/queryscheme", {"scheme": scheme}, **token)
    assert told["scheme_info"]["expire_time"] == end
    assert told["quota_info"]["remain_visit_quota"] == 3_000_000 - 4
    told = await app.post("/wxa/query_urllink", {"url_link": url}, **token)
    assert (told["url_link_info"]["path"], told["url_link_info"]["query"]) == (
        "pages/tea/tea",
        "table=3",
    )
    assert (await app.post("/wxa/query_urllink", {"url_link": scheme}, **token))["errcode"] == 85403
    await world.advance(timedelta(days=3))
    assert (await scan(world, content=scheme))["code"] == "applinks.expired"
    assert (await scan(world, content=short["link"]))["kind"] == "miniapp"
    await world.check()


@pytest.mark.parametrize(
    ("path", "body", "errcode"),
    [
        ("generatescheme", {"jump_wxa": {"path": "pages/none/none"}}, 40165),
        ("generatescheme", {"is_expire": True, "expire_time": 1}, 85401),
        ("generatescheme", {"is_expire": True, "expire_type": 1, "expire_interval": 31}, 85401),
        ("generatescheme", {"jump_wxa": {"env_version": "beta"}}, 85402),
        ("generatescheme", {"jump_wxa": {"query": "q" * 1_025}}, 40212),
        ("generate_urllink", {"path": "pages/none/none"}, 40165),
        ("generate_urllink", {"is_expire": True, "expire_time": 2**53}, 85401),
        ("generatenfcscheme", {}, 40097),
        ("genwxashortlink", {}, 40225),
        ("genwxashortlink", {"page_url": "pages/none/none"}, 40165),
        ("queryscheme", {"scheme": "weixin://dl/business/?t=" + "A" * 22}, 85403),
        ("queryscheme", {"scheme": "nothing"}, 85403),
    ],
)
async def test_what_is_wrong_with_a_link_is_named(
    app: Account, path: str, body: dict[str, object], errcode: int
) -> None:
    told = await app.post(f"/wxa/{path}", body, access_token=app.sdk.access_token)
    assert told["errcode"] == errcode


async def test_nothing_leads_to_a_mini_program_that_nobody_has(world: World) -> None:
    async with open_account(world, kind=ChannelKind.MINIAPP) as app:
        await app.call(app.sdk.fetch_access_token)
        told = await app.post("/wxa/generatescheme", {}, access_token=app.sdk.access_token)
        assert told["errcode"] == 85079
