"""A platform in the sandbox: tickets, an owner who says yes, and what it hears of accounts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from wechatpy.component import WeChatComponent

from banyan.doors.sandbox import Faults, FaultyCourier
from banyan.outside.callbacks import open_courier
from tests.kit.browser import serve_world
from tests.kit.platform import REDIRECT, Platform, serve_platform
from tests.kit.receiver import AES_KEY, TOKEN
from tests.kit.web import open_client
from tests.kit.wechat import redirected
from tests.kit.world import World

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
WAIT_S = 5.0


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """The sandbox of a world whose interface stands at WeChat's address."""
    faults = Faults()
    async with AsyncExitStack() as stack:
        opening = open_courier(wait_s=WAIT_S, may_call_private=True)
        courier = FaultyCourier(await stack.enter_async_context(opening), faults, wait_s=WAIT_S)
        stack.enter_context(redirected(await stack.enter_async_context(serve_world(world))))
        yield await stack.enter_async_context(open_client(world, faults=faults, courier=courier))


async def post(client: httpx.AsyncClient, path: str, **body: object) -> Any:  # noqa: ANN401 - JSON
    """What a call of the sandbox answers."""
    answer = await client.post(f"/sandbox{path}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_component_is_whole(client: httpx.AsyncClient, world: World) -> None:
    sdk = WeChatComponent("", "", TOKEN, AES_KEY)
    platform = Platform(world, None, "", sdk)  # type: ignore[arg-type] # the sandbox makes it
    async with serve_platform(platform):
        # Its program learns its appid from the answer, and is told nothing before.
        made = await post(client, "/channels", kind="component", name="云店助手")
        platform.sdk = sdk = WeChatComponent(made["appid"], made["secret"], TOKEN, AES_KEY)
        url = f"{platform.url}/authorization"
        server = {"callback_url": url, "token": TOKEN, "aes_key": AES_KEY, "mode": "safe"}
        await post(client, f"/channels/{made['appid']}/callback", **server)
        assert [one.type for one in platform.told] == ["component_verify_ticket"]
        await post(client, "/clock", advance_s=600)

        shop = await post(client, "/channels", kind="service", name="榕树茶馆")
        login = await platform.call(sdk.get_pre_auth_url, REDIRECT)
        refused = f"/people/{made['owner']}/authorize"
        answer = await client.post(f"/sandbox{refused}", json={"url": login})
        assert answer.json()["code"] == "platforms.wrong_domain"
        local = await platform.call(sdk.get_pre_auth_url, f"{platform.url}/done")
        told = await post(client, f"/people/{shop['owner']}/authorize", url=local)
        query = parse_qs(urlsplit(told["redirect"]).query)
        assert query["expires_in"] == ["3600"]
        client_of = sdk.get_client_by_authorization_code
        acting = await platform.call(client_of, query["auth_code"][0])
        assert await platform.call(acting.tag.create, "常客")
        assert platform.told[-1].authorizer_appid == shop["appid"]

        lin = (await post(client, "/people", nickname="lin"))["person"]
        platform.answer = "欢迎光临"
        await post(client, f"/people/{lin}/follow", appid=shop["appid"])
        ((appid, message),) = platform.heard
        assert (appid, message.event) == (shop["appid"], "subscribe")
        inbox = await client.get(f"/sandbox/people/{lin}/inbox", params={"appid": appid})
        assert "欢迎光临" in inbox.text
        told = await client.get("/sandbox/callbacks", params={"appid": made["appid"]})
        kinds = [one["plain"]["InfoType"] for one in told.json()["callbacks"]]
        assert kinds == ["authorized", "component_verify_ticket", "component_verify_ticket"]


async def test_who_owns_nothing_authorizes_nothing(client: httpx.AsyncClient, world: World) -> None:
    sdk = WeChatComponent("", "", TOKEN, AES_KEY)
    platform = Platform(world, None, "", sdk)  # type: ignore[arg-type] # the sandbox makes it
    async with serve_platform(platform):
        url = f"{platform.url}/authorization"
        answer = await client.post(
            "/sandbox/channels",
            json={
                "kind": "component",
                "name": "云店助手",
                "callback_url": url,
                "token": TOKEN,
                "aes_key": AES_KEY,
            },
        )
        assert answer.status_code == 200
        lin = (await post(client, "/people", nickname="lin"))["person"]
        for query in ("", "?component_appid=wx0&pre_auth_code=x&redirect_uri=https://a.example"):
            wrong = f"https://mp.weixin.qq.com/cgi-bin/componentloginpage{query}"
            refused = await client.post(f"/sandbox/people/{lin}/authorize", json={"url": wrong})
            assert refused.status_code in {404, 422}
