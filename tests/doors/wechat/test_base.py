"""Tokens, tickets and quotas over the wire, asked for with an unmodified SDK and by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from wechatpy.exceptions import WeChatClientException

from banyan.doors.wechat.base import QUOTA_MAX
from tests.kit.wechat import Account
from tests.kit.world import World


async def ask(account: Account, kind: str = "token", **changed: object) -> dict[str, object]:
    """Ask for a token of a kind; the answer as it is."""
    given = {
        "grant_type": "client_credential",
        "appid": account.channel.appid,
        "secret": account.secret,
    } | changed
    if kind == "token":
        query = {name: str(value) for name, value in given.items()}
        answer: dict[str, object] = await account.get("/cgi-bin/token", **query)
    else:
        answer = await account.post("/cgi-bin/stable_token", given)
    return answer


async def test_the_sdk_signs_in_and_calls(account: Account) -> None:
    told = await account.call(account.sdk.fetch_access_token)
    assert told["expires_in"] == 7200
    assert len(told["access_token"]) == 136
    assert await account.call(account.sdk.misc.get_wechat_ips) == ["127.0.0.1"]
    ticket = await account.call(account.sdk.jsapi.get_jsapi_ticket)
    assert len(ticket) == 86
    again = await account.call(account.sdk.jsapi.get_ticket)
    assert again["ticket"] == ticket
    card = await account.call(account.sdk.jsapi.get_ticket, "wx_card")
    assert card["ticket"] != ticket


@pytest.mark.parametrize(
    ("changed", "errcode", "says"),
    [
        ({"grant_type": "password"}, 40002, "invalid grant_type"),
        ({"appid": ""}, 41002, "appid missing"),
        ({"secret": ""}, 41004, "appsecret missing"),
        ({"appid": "wx0000000000000000"}, 40013, "invalid appid"),
        ({"secret": "0" * 32}, 40125, "invalid appsecret"),
    ],
)
@pytest.mark.parametrize("kind", ["token", "stable_token"])
async def test_what_is_wrong_with_an_asking_is_named(
    account: Account, kind: str, changed: dict[str, object], errcode: int, says: str
) -> None:
    told = await ask(account, kind, **changed)
    assert told["errcode"] == errcode
    assert str(told["errmsg"]).startswith(f"{says} rid: ")


async def test_a_new_token_leaves_the_one_before_five_minutes(
    account: Account, world: World
) -> None:
    first, second = str((await ask(account))["access_token"]), await ask(account)
    assert second["access_token"] != first
    assert "ip_list" in await account.get("/cgi-bin/getcallbackip", access_token=first)
    await world.advance(timedelta(minutes=5, seconds=1))
    ended = await account.get("/cgi-bin/getcallbackip", access_token=first)
    assert ended["errcode"] == 42001


async def test_the_stable_token_stays_until_it_is_nearly_over_or_forced(
    account: Account, world: World
) -> None:
    first = await ask(account, "stable_token")
    plain = await ask(account)
    await world.advance(timedelta(minutes=10))
    again = await ask(account, "stable_token")
    assert again["access_token"] == first["access_token"]
    assert again["expires_in"] in {6599, 6600}
    assert plain["access_token"] != first["access_token"]
    forced = await ask(account, "stable_token", force_refresh=True)
    assert forced["access_token"] != first["access_token"]
    assert (await ask(account, "stable_token", force_refresh=True))["errcode"] == 45011
    await world.advance(timedelta(minutes=116))
    replaced = await ask(account, "stable_token")
    assert replaced["access_token"] != forced["access_token"]
    assert replaced["expires_in"] == 7200


@pytest.mark.parametrize(
    ("token", "errcode"), [("", 41001), ("nonsense", 40001), ("A" * 136, 40001), ("x" * 600, 40014)]
)
async def test_a_token_that_is_none_is_refused(account: Account, token: str, errcode: int) -> None:
    told = await account.get("/cgi-bin/getcallbackip", access_token=token)
    assert told["errcode"] == errcode


async def test_quotas_are_counted_and_set_back(account: Account, world: World) -> None:
    for _ in range(3):
        await account.call(account.sdk.misc.get_wechat_ips)
    token = account.sdk.access_token
    body = {"cgi_path": "/cgi-bin/getcallbackip"}
    told = await account.post("/cgi-bin/openapi/quota/get", body, access_token=token)
    assert told["errcode"] == 0
    quota = told["quota"]
    assert quota["daily_limit"] == QUOTA_MAX
    assert 1 <= quota["used"] <= 3
    assert quota["remain"] == QUOTA_MAX - quota["used"]
    unknown = await account.post(
        "/cgi-bin/openapi/quota/get", {"cgi_path": "/nowhere"}, access_token=token
    )
    assert unknown["errcode"] == 76021
    clear = {"appid": account.channel.appid}
    for _ in range(10):
        told = await account.post("/cgi-bin/clear_quota", clear, access_token=token)
        assert told == {"errcode": 0, "errmsg": "ok"}
    told = await account.post("/cgi-bin/clear_quota", clear, access_token=token)
    assert told["errcode"] == 48006
    assert (await world.events()).count("tokens.quota_cleared") == 10


async def test_the_sdk_says_what_is_wrong(account: Account) -> None:
    account.sdk.secret = "wrong"
    with pytest.raises(WeChatClientException) as told:
        await account.call(account.sdk.fetch_access_token)
    assert told.value.errcode == 40125


async def test_a_text_with_nul_is_refused(account: Account) -> None:
    token = (await account.call(account.sdk.fetch_access_token))["access_token"]
    told = await account.get("/cgi-bin/getcallbackip", access_token=token + "\0")
    assert told["errcode"] in {40001, 40014, 40035}
    path = "/cgi-bin/openapi/quota/get"
    told = await account.post(path, {"cgi_path": "/a\0"}, access_token=token)
    assert told["errcode"] == 40035
    told = await account.get("/cgi-bin/ticket/getticket", access_token=token, type="a\0")
    assert told["errcode"] == 40035
