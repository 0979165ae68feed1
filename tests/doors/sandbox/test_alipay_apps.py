"""The sandbox makes apps of Alipay's kind, and people who let them know who they are."""

from __future__ import annotations

from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest
from alipay import AliPay

from banyan.doors.sandbox import Faults
from tests.kit.web import ADDRESS, open_client
from tests.kit.world import World

BACK = "http://127.0.0.1:9/back"


class Sdk(AliPay):  # type: ignore[misc] # the SDK has no types
    """The SDK; what it would send is read off it."""


async def ask(client: httpx.AsyncClient, made: dict[str, str], method: str, **more: str) -> object:
    """Call the gateway by what the SDK signs."""
    sdk = Sdk(
        appid=made["app_id"],
        app_private_key_string=made["app_private_key_pem"],
        alipay_public_key_string=made["alipay_public_key_pem"],
    )
    signed = sdk.client_api(method, {}, **more)
    answer = await client.get(f"{ADDRESS}/gateway.do?{signed}")
    name = method.replace(".", "_") + "_response"
    return sdk._verify_and_return_sync_response(answer.text, name)


@pytest.mark.parametrize("is_own", [False, True])
async def test_an_app_is_made_and_a_person_signs_in(world: World, *, is_own: bool) -> None:
    async with open_client(world, faults=Faults()) as client:
        shop = str(int(await world.merchant())) if is_own else None
        made = await client.post("/sandbox/alipay-apps", json={"name": "收款", "merchant": shop})
        assert made.status_code == 200, made.text
        app = made.json()
        assert set(app) == {"app_id", "app_private_key_pem", "alipay_public_key_pem"}
        lin = (await client.post("/sandbox/people", json={"nickname": "林"})).json()["person"]
        url = (
            f"{ADDRESS}/oauth2/publicAppAuthorize.htm?app_id={app['app_id']}"
            f"&scope=auth_user&redirect_uri={quote(BACK)}&state=7"
        )
        path = f"/sandbox/people/{lin}/authorize"
        refused = (await client.post(path, json={"url": url, "allow": False})).json()["redirect"]
        assert "auth_code" not in refused
        led = (await client.post(path, json={"url": url})).json()["redirect"]
        told = parse_qs(urlsplit(led).query)
        assert told["state"] == ["7"]
        tokens = await ask(
            client,
            app,
            "alipay.system.oauth.token",
            grant_type="authorization_code",
            code=told["auth_code"][0],
        )
        assert isinstance(tokens, dict)
        person = await ask(client, app, "alipay.user.info.share", auth_token=tokens["access_token"])
        assert isinstance(person, dict)
        assert person["nick_name"] == "林"


async def test_what_is_not_there_is_not_found(world: World) -> None:
    async with open_client(world, faults=Faults()) as client:
        for merchant, status in (("12345", 404), ("1600000000", 404), ("x", 422)):
            body = {"name": "x", "merchant": merchant}
            assert (await client.post("/sandbox/alipay-apps", json=body)).status_code == status
        lin = (await client.post("/sandbox/people", json={"nickname": "林"})).json()["person"]
        for address, status in (
            ("/oauth2/publicAppAuthorize.htm?app_id=1&redirect_uri=http://a.example", 404),
            ("/oauth2/publicAppAuthorize.htm?app_id=x", 422),
            ("/oauth2/publicAppAuthorize.htm?scope=x", 409),
            ("/oauth2/appToAppAuth.htm?app_id=1&redirect_uri=http://a.example", 404),
        ):
            body = {"url": f"{ADDRESS}{address}"}
            answer = await client.post(f"/sandbox/people/{lin}/authorize", json=body)
            assert answer.status_code == status, address
