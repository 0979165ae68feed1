"""Accounts bound together know each person by one unionid, by an unmodified SDK."""

from __future__ import annotations

import asyncio

from wechatpy import WeChatOAuth

from banyan.base.errors import Refusal
from banyan.reach.channels import (
    ChannelKind,
    CreateProvider,
    ListFollowers,
    create_provider,
    ensure_openids,
    list_followers,
)
from banyan.reach.consents import (
    Authorize,
    EnterApp,
    Scope,
    authorize,
    enter_app,
)
from tests.doors.wechat.test_oauth import REDIRECT, allow_domain
from tests.kit.loyalty import follow_as, second_office
from tests.kit.wechat import Account, open_account
from tests.kit.world import World


async def test_no_unionid_is_told_before_accounts_are_bound(account: Account, world: World) -> None:
    lin = await world.person("lin")
    await follow_as(world, lin, account.channel.channel_id)
    (openid,) = await account.call(lambda: list(account.sdk.user.iter_followers()))
    assert "unionid" not in await account.call(account.sdk.user.get, openid)
    appid = account.channel.appid
    assert await account.refused(account.sdk.wxa.get_open, appid) == 89002
    assert await account.refused(account.sdk.wxa.get_open, "wx0123456789abcdef") == 40013
    token = await account.call(lambda: account.sdk.access_token)
    have = await account.get("/cgi-bin/open/have", access_token=token)
    assert have == {"errcode": 0, "errmsg": "ok", "have_open": False}
    same = "/cgi-bin/open/sameentity"
    assert (await account.get(same, access_token=token))["errcode"] == 89002
    await account.call(account.sdk.wxa.create_open, appid)
    assert (await account.get(same, access_token=token))["same_entity"] is True
    assert (await account.get("/cgi-bin/open/have", access_token=token))["have_open"] is True


async def test_bound_accounts_share_a_unionid(account: Account, world: World) -> None:
    lin, wu = await world.person("lin"), await world.person("wu")
    await allow_domain(world, account)
    async with open_account(world, kind=ChannelKind.MINIAPP, name="榕树小程序") as app:
        own, appid = account.channel.appid, app.channel.appid
        open_appid = await account.call(account.sdk.wxa.create_open, own)
        assert await account.call(account.sdk.wxa.get_open, own) == open_appid
        assert await account.refused(account.sdk.wxa.create_open, own) == 89000
        await app.call(app.sdk.wxa.bind_open, appid, open_appid)
        assert await app.refused(app.sdk.wxa.bind_open, appid, open_appid) == 89000

        await follow_as(world, lin, account.channel.channel_id)
        await follow_as(world, wu, account.channel.channel_id)
        openids = await account.call(lambda: list(account.sdk.user.iter_followers()))
        people = await account.call(account.sdk.user.get_batch, openids)
        one = await account.call(account.sdk.user.get, openids[0])
        assert one["unionid"] == people[0]["unionid"]
        assert len({person["unionid"] for person in people}) == 2

        entered = await world.office.run(enter_app, EnterApp(appid=appid), lin)
        session = await app.call(app.sdk.wxa.code_to_session, entered.code)
        assert session["unionid"] in {person["unionid"] for person in people}
        assert session["openid"] not in openids

        asking = Authorize(appid=own, redirect=REDIRECT, scope=Scope.PROFILE, is_allowed=True)
        code = (await world.office.run(authorize, asking, lin)).code
        oauth = WeChatOAuth(own, account.secret, REDIRECT, "snsapi_userinfo")
        told = await account.call(oauth.fetch_access_token, code)
        assert told["unionid"] == session["unionid"]
        again = await account.call(oauth.refresh_access_token, told["refresh_token"])
        assert again["unionid"] == session["unionid"]
        user = await account.call(oauth.get_user_info)
        assert user["unionid"] == session["unionid"]

        silent = Authorize(appid=own, redirect=REDIRECT, scope=Scope.BASE)
        code = (await world.office.run(authorize, silent, lin)).code
        assert "unionid" not in await account.call(oauth.fetch_access_token, code)

        query = ListFollowers(merchant_id=world.merchant_id, channel_id=account.channel.channel_id)
        listed = (await world.office.run(list_followers, query, world.owner)).items
        assert {one.unionid for one in listed} == {person["unionid"] for person in people}

        await account.call(account.sdk.wxa.unbind_open, own, open_appid)
        assert await account.refused(account.sdk.wxa.unbind_open, own, open_appid) == 89002
        assert "unionid" not in await account.call(account.sdk.user.get, openids[0])
        assert await app.call(app.sdk.wxa.get_open, appid) == open_appid
        # Who comes back is known by the same name again.
        await account.call(account.sdk.wxa.bind_open, own, open_appid)
        assert await account.call(account.sdk.user.get, openids[0]) == one


async def test_accounts_of_others_cannot_be_bound(account: Account, world: World) -> None:
    open_appid = await account.call(account.sdk.wxa.create_open, account.channel.appid)
    theirs = await world.merchant("隔壁茶馆", owner="chen")
    async with open_account(world, name="隔壁茶馆", merchant_id=theirs) as other:
        own = other.channel.appid
        assert await other.refused(other.sdk.wxa.bind_open, own, open_appid) == 89001
        assert await other.refused(other.sdk.wxa.unbind_open, own, open_appid) == 89001
        assert await other.refused(other.sdk.wxa.bind_open, own, "wx0123456789abcdef") == 89002
        assert await other.refused(other.sdk.wxa.bind_open, own, "") == 40035


async def test_rivals_make_one_provider(account: Account, world: World) -> None:
    command = CreateProvider(merchant_id=world.merchant_id, channel_id=account.channel.channel_id)
    async with second_office(world) as rival:
        outcomes = await asyncio.gather(
            *(
                office.run(create_provider, command, world.owner)
                for office in (world.office, rival) * 4
            ),
            return_exceptions=True,
        )
    refused = [one for one in outcomes if isinstance(one, Refusal)]
    assert len(refused) == 7
    assert {one.code for one in refused} == {"providers.bound_already"}


async def test_the_same_unionid_is_told_to_all_who_ask_at_once(
    account: Account, world: World
) -> None:
    lin = await world.person("lin")
    await account.call(account.sdk.wxa.create_open, account.channel.appid)
    async with world.office.begin() as work:
        openids = await ensure_openids(work, account.channel.channel_id, [lin.person_id])
    openid = openids[lin.person_id]
    told = await asyncio.gather(*(account.call(account.sdk.user.get, openid) for _ in range(6)))
    assert len({one["unionid"] for one in told}) == 1
    assert {one["subscribe"] for one in told} == {0}
