"""The sandbox plays a mini program's developers, audit and users."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator

import httpx
import pytest
from wechatpy.crypto import WeChatWxaCrypto

from banyan.doors.sandbox import Faults
from tests.kit.web import open_client
from tests.kit.world import World


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with open_client(world, faults=Faults()) as client:
        yield client
    await world.settle()


async def post(client: httpx.AsyncClient, path: str, **body: object) -> dict[str, str]:
    answer = await client.post(f"/sandbox{path}", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, str] = answer.json()
    return found


async def test_pages_are_released_opened_and_shared(client: httpx.AsyncClient) -> None:
    app = (await post(client, "/channels", kind="miniapp", name="小程序"))["appid"]
    lin = (await post(client, "/people", nickname="lin"))["person"]
    early = await client.post(f"/sandbox/people/{lin}/open", json={"appid": app})
    assert early.json()["code"] == "miniapps.not_released"
    await post(client, f"/miniapps/{app}/release", pages=["pages/a/a", "pages/b/b"])
    opened = await post(client, f"/people/{lin}/open", appid=app, page="pages/b/b", query="x=1")
    assert (opened["page"], opened["version"]) == ("pages/b/b", "1.0.0")
    known = await post(client, f"/people/{lin}/openid", appid=app)
    assert known["openid"] == opened["openid"]
    await post(client, f"/people/{lin}/share", appid=app, page="pages/b/b")
    draft = await post(client, f"/miniapps/{app}/drafts", app_json='{"pages": ["pages/c/c"]}')
    assert draft["draft_id"]
    ended = await client.post(f"/sandbox/miniapps/{app}/audit", json={"decision": "approve"})
    assert ended.json()["code"] == "miniapps.not_waiting"
    assert (await client.get("/sandbox/invariants")).json()["broken"] == []


async def test_a_page_is_handed_what_its_server_can_read(client: httpx.AsyncClient) -> None:
    made = await post(client, "/channels", kind="miniapp", name="小程序")
    lin = (await post(client, "/people", nickname="林", phone="13800138000"))["person"]
    path = f"/people/{lin}/open-data"
    early = await client.post(f"/sandbox{path}", json={"appid": made["appid"]})
    assert early.json()["code"] == "consents.no_session"
    code = (await post(client, f"/people/{lin}/mini-login", appid=made["appid"]))["code"]
    query = {"appid": made["appid"], "secret": made["secret"], "js_code": code}
    session = (
        await client.get("/sns/jscode2session", params=query | {"grant_type": "authorization_code"})
    ).json()
    key = session["session_key"]
    told = await post(client, path, appid=made["appid"])
    signed = hashlib.sha1((told["raw_data"] + key).encode()).hexdigest()
    assert told["signature"] == signed
    crypto = WeChatWxaCrypto(key, told["iv"], made["appid"])
    profile = crypto.decrypt_message(told["encrypted_data"])
    assert (profile["openId"], profile["nickName"]) == (session["openid"], "林")
    told = await post(client, path, appid=made["appid"], kind="phone")
    crypto = WeChatWxaCrypto(key, told["iv"], made["appid"])
    phone = crypto.decrypt_message(told["encrypted_data"])
    assert (phone["purePhoneNumber"], phone["countryCode"]) == ("13800138000", "86")
