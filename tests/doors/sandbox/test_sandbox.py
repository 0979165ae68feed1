"""The sandbox keeps its promise: its calls, what they answer, and how they fail."""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from banyan.base.secret import Secret
from banyan.doors.sandbox import Faults, SandboxDoor
from banyan.doors.sandbox.faults import FaultKind, Where
from banyan.wire.qr import render_jpeg
from tests.kit.web import open_client
from tests.kit.world import World


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with open_client(world, faults=Faults()) as client:
        yield client
    await world.settle()


async def post(client: httpx.AsyncClient, path: str, **body: object) -> dict[str, Any]:
    answer = await client.post(f"/sandbox{path}", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def get(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    answer = await client.get(f"/sandbox{path}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_person_comes_with_money_and_a_token(client: httpx.AsyncClient) -> None:
    lin = await post(client, "/people", nickname="lin", phone="13800138000", balance_fen=6_000_000)
    bearer = {"authorization": f"Bearer {lin['token']}"}
    caller = (await client.get("/v1/whoami", headers=bearer)).json()
    assert caller["person_id"] == lin["person"]
    assert caller["kind"] == "person"
    wallet = await get(client, f"/people/{lin['person']}/wallet")
    assert wallet["balance_fen"] == 6_000_000
    assert sum(one["amount_fen"] for one in wallet["entries"]) == 6_000_000
    code = (await get(client, f"/people/{lin['person']}/payment-code"))["auth_code"]
    assert (len(code), code.isdigit(), 10 <= int(code[:2]) <= 15) == (18, True, True)
    more = await post(client, f"/people/{lin['person']}/topup", amount_fen=5)
    assert more == {"balance_fen": 6_000_005}


async def test_everything_is_forgotten(client: httpx.AsyncClient, world: World) -> None:
    lin = await post(client, "/people", nickname="lin", balance_fen=100)
    hao, chen = [await post(client, "/people", nickname=name, balance_fen=1) for name in "hc"]
    sender = {"authorization": f"Bearer {hao['token']}"}
    packet = {"total_fen": 1, "count": 1}
    token = (await client.post("/v1/packets", json=packet, headers=sender)).json()["token"]
    grab = f"/v1/packets/{token}/grab"
    assert (await client.post(grab, json={}, headers=sender)).status_code == 200
    late = {"authorization": f"Bearer {chen['token']}"}
    assert (await client.post(grab, json={}, headers=late)).status_code == 409
    await post(client, "/clock", advance_s=1e6)
    assert await post(client, "/reset") == {}
    assert await world.events() == []
    assert (await client.get(f"/sandbox/people/{lin['person']}/wallet")).status_code == 404
    bearer = {"authorization": f"Bearer {lin['token']}"}
    assert (await client.get("/v1/whoami", headers=bearer)).status_code == 401
    now = datetime.fromisoformat((await get(client, "/clock"))["now"])
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)  # noqa: TID251 - the real time
    wu = await post(client, "/people", nickname="wu", balance_fen=7)
    assert (await get(client, f"/people/{wu['person']}/wallet"))["balance_fen"] == 7
    new = {"authorization": f"Bearer {wu['token']}"}
    assert (await client.post(grab, json={}, headers=new)).status_code == 404


async def test_time_moves_and_what_is_due_has_happened(client: httpx.AsyncClient) -> None:
    lin = await post(client, "/people", nickname="lin")
    bearer = {"authorization": f"Bearer {lin['token']}"}
    before = datetime.fromisoformat((await get(client, "/clock"))["now"])
    after = datetime.fromisoformat((await post(client, "/clock", advance_s=91 * 86_400))["now"])
    assert timedelta(days=91) <= after - before < timedelta(days=91, minutes=1)
    # A session lives for ninety days.
    assert (await client.get("/v1/whoami", headers=bearer)).status_code == 401
    set_to = await post(client, "/clock", now="2030-01-01T08:00:00+08:00")
    assert set_to["now"].startswith("2030-01-01T00:00:0")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"advance_s": 1, "now": "2030-01-01T00:00:00Z"},
        {"advance_s": -1},
        {"advance_s": 1e300},
        {"now": "2030-01-01T00:00:00"},
        {"now": "1999-01-01T00:00:00Z"},
        {"now": "9999-01-01T00:00:00Z"},
        {"now": "soon"},
    ],
)
async def test_time_that_is_none_is_refused(
    client: httpx.AsyncClient, body: dict[str, object]
) -> None:
    answer = await client.post("/sandbox/clock", json=body)
    assert answer.status_code == 422
    assert set(answer.json()) == {"code", "message", "fields"}


async def test_an_account_is_followed_and_left(client: httpx.AsyncClient) -> None:
    shop = await post(client, "/channels", kind="service", name="榕树茶馆")
    assert shop["appid"].startswith("wx")
    assert len(shop["aes_key"]) == 43
    base64.b64decode(shop["aes_key"] + "=")
    other = await post(client, "/channels", kind="subscription", name="茶报", token="abc")
    assert other["token"] == "abc"
    lin = (await post(client, "/people", nickname="lin"))["person"]
    unknown = await post(client, f"/people/{lin}/openid", appid=shop["appid"])
    followed = await post(client, f"/people/{lin}/follow", appid=shop["appid"])
    assert followed == unknown
    elsewhere = await post(client, f"/people/{lin}/openid", appid=other["appid"])
    assert elsewhere["openid"] != followed["openid"]
    assert await post(client, f"/people/{lin}/unfollow", appid=shop["appid"]) == {}
    again = await post(client, f"/people/{lin}/follow", appid=shop["appid"])
    assert again == followed
    inbox = await get(client, f"/people/{lin}/inbox?appid={shop['appid']}")
    assert inbox == {"messages": []}
    assert (await client.get(f"/sandbox/people/{lin}/inbox?appid=wx0")).status_code == 404


async def test_accounts_of_a_merchant_share_unionids_once_bound(
    client: httpx.AsyncClient,
) -> None:
    merchant = (await post(client, "/merchants", name="榕树茶馆"))["merchant"]
    shop = await post(client, "/channels", kind="service", name="榕树", merchant=merchant)
    app = await post(client, "/channels", kind="miniapp", name="榕树小程序", merchant=merchant)
    lin = (await post(client, "/people", nickname="lin"))["person"]
    assert set(await post(client, f"/people/{lin}/follow", appid=shop["appid"])) == {"openid"}
    open_appid = ""
    for one, call in ((shop, "create"), (app, "bind")):
        asked = {"grant_type": "client_credential", "appid": one["appid"], "secret": one["secret"]}
        token = (await client.get("/cgi-bin/token", params=asked)).json()["access_token"]
        body = {"appid": one["appid"], "open_appid": open_appid}
        path = f"/cgi-bin/open/{call}"
        answer = (await client.post(path, params={"access_token": token}, json=body)).json()
        assert answer["errcode"] == 0
        open_appid = answer.get("open_appid", open_appid)
    followed = await post(client, f"/people/{lin}/follow", appid=shop["appid"])
    elsewhere = await post(client, f"/people/{lin}/openid", appid=app["appid"])
    assert followed["openid"] != elsewhere["openid"]
    assert followed["unionid"] == elsewhere["unionid"]


async def test_a_merchant_comes_with_keys_that_work(client: httpx.AsyncClient) -> None:
    shop = await post(client, "/channels", kind="service", name="榕树茶馆")
    made = await post(client, "/merchants", name="榕树茶馆", appids=[shop["appid"]])
    assert len(made["mchid"]) == 10
    assert len(made["apiv3_key"]) == len(made["apiv2_key"]) == 32
    certificate = x509.load_pem_x509_certificate(made["certificate_pem"].encode())
    assert f"{certificate.serial_number:X}" == made["serial_no"]
    key: Any = load_pem_private_key(made["private_key_pem"].encode(), None)
    public: Any = certificate.public_key()
    public.verify(key.sign(b"x", padding.PKCS1v15(), SHA256()), b"x", padding.PKCS1v15(), SHA256())
    platform = x509.load_pem_x509_certificate(made["platform_certificate_pem"].encode())
    assert load_pem_public_key(made["platform_public_key_pem"].encode()) is not None
    assert f"{platform.serial_number:X}" == made["platform_serial_no"]
    assert made["platform_public_key_id"].startswith("PUB_KEY_ID_")
    empty = {"available_fen": 0, "pending_fen": 0, "frozen_fen": 0}
    assert await get(client, f"/merchants/{made['mchid']}/balance") == empty
    assert await get(client, f"/merchants/{made['merchant']}/balance") == empty
    bearer = {"authorization": f"Bearer {made['owner_token']}"}
    shown = await client.get(f"/v1/merchants/{made['merchant']}", headers=bearer)
    assert shown.json()["state"] == "verified"
    assert (await client.get("/sandbox/merchants/1/balance")).status_code == 404
    stranger = await client.post("/sandbox/merchants", json={"name": "x", "appids": ["wx0"]})
    assert stranger.json()["code"] == "channels.not_found"


async def test_a_scan_leads_somewhere(client: httpx.AsyncClient) -> None:
    lin = (await post(client, "/people", nickname="lin"))["person"]
    text = await post(client, f"/people/{lin}/scan", content="hello")
    assert text == {"kind": "text", "text": "hello"}
    url = await post(client, f"/people/{lin}/scan", content="https://example.org/a")
    assert url == {"kind": "url", "url": "https://example.org/a"}
    nobody = await client.post(
        f"/sandbox/people/{lin}/scan", json={"content": "http://x/c/ABCDEFGHJK23"}
    )
    assert nobody.json()["code"] == "places.code_not_found"
    for given in ({}, {"image_base64": "AAAA"}, {"image_base64": "?"}):
        picture = await client.post(f"/sandbox/people/{lin}/scan", json=given)
        assert (picture.status_code, picture.json()["code"]) == (422, "qr.unreadable")
    drawn = base64.b64encode(render_jpeg("hello")).decode()
    assert await post(client, f"/people/{lin}/scan", image_base64=drawn) == text


async def test_a_scan_of_an_accounts_code_makes_a_follower(client: httpx.AsyncClient) -> None:
    shop = await post(client, "/channels", kind="service", name="榕树茶馆")
    query = {"grant_type": "client_credential"} | {one: shop[one] for one in ("appid", "secret")}
    token = (await client.get("/cgi-bin/token", params=query)).json()["access_token"]
    asking = {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "table=7"}}}
    made = await client.post("/cgi-bin/qrcode/create", params={"access_token": token}, json=asking)
    code = made.json()
    shown = await client.get("/cgi-bin/showqrcode", params={"ticket": code["ticket"]})
    lin = (await post(client, "/people", nickname="lin"))["person"]
    picture = base64.b64encode(shown.content).decode()
    first = await post(client, f"/people/{lin}/scan", image_base64=picture)
    openid = (await post(client, f"/people/{lin}/openid", appid=shop["appid"]))["openid"]
    assert first == {
        "kind": "channel",
        "url": code["url"],
        "appid": shop["appid"],
        "openid": openid,
        "code": first["code"],
        "scene": "table=7",
        "ticket": code["ticket"],
        "is_new_follower": True,
    }
    again = await post(client, f"/people/{lin}/scan", content=code["url"])
    assert again == first | {"is_new_follower": False}
    await post(client, "/clock", advance_s=61)
    late = await client.post(f"/sandbox/people/{lin}/scan", json={"content": code["url"]})
    assert late.json()["code"] == "scenes.expired"


async def test_promises_hold(client: httpx.AsyncClient) -> None:
    found = await get(client, "/invariants")
    assert found["checked"] > 20
    assert found["broken"] == []


async def test_people_sign_in_at_accounts_sites_and_mini_programs(
    client: httpx.AsyncClient,
) -> None:
    lin = (await post(client, "/people", nickname="lin"))["person"]
    made = {
        kind: await post(client, "/channels", kind=kind, name=kind, oauth_domain="shop.example.com")
        for kind in ("service", "site", "miniapp")
    }

    async def authorize(kind: str, path: str, scope: str, **more: object) -> str:
        query = urlencode(
            {
                "appid": made[kind]["appid"],
                "redirect_uri": "http://shop.example.com/back",
                "response_type": "code",
                "scope": scope,
                "state": "7",
            }
        )
        url = f"https://open.weixin.qq.com/connect/{path}?{query}#wechat_redirect"
        told = await post(client, f"/people/{lin}/authorize", url=url, **more)
        redirect: str = told["redirect"]
        return redirect

    async def exchange(kind: str, path: str, **more: str) -> dict[str, Any]:
        query = {"appid": made[kind]["appid"], "secret": made[kind]["secret"], **more}
        query["grant_type"] = "authorization_code"
        told: dict[str, Any] = (await client.get(f"/sns/{path}", params=query)).json()
        return told

    openid = (await post(client, f"/people/{lin}/openid", appid=made["service"]["appid"]))["openid"]
    for kind, path, scope in (
        ("service", "oauth2/authorize", "snsapi_base"),
        ("service", "oauth2/authorize", "snsapi_userinfo"),
        ("site", "qrconnect", "snsapi_login"),
    ):
        redirect = await authorize(kind, path, scope)
        assert redirect.startswith("http://shop.example.com/back?code=")
        assert redirect.endswith("&state=7")
        code = redirect.split("code=")[1].split("&")[0]
        told = await exchange(kind, "oauth2/access_token", code=code)
        assert (told["openid"] == openid) is (kind == "service")
        assert told["scope"] == scope
    refused = await authorize("site", "qrconnect", "snsapi_login", allow=False)
    assert refused == "http://shop.example.com/back?state=7"
    code = (await post(client, f"/people/{lin}/mini-login", appid=made["miniapp"]["appid"]))["code"]
    session = await exchange("miniapp", "jscode2session", js_code=code)
    assert set(session) == {"openid", "session_key"}
    elsewhere = (
        "https://x/connect/qrconnect?scope=snsapi_login&redirect_uri=http://evil.example.com"
    )
    answer = await client.post(
        f"/sandbox/people/{lin}/authorize",
        json={"url": f"{elsewhere}&appid={made['site']['appid']}"},
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "consents.wrong_domain")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/nothing", {}, 404),
        ("/people", {}, 422),
        ("/people", {"nickname": ""}, 422),
        ("/people", {"nickname": "a", "balance_fen": -1}, 422),
        ("/people", {"nickname": "a", "balance_fen": 1e30}, 422),
        ("/people", {"nickname": "a", "phone": "'; drop table"}, 422),
        ("/people", {"nickname": "a", "extra": 1}, 422),
        ("/people/0/topup", {"amount_fen": 1}, 404),
        ("/people/12345/topup", {"amount_fen": 1}, 404),
        ("/people/x/topup", {"amount_fen": 1}, 422),
        ("/people/12345/follow", {"appid": "wx0"}, 404),
        ("/channels", {"kind": "shop", "name": "x"}, 422),
        ("/channels", {"kind": "service", "name": "x", "callback_url": "ftp://x.example"}, 422),
        ("/faults", {"where": "sms", "kind": "forge"}, 422),
        ("/faults", {"where": "response", "kind": "forge"}, 422),
        ("/faults", {"where": "reply", "kind": "delay", "delay_s": 16}, 422),
        ("/faults", {"where": "moon", "kind": "drop"}, 422),
        ("/faults", {"where": "sms", "kind": "drop", "count": 0}, 422),
    ],
)
async def test_a_call_that_does_not_fit_is_refused(
    client: httpx.AsyncClient, world: World, path: str, body: dict[str, object], status: int
) -> None:
    mark = await world.mark()
    answer = await client.post(f"/sandbox{path}", json=body)
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"code", "message", "fields"}
    assert await world.events(mark) == []


async def test_a_wrong_word_names_the_right_ones(client: httpx.AsyncClient) -> None:
    wrong = {"where": "moon", "kind": "drop"}
    english = {"accept-language": "en"}
    told = (await client.post("/sandbox/faults", json=wrong, headers=english)).json()
    assert told["fields"]["choices"] == [one.value for one in Where]
    assert "“where”" in told["message"]
    assert "one of callback, reply, bank, sms, response" in told["message"]
    wrong = {"where": "bank", "kind": "melt"}
    told = (await client.post("/sandbox/faults", json=wrong, headers=english)).json()
    assert told["fields"]["choices"] == [one.value for one in FaultKind]


async def test_every_failure_speaks_the_language_that_is_asked_for(
    client: httpx.AsyncClient,
) -> None:
    for path in ("/people/1/pay", "/people"):
        for header, is_chinese in (("en", False), ("zh-CN", True), ("", True), ("fr", True)):
            answer = await client.post(
                f"/sandbox{path}", json={}, headers={"accept-language": header}
            )
            found = re.search("[\u4e00-\u9fff]", answer.json()["message"])
            assert (found is not None) == is_chinese, (path, header)
            assert answer.headers["content-language"] == ("zh" if is_chinese else "en")


async def test_without_the_sandbox_there_is_no_door(world: World) -> None:
    async with open_client(world) as client:
        answer = await client.post("/sandbox/reset", headers={"x-banyan": "1"})
        assert (answer.status_code, answer.json()["code"]) == (404, "request.not_found")


async def test_the_token_is_asked_for() -> None:
    playground: Any = None
    door = SandboxDoor(playground, token=Secret("open sesame"), log=QUIET)
    transport = httpx.ASGITransport(door)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        for headers in ({}, {"authorization": "Bearer open"}, {"authorization": "open sesame"}):
            for path in ("/sandbox/reset", "/sandbox/people/1/pay"):
                answer = await client.post(path, headers=headers)
                assert (answer.status_code, answer.json()["code"]) == (401, "sessions.required")
        right = {"authorization": "Bearer open sesame"}
        assert (await client.post("/sandbox/nothing", headers=right)).status_code == 404


class Quiet:
    def error(self, event: str, **fields: object) -> None:
        raise AssertionError(event, fields)


QUIET = Quiet()
