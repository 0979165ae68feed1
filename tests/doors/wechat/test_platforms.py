"""Platforms act for accounts whose owners let them, by an unmodified SDK."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
import requests
from wechatpy.client import WeChatComponentClient
from wechatpy.component import WeChatComponent
from wechatpy.exceptions import WeChatClientException

from banyan.base.errors import Invalid, Refusal
from banyan.parties.merchants import MerchantId
from banyan.reach.platforms import (
    RevokePlatform,
    SetPlatform,
    revoke_platform,
    set_platform,
)
from banyan.reach.pushes import (
    FinishCheck,
    Outcome,
    RemoveServer,
    SetServer,
    finish_check,
    remove_server,
    set_server,
)
from banyan.reach.tokens import Function
from tests.kit.loyalty import follow_as
from tests.kit.platform import Platform, open_platform
from tests.kit.receiver import AES_KEY, TOKEN
from tests.kit.wechat import Account
from tests.kit.world import SYSTEM, World

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest_asyncio.fixture
async def platform(account: Account, world: World) -> AsyncIterator[Platform]:
    """A platform beside an account."""
    assert account.sdk
    async with open_platform(world) as opened:
        yield opened


async def act_for(platform: Platform, account: Account) -> WeChatComponentClient:
    """A client of the SDK that acts for the account, in everything."""
    code = await platform.authorize(platform.world.owner, account.channel)
    await platform.settle()
    return await platform.call(platform.sdk.get_client_by_authorization_code, code.code)


async def revoke(platform: Platform, account: Account) -> None:
    """The account's owner takes it back."""
    command = RevokePlatform(
        merchant_id=MerchantId(account.channel.merchant_id),
        channel_id=account.channel.channel_id,
        platform_id=platform.channel.channel_id,
    )
    await platform.world.office.run(revoke_platform, command, platform.world.owner)


async def test_a_ticket_comes_every_ten_minutes(platform: Platform, world: World) -> None:
    (first,) = platform.told
    assert first.type == "component_verify_ticket"
    assert first.verify_ticket.startswith("ticket@@@")
    assert first.appid == platform.channel.appid
    await world.advance(timedelta(minutes=9))
    await platform.settle()
    assert len(platform.told) == 1
    await world.advance(timedelta(minutes=1))
    await platform.settle()
    assert len({one.verify_ticket for one in platform.told}) == 2
    body = {"component_appid": platform.channel.appid, "component_secret": platform.secret}
    url = "https://api.weixin.qq.com/cgi-bin/component/api_start_push_ticket"
    started = await platform.call(requests.post, url, json=body, timeout=30)
    assert started.json() == {"errcode": 0, "errmsg": "ok"}
    await platform.settle()
    assert len(platform.told) == 3
    told = await platform.call(platform.sdk.fetch_access_token)
    assert told["expires_in"] == 7200


async def test_a_token_takes_secret_ticket_and_address(platform: Platform, world: World) -> None:
    sdk, appid = platform.sdk, platform.channel.appid
    assert await platform.call(sdk.fetch_access_token)
    assert (
        await platform.refused(WeChatComponent(appid, "wrong", TOKEN, AES_KEY).create_preauthcode)
        == 61006
    )
    stranger = WeChatComponent(appid, "wrong", TOKEN, AES_KEY, session=sdk.session)
    assert await platform.refused(stranger.fetch_access_token) == 40125
    nobody = WeChatComponent("wx0123456789abcdef", "x", TOKEN, AES_KEY, session=sdk.session)
    assert await platform.refused(nobody.fetch_access_token) == 40013
    # A ticket is needed as well as the secret.
    query = {"grant_type": "client_credential", "appid": appid, "secret": platform.secret}
    told = await platform.call(
        requests.get, "https://api.weixin.qq.com/cgi-bin/token", params=query, timeout=30
    )
    assert told.json()["errcode"] == 40013
    ticket = sdk.component_verify_ticket
    sdk.session.set("component_verify_ticket", "ticket@@@_forged")
    assert await platform.refused(sdk.fetch_access_token) == 61006
    sdk.session.set("component_verify_ticket", ticket)

    async def allow(*addresses: str) -> None:
        setting = SetPlatform(**own(platform), allowed_ips=list(addresses))
        await world.office.run(set_platform, setting, SYSTEM)

    await allow("203.0.113.7")
    assert await platform.refused(sdk.fetch_access_token) == 61004
    await allow("203.0.113.7", "127.0.0.0/8")
    assert await platform.call(sdk.fetch_access_token)
    with pytest.raises(Invalid, match="address_malformed"):
        await allow("999.0.0.1")
    await world.office.run(set_platform, SetPlatform(**own(platform)), SYSTEM)
    assert await platform.call(sdk.fetch_access_token)
    await world.advance(timedelta(hours=12))
    sdk.session.set("component_verify_ticket", ticket)
    assert await platform.refused(sdk.fetch_access_token) == 61005


def own(one: Platform | Account) -> dict[str, Any]:
    """By what commands name the platform, or the account."""
    channel = one.channel
    return {"merchant_id": MerchantId(channel.merchant_id), "channel_id": channel.channel_id}


async def test_a_platform_acts_for_an_account(
    platform: Platform, account: Account, world: World
) -> None:
    code = await platform.authorize(world.owner, account.channel)
    client = await platform.call(platform.sdk.get_client_by_authorization_code, code.code)
    appid = account.channel.appid
    tag = await platform.call(client.tag.create, "常客")
    assert tag["name"] == "常客"
    assert "常客" in {one["name"] for one in await account.call(account.sdk.tag.get)}
    await platform.call(
        client.menu.create, {"button": [{"type": "click", "name": "茶", "key": "T"}]}
    )
    assert (await account.call(account.sdk.menu.get))["menu"]["button"][0]["name"] == "茶"
    # The platform was told as well, and its SDK has read tokens by a code of its own.
    await platform.settle()
    told = platform.told[-1]
    assert (told.type, told.authorizer_appid) == ("authorized", appid)
    assert told.query_auth_result["authorization_info"]["authorizer_appid"] == appid
    assert int(told.authorization_code_expired_time) == pytest.approx(
        world.now.timestamp() + 3600, abs=60
    )
    again = await platform.call(platform.sdk.get_client_by_appid, appid)
    assert await platform.call(again.tag.get)

    info = await platform.call(platform.sdk.get_authorizer_info, appid)
    assert info["authorizer_info"]["nick_name"] == "榕树茶馆"
    assert info["authorizer_info"]["user_name"] == account.channel.original_id
    assert info["authorizer_info"]["service_type_info"] == {"id": 2}
    numbers = [one["funcscope_category"]["id"] for one in info["authorization_info"]["func_info"]]
    assert numbers == [1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 15, 24, 26]
    listed = await platform.call(platform.sdk.get_authorizer_list)
    assert listed["total_count"] == 1
    assert listed["list"][0]["authorizer_appid"] == appid
    refresh = listed["list"][0]["refresh_token"]
    assert (await platform.call(platform.sdk.get_authorizer_list, 1))["list"] == []

    fresh = await platform.call(platform.sdk.refresh_authorizer_token, appid, refresh)
    assert fresh["authorizer_refresh_token"] == refresh
    refused = platform.refused
    assert await refused(platform.sdk.refresh_authorizer_token, appid, "refreshtoken@@@_x") == 61023
    assert await refused(platform.sdk.query_auth, code.code) == 61009
    assert await refused(platform.sdk.query_auth, "queryauthcode@@@_x") == 61009
    late = await platform.authorize(world.owner, account.channel)
    await world.advance(timedelta(hours=1))
    assert await refused(platform.sdk.query_auth, late.code) == 61010
    # The yes anew has made the refresh token before worthless.
    assert await refused(platform.sdk.refresh_authorizer_token, appid, refresh) == 61023


async def test_a_platform_does_only_what_it_was_let(
    platform: Platform, account: Account, world: World
) -> None:
    code = await platform.authorize(world.owner, account.channel, [Function.FOLLOWERS])
    client = await platform.call(platform.sdk.get_client_by_authorization_code, code.code)
    assert await platform.call(client.tag.create, "常客")
    assert await platform.refused(client.menu.get) == 61007
    assert await platform.refused(client.message.send_text, "o" * 28, "你好") == 61007
    assert await platform.call(client.misc.get_wechat_ips)
    # With more than before the tokens that there are may do more.
    await platform.authorize(world.owner, account.channel, [Function.FOLLOWERS, Function.MENU])
    await until(
        platform,
        lambda: client.menu.create({"button": [{"type": "click", "name": "茶", "key": "T"}]}),
    )
    await platform.settle()
    assert platform.told[-1].type == "updateauthorized"
    assert [one.type for one in platform.told[1:]] == ["authorized", "updateauthorized"]
    # Neither kind of token does for the other kind of call.
    token = await account.call(lambda: account.sdk.access_token)
    own_appid = {"component_appid": platform.channel.appid}
    answer = await account.post(
        "/cgi-bin/component/api_create_preauthcode", own_appid, component_access_token=token
    )
    assert answer["errcode"] == 61014
    answer = await account.get("/cgi-bin/tags/get", access_token=platform.sdk.access_token)
    assert answer["errcode"] == 61015
    strange = platform.sdk
    assert await platform.refused(strange.get_authorizer_info, "wx0123456789abcdef") == 40013
    body = {"component_appid": "wx0123456789abcdef"}
    answer = await account.post(
        "/cgi-bin/component/api_create_preauthcode",
        body,
        component_access_token=platform.sdk.access_token,
    )
    assert answer["errcode"] == 61011


async def until(platform: Platform, call: object) -> None:
    """Try a call until it is no longer refused: what is granted counts everywhere soon."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            await platform.call(call)  # type: ignore[arg-type] # a call of the SDK
        except WeChatClientException:
            await asyncio.sleep(0.2)
        else:
            return
    raise AssertionError("still refused")


async def test_what_is_taken_back_ends_while_calls_run(
    platform: Platform, account: Account
) -> None:
    client = await act_for(platform, account)
    appid = account.channel.appid

    async def call_on() -> int:
        """Call until it is refused; the SDK itself asks for another token first."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                await platform.call(client.tag.get)
            except WeChatClientException as error:
                code: int = error.errcode
                return code
            await asyncio.sleep(0.05)
        raise AssertionError("never refused")

    async with asyncio.TaskGroup() as group:
        running = [group.create_task(call_on()) for _ in range(3)]
        await asyncio.sleep(0.2)
        await revoke(platform, account)
    assert [one.result() for one in running] == [61003, 61003, 61003]
    assert await platform.refused(platform.sdk.get_authorizer_info, appid) == 61003
    assert (await platform.call(platform.sdk.get_authorizer_list))["total_count"] == 0
    await platform.settle()
    assert (platform.told[-1].type, platform.told[-1].authorizer_appid) == ("unauthorized", appid)
    # The account's own program works on.
    assert await account.call(account.sdk.tag.get)


async def test_one_code_makes_one_set_of_tokens(
    platform: Platform, account: Account, world: World
) -> None:
    code = await platform.authorize(world.owner, account.channel)
    assert await platform.call(lambda: platform.sdk.access_token)

    async def bring() -> int:
        try:
            await platform.call(platform.sdk.query_auth, code.code)
        except WeChatClientException as error:
            errcode: int = error.errcode
            return errcode
        return 0

    outcomes = sorted(await asyncio.gather(*(bring() for _ in range(6))))
    assert outcomes == [0, 61009, 61009, 61009, 61009, 61009]


async def test_options_are_read_and_set(platform: Platform, account: Account) -> None:
    await act_for(platform, account)
    sdk, appid = platform.sdk, account.channel.appid
    for name in ("location_report", "voice_recognize", "customer_service"):
        before = await platform.call(sdk.get_authorizer_option, appid, name)
        assert before == {"authorizer_appid": appid, "option_name": name, "option_value": "1"}
        await platform.call(sdk.set_authorizer_option, appid, name, "0")
        after = await platform.call(sdk.get_authorizer_option, appid, name)
        assert after["option_value"] == "0"
    assert await platform.refused(sdk.get_authorizer_option, appid, "colour") == 61012
    assert await platform.refused(sdk.set_authorizer_option, appid, "location_report", "3") == 61013
    await platform.call(sdk.set_authorizer_option, appid, "location_report", "2")
    assert await platform.refused(sdk.set_authorizer_option, appid, "voice_recognize", "2") == 61013


async def test_a_platform_hears_and_answers_what_people_say(
    platform: Platform, account: Account, world: World
) -> None:
    lin = await world.person("lin")
    await act_for(platform, account)
    await follow_as(world, lin, account.channel.channel_id)
    await platform.settle()
    appid, message = platform.heard[-1]
    assert appid == account.channel.appid
    assert (message.event, message.target) == ("subscribe", account.channel.original_id)
    await revoke(platform, account)
    other = await world.person("wu")
    await follow_as(world, other, account.channel.channel_id)
    await platform.settle()
    assert len(platform.heard) == 1


async def test_what_waits_for_a_platform_is_its_own(
    platform: Platform, account: Account, world: World
) -> None:
    await act_for(platform, account)
    waiting = "select count(*) from pushes.pushes where channel_id = $1 and state = 'waiting'"
    channel = account.channel
    mine = own(account)
    serving = SetServer(**mine, url=f"{platform.url}/own", token=TOKEN, aes_key=AES_KEY)
    await world.office.run(set_server, serving, SYSTEM)
    async with world.office.begin() as work:
        asked = "select candidate_id from pushes.candidates where channel_id = $1"
        candidate_id = await work.db.fetchval(asked, channel.channel_id)
    check = FinishCheck(
        channel_id=int(channel.channel_id),
        candidate_id=candidate_id,
        outcome=Outcome.ACKNOWLEDGED,
    )
    await world.office.run(finish_check, check, SYSTEM)
    lin = await world.person("lin")
    await follow_as(world, lin, channel.channel_id)
    # The account's own server goes, and what the platform is to be told is told.
    await world.office.run(remove_server, RemoveServer(**mine), world.owner)
    await platform.settle()
    assert [message.event for _, message in platform.heard] == ["subscribe"]
    # What waits when it is taken back is told to nobody who comes later.
    wu = await world.person("wu")
    await follow_as(world, wu, channel.channel_id)
    async with world.office.begin() as work:
        assert await work.db.fetchval(waiting, channel.channel_id) == 1
    await revoke(platform, account)
    async with world.office.begin() as work:
        assert await work.db.fetchval(waiting, channel.channel_id) == 0
    async with open_platform(world, name="微店通", owner="hao") as later:
        await later.authorize(world.owner, channel)
        await later.settle()
        assert not later.heard
        assert len(platform.heard) == 1
        # A week later nothing is left of it.
        await world.advance(timedelta(days=8))
        await world.settle()
        count = "select count(*) from pushes.pushes where channel_id = $1"
        async with world.office.begin() as work:
            assert await work.db.fetchval(count, channel.channel_id) == 0


async def test_a_platform_is_told_where_it_says_while_owners_say_yes_and_no(
    platform: Platform, account: Account, world: World
) -> None:
    urls = [f"{platform.url}/{number}/$APPID$" for number in range(6)]
    for _ in range(3):
        await asyncio.gather(
            platform.authorize(world.owner, account.channel),
            *(
                world.office.run(
                    set_platform, SetPlatform(**own(platform), message_url=url), SYSTEM
                )
                for url in urls
            ),
        )
        await asyncio.gather(
            revoke(platform, account),
            *(
                world.office.run(
                    set_platform, SetPlatform(**own(platform), message_url=url), SYSTEM
                )
                for url in urls
            ),
        )
        async with world.office.begin() as work:
            assert not await work.db.fetch("select * from pushes.relays")
    # The world's last check is that it is told nowhere else than it says.


async def test_messages_are_heard_by_one_platform_only(
    platform: Platform, account: Account, world: World
) -> None:
    async with open_platform(world, name="微店通", owner="hao") as rival:
        every = [Function.MESSAGES, Function.FOLLOWERS]
        outcomes = await asyncio.gather(
            platform.authorize(world.owner, account.channel, every),
            rival.authorize(world.owner, account.channel, every),
            return_exceptions=True,
        )
        (refused,) = [one for one in outcomes if isinstance(one, Refusal)]
        assert refused.code == "platforms.function_held"
        winner = platform if outcomes[1] is refused else rival
        loser = rival if winner is platform else platform
        # What only one may have can be had without it by the other.
        await loser.authorize(world.owner, account.channel, [Function.FOLLOWERS])
        await loser.settle()
        await winner.settle()
        assert winner.told[-1].type == loser.told[-1].type == "authorized"
        lin = await world.person("lin")
        await follow_as(world, lin, account.channel.channel_id)
        await winner.settle()
        await loser.settle()
        assert (len(winner.heard), len(loser.heard)) == (1, 0)


async def test_no_token_outlives_what_was_taken_back(
    platform: Platform, account: Account, world: World
) -> None:
    await act_for(platform, account)
    sdk, appid = platform.sdk, account.channel.appid
    refresh = sdk.session.get(f"{appid}_refresh_token")

    async def ask() -> int:
        try:
            await platform.call(sdk.refresh_authorizer_token, appid, refresh)
        except WeChatClientException as error:
            errcode: int = error.errcode
            return errcode
        return 0

    outcomes = await asyncio.gather(*(ask() for _ in range(5)), revoke(platform, account))
    assert set(outcomes[:5]) <= {0, 61003}
    # The world's last check is that no token is there without a yes.
    async with world.office.begin() as work:
        left = await work.db.fetchval("select count(*) from tokens.tokens where via_id <> 0")
    assert left == 0


async def test_quotas_are_set_back_by_the_platform(platform: Platform, account: Account) -> None:
    body = {
        "component_appid": platform.channel.appid,
        "appid": account.channel.appid,
        "appsecret": platform.secret,
    }
    path = "/cgi-bin/component/clear_quota/v2"
    assert (await account.post(path, body))["errcode"] == 61003
    await act_for(platform, account)
    assert (await account.post(path, body))["errcode"] == 0
    assert (await account.post(path, body | {"appsecret": "x"}))["errcode"] == 40125
    for _ in range(9):
        assert (await account.post(path, body))["errcode"] == 0
    assert (await account.post(path, body))["errcode"] == 48006


_paths = (
    "api_component_token",
    "api_start_push_ticket",
    "api_create_preauthcode",
    "api_query_auth",
    "api_authorizer_token",
    "api_get_authorizer_info",
    "api_get_authorizer_list",
    "api_get_authorizer_option",
    "api_set_authorizer_option",
    "clear_quota/v2",
)


@pytest.mark.parametrize("path", _paths)
async def test_nonsense_is_refused_by_name(platform: Platform, path: str) -> None:
    token = await platform.call(lambda: platform.sdk.access_token)
    url = f"https://api.weixin.qq.com/cgi-bin/component/{path}"
    own = {"component_appid": platform.channel.appid}
    bodies = (
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"component_appid": 7}',
        b'{"component_appid": "\\u0000"}',
        json.dumps(own | {"authorizer_appid": "x" * 5000}).encode(),
        json.dumps(own | {"authorizer_appid": "wx0123456789abcdef", "option_name": []}).encode(),
        json.dumps(own | {"offset": -1, "count": 10**9}).encode(),
        json.dumps(own | {"authorization_code": "\ud83d" * 40}).encode(),
    )
    for body in bodies:
        answer = await platform.call(
            requests.post,
            url,
            data=body,
            params={"component_access_token": token},
            timeout=30,
        )
        assert answer.status_code == 200
        told = answer.json()
        assert told.get("errcode", 0) != -1, (path, body)
        is_whole = body == bodies[6] or "pre_auth_code" in told or "list" in told
        assert told.get("errcode") or is_whole, (path, body, told)
