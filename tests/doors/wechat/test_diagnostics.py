"""What an account's program may ask about its calls, its quotas and its server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from banyan.books.actor import SYSTEM
from banyan.reach.tokens import SetAllowed, set_allowed
from tests.doors.wechat.test_datacube import line as connected
from tests.kit.receiver import Line
from tests.kit.wechat import Account, open_account
from tests.kit.world import World

line = connected


@pytest_asyncio.fixture
async def account(world: World, request: pytest.FixtureRequest) -> AsyncIterator[Account]:
    """An account on a machine with these settings."""
    settings = msgspec.structs.replace(world.building.settings, **getattr(request, "param", {}))
    world.building = replace(world.building, settings=settings)
    async with open_account(world) as opened:
        yield opened


@pytest.mark.parametrize("account", [{"wechat_rids": False}], indirect=True)
async def test_errors_may_be_told_without_the_name_of_the_request(account: Account) -> None:
    told = await account.get("/cgi-bin/getcallbackip")
    assert told == {"errcode": 41001, "errmsg": "access_token missing"}


async def sign_in(account: Account) -> str:
    token: str = (await account.call(account.sdk.fetch_access_token))["access_token"]
    return token


async def fail(account: Account, token: str) -> tuple[dict[str, Any], str]:
    """A call that fails, and its name."""
    told = await account.post("/cgi-bin/tags/delete", {"tag": {"id": 4711}}, access_token=token)
    return told, told["errmsg"].rpartition(" rid: ")[2]


async def test_a_failed_call_can_be_looked_up_for_seven_days(
    account: Account, world: World
) -> None:
    token = await sign_in(account)
    failed, rid = await fail(account, token)
    body = {"rid": rid}
    told = await account.post("/cgi-bin/openapi/rid/get", body, access_token=token)
    assert told["errcode"] == 0
    request = told["request"]
    assert request["request_url"] == "/cgi-bin/tags/delete"
    assert request["request_body"] == '{"tag": {"id": 4711}}'
    assert str(failed["errcode"]) in request["response_body"]
    assert request["invoke_time"] == int(rid[:8], 16)
    assert request["cost_in_ms"] >= 0
    await world.advance(timedelta(days=7, seconds=2))
    token = await sign_in(account)
    told = await account.post("/cgi-bin/openapi/rid/get", body, access_token=token)
    assert told["errcode"] == 76004
    await fail(account, token)
    async with world.building.pool.acquire() as db:
        kept = await db.fetch("select rid from tokens.requests where rid = $1", rid)
    assert not kept


@pytest.mark.parametrize(
    ("rid", "errcode"),
    [("", 76002), ("nonsense", 76002), ("5fa26c60-1a0ebdd5-32fd1cd0", 76004)],
)
async def test_a_name_that_is_none(account: Account, rid: str, errcode: int) -> None:
    token = await sign_in(account)
    told = await account.post("/cgi-bin/openapi/rid/get", {"rid": rid}, access_token=token)
    assert told["errcode"] == errcode


async def test_only_so_many_failures_are_kept_and_no_secrets(
    account: Account, world: World
) -> None:
    token = await sign_in(account)
    body = {
        "rid": "",
        "component_appsecret": "unheard of",
        "authorization_code": 'un"heard of',
        "nothing": "x" * 1_800,
        "refresh_token": "cut off, unheard of" + "x" * 5_000,
    }
    for _ in range(110):
        await account.post("/cgi-bin/openapi/rid/get", body, access_token=token)
    async with world.building.pool.acquire() as db:
        rows = await db.fetch("select url, body from tokens.requests")
    assert 100 <= len(rows) < 110
    for row in rows:
        assert "heard of" not in row["body"]
        assert token not in row["url"]
        assert len(row["body"]) <= 2_000


async def test_quotas_are_cleared_by_the_secret_too(account: Account, world: World) -> None:
    secret = {"appid": account.channel.appid, "appsecret": account.secret}
    path = "/cgi-bin/clear_quota/v2"
    for number in range(10):
        in_query = secret if number % 2 else {}
        assert (await account.post(path, {} if in_query else secret, **in_query))["errcode"] == 0
    assert (await account.post(path, secret))["errcode"] == 48006
    assert (await account.post(path, secret | {"appsecret": "0" * 32}))["errcode"] == 40125
    assert (await account.post(path, {"appid": ""}))["errcode"] == 41002
    assert (await account.post(path, {"appid": "wx0"}))["errcode"] == 41004
    assert (await world.events()).count("tokens.quota_cleared") == 10


async def test_our_own_network_is_not_looked_into(account: Account, line: Line) -> None:
    told = await account.post("/cgi-bin/callback/check", {}, access_token=await sign_in(account))
    assert (told["dns"], told["ping"]) == ([], [])
    del line


@pytest.mark.parametrize("account", [{"callbacks_private": True}], indirect=True)
async def test_where_the_accounts_server_is(account: Account, line: Line) -> None:
    token = await sign_in(account)
    path = "/cgi-bin/callback/check"
    told = await account.post(path, {"action": "all"}, access_token=token)
    assert told["dns"] == [{"ip": "127.0.0.1", "real_operator": "UNKNOWN"}]
    (ping,) = told["ping"]
    assert (ping["package_loss"], ping["from_operator"]) == ("0%", "DEFAULT")
    assert ping["time"].endswith("ms")
    only = await account.post(path, {"action": "dns"}, access_token=token)
    assert "ping" not in only
    odd = await account.post(path, {"action": "no"}, access_token=token)
    assert odd["errcode"] == 40202
    odd = await account.post(path, {"check_operator": "no"}, access_token=token)
    assert odd["errcode"] == 40203
    del line


async def test_without_a_server_there_is_nothing_to_check(account: Account) -> None:
    token = await sign_in(account)
    told = await account.post("/cgi-bin/callback/check", {"action": "all"}, access_token=token)
    assert told["errcode"] == 40201


async def test_tokens_are_given_to_named_addresses_only(account: Account, world: World) -> None:
    async def allow(*addresses: str) -> None:
        channel = account.channel
        command = SetAllowed(
            merchant_id=world.merchant_id,
            channel_id=channel.channel_id,
            addresses=list(addresses),
        )
        await world.office.run(set_allowed, command, SYSTEM)

    query = {"grant_type": "client_credential", "appid": account.channel.appid}
    query["secret"] = account.secret
    await allow("203.0.113.0/24")
    for told in (
        await account.get("/cgi-bin/token", **query),
        await account.post("/cgi-bin/stable_token", query),
    ):
        assert told["errcode"] == 40164
        says = "invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist rid: "
        assert told["errmsg"].startswith(says)
    await allow("203.0.113.0/24", "127.0.0.1")
    assert "access_token" in await account.get("/cgi-bin/token", **query)
    await allow()
    assert "access_token" in await account.get("/cgi-bin/token", **query)
