"""OAuth 2 and mini program sign-in, by unmodified SDKs, browsers and the sandbox."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio
from wechatpy import WeChatOAuth
from wechatpy.exceptions import WeChatOAuthException

from banyan.reach.channels import ChangeChannel, ChannelKind, change_channel
from banyan.reach.consents import Authorize, EnterApp, Scope, authorize, enter_app
from tests.kit.pages import Browser, open_browser
from tests.kit.wechat import Account, open_account
from tests.kit.world import SYSTEM, World

REDIRECT = "https://shop.example.com/back?from=menu#top"


@pytest_asyncio.fixture
async def site(world: World) -> AsyncIterator[Account]:
    """A site where people sign in by scanning."""
    async with open_account(world, kind=ChannelKind.SITE, name="榕树网站") as opened:
        await allow_domain(world, opened)
        yield opened


@pytest_asyncio.fixture
async def miniapp(world: World) -> AsyncIterator[Account]:
    """A mini program."""
    async with open_account(world, kind=ChannelKind.MINIAPP, name="榕树小程序") as opened:
        yield opened


async def allow_domain(world: World, account: Account, domain: str = "shop.example.com") -> None:
    """Let the account send people back to a domain."""
    command = ChangeChannel(
        merchant_id=account.channel.merchant_id,  # type: ignore[arg-type] # an id of the same merchant
        channel_id=account.channel.channel_id,
        oauth_domain=domain,
    )
    await world.office.run(change_channel, command, SYSTEM)


def oauth_of(account: Account, scope: str = "snsapi_base", state: str = "x1") -> WeChatOAuth:
    """The SDK's OAuth class for an account."""
    return WeChatOAuth(account.channel.appid, account.secret, REDIRECT, scope, state)


def path_of(url: str) -> str:
    """An address at WeChat's host as one of ours."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def answer_in(location: str) -> dict[str, str]:
    """What comes back to the site; the rest of its address must be as it was."""
    parts = urlsplit(location)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "shop.example.com", "/back")
    assert parts.fragment == "top"
    query = {name: texts[0] for name, texts in parse_qs(parts.query).items()}
    assert query.pop("from") == "menu"
    return query


async def open_silently(browser: Browser, oauth: WeChatOAuth) -> str:
    """Open an authorise address that asks nobody; the code that comes back."""
    page = await browser.client.get(path_of(oauth.authorize_url))
    assert page.status_code == 302
    told = answer_in(page.headers["location"])
    assert told["state"] == oauth.state
    return told["code"]


async def refused(account: Account, method: object, *arguments: object) -> int:
    """The code with which OAuth is refused."""
    with pytest.raises(WeChatOAuthException) as told:
        await account.call(method, *arguments)  # type: ignore[arg-type] # a method of the SDK
    errcode: int = told.value.errcode
    return errcode


async def test_an_openid_is_told_silently_and_a_code_works_once(
    account: Account, world: World
) -> None:
    await allow_domain(world, account)
    oauth = oauth_of(account)
    async with open_browser(world, "lin") as browser:
        code = await open_silently(browser, oauth)
        told = await account.call(oauth.fetch_access_token, code)
        assert told["expires_in"] == 7200
        assert told["scope"] == "snsapi_base"
        assert len(told["openid"]) == 28
        assert await account.call(oauth.check_access_token)
        assert await refused(account, oauth.get_user_info) == 48001
        assert await refused(account, oauth.fetch_access_token, code) == 40163
        assert await refused(account, oauth.fetch_access_token, "nonsense") == 40029
        late = await open_silently(browser, oauth)
        await world.advance(timedelta(minutes=5))
        assert await refused(account, oauth.fetch_access_token, late) == 42003
        again = await open_silently(browser, oauth)
        assert (await account.call(oauth.fetch_access_token, again))["openid"] == told["openid"]
    assert "consents.granted" not in await world.events()


async def test_a_profile_is_told_when_the_person_allows_it(account: Account, world: World) -> None:
    await allow_domain(world, account)
    oauth = oauth_of(account, "snsapi_userinfo", "订单 7&x=1")
    query = {
        "appid": account.channel.appid,
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "scope": "snsapi_userinfo",
        "state": "订单 7&x=1",
    }
    async with open_browser(world, "lin") as browser:
        url = browser.client.build_request(
            "GET", "/connect/oauth2/authorize", params=query
        ).url.raw_path.decode()
        await browser.open(url)
        assert "榕树茶馆" in browser.words
        assert "你的昵称" in browser.words
        form = {name: query[name] for name in ("appid", "redirect_uri", "scope", "state")}
        await browser.send("/connect/oauth2/authorize", form, answer="refuse")
        assert 'http-equiv="refresh"' in browser.page.text
        assert "code=" not in browser.page.text
        await browser.send("/connect/oauth2/authorize", form, answer="allow")
        url = browser.page.text.split('content="0;url=')[1].split('"')[0].replace("&amp;", "&")
        told = answer_in(url)
        assert told["state"] == query["state"]
        tokens = await account.call(oauth.fetch_access_token, told["code"])
        assert tokens["scope"] == "snsapi_userinfo"
        user = await account.call(oauth.get_user_info)
        assert user["nickname"]
        assert user["openid"] == tokens["openid"]
        # Allowed once, it is silent the next time, until it is taken back.
        oauth.state = "s2"
        await open_silently(browser, oauth)
        await browser.open("/me/consents")
        assert "榕树茶馆" in browser.words
        await browser.send(f"/me/consents/{account.channel.channel_id:d}/revoke")
        assert "暂无授权" in browser.words
        assert await refused(account, oauth.get_user_info) == 40001
        await browser.open(path_of(oauth.authorize_url))
        assert "你的昵称" in browser.words
    kinds = await world.events()
    assert [kinds.count(f"consents.{one}") for one in ("granted", "revoked")] == [1, 1]


async def test_tokens_live_on_when_they_are_refreshed(account: Account, world: World) -> None:
    await allow_domain(world, account)
    oauth = oauth_of(account)
    lin = await world.person("lin")
    command = Authorize(appid=account.channel.appid, redirect=REDIRECT, scope=Scope.BASE)
    code = (await world.office.run(authorize, command, lin)).code
    first = await account.call(oauth.fetch_access_token, code)
    await world.advance(timedelta(hours=1))
    same = await account.call(oauth.refresh_access_token, first["refresh_token"])
    assert same["access_token"] == first["access_token"]
    await world.advance(timedelta(minutes=119))
    assert await account.call(oauth.check_access_token)
    await world.advance(timedelta(minutes=2))
    assert await refused(account, oauth.check_access_token) == 42001
    other = await account.call(oauth.refresh_access_token, first["refresh_token"])
    assert other["access_token"] != first["access_token"]
    assert other["openid"] == first["openid"]
    assert await account.call(oauth.check_access_token)
    assert await refused(account, oauth.check_access_token, "o" * 28) == 40003
    assert await refused(account, oauth.check_access_token, None, "nonsense") == 40001
    assert await refused(account, oauth.refresh_access_token, "nonsense") == 40030
    assert await refused(account, oauth.refresh_access_token, "") == 41003
    await world.advance(timedelta(days=30))
    assert await refused(account, oauth.refresh_access_token, first["refresh_token"]) == 42002


@pytest.mark.parametrize(
    ("changed", "errcode", "says"),
    [
        ({"grant_type": "x"}, 40002, "invalid grant_type"),
        ({"appid": ""}, 41002, "appid missing"),
        ({"appid": "wx0000000000000000"}, 40013, "invalid appid"),
        ({"secret": ""}, 41004, "appsecret missing"),
        ({"secret": "0" * 32}, 40125, "invalid appsecret"),
        ({"code": ""}, 41008, "missing code"),
        ({"code": "c" * 600}, 40029, "invalid code"),
    ],
)
async def test_what_is_wrong_with_an_exchange_is_named(
    account: Account, changed: dict[str, str], errcode: int, says: str
) -> None:
    query = {
        "appid": account.channel.appid,
        "secret": account.secret,
        "code": "021",
        "grant_type": "authorization_code",
    }
    told = await account.get("/sns/oauth2/access_token", **(query | changed))
    assert told["errcode"] == errcode
    assert told["errmsg"].startswith(says)


@pytest.mark.parametrize(
    ("changed", "number"),
    [
        ({"redirect_uri": "https://evil.example.com/"}, "10003"),
        ({"redirect_uri": "https://shop.example.com@evil.example.com/"}, "10003"),
        ({"redirect_uri": "https://evil.example.com\\@shop.example.com/"}, "10003"),
        ({"redirect_uri": "https://www.shop.example.com/"}, "10003"),
        ({"redirect_uri": "javascript:alert(1)"}, "10003"),
        ({"redirect_uri": ""}, ""),
        ({"scope": "snsapi_login"}, "10005"),
        ({"scope": ""}, "10005"),
        ({"appid": "wx0000000000000000"}, "10016"),
        ({"state": "s" * 129}, ""),
    ],
)
async def test_nobody_is_sent_where_the_account_did_not_say(
    account: Account, world: World, changed: dict[str, str], number: str
) -> None:
    await allow_domain(world, account)
    query = {
        "appid": account.channel.appid,
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "scope": "snsapi_base",
        "state": "",
    }
    async with open_browser(world, "lin") as browser:
        page = await browser.client.get("/connect/oauth2/authorize", params=query | changed)
        assert page.status_code == (404 if "appid" in changed else 400)
        assert "location" not in page.headers
        assert number in page.text


async def test_without_a_domain_or_a_session_nothing_is_told(
    account: Account, world: World
) -> None:
    oauth = oauth_of(account)
    async with open_browser(world, "lin") as browser:
        page = await browser.client.get(path_of(oauth.authorize_url))
        assert page.status_code == 400
    await allow_domain(world, account)
    async with open_browser(world) as browser:
        page = await browser.client.get(path_of(oauth.authorize_url))
        assert page.status_code == 303
        assert page.headers["location"].startswith("/sign-in?next=%2Fconnect%2Foauth2")


async def test_a_site_signs_people_in_by_their_phone(site: Account, world: World) -> None:
    oauth = oauth_of(site, "snsapi_login", "s3")
    assert "snsapi_login" in oauth.qrconnect_url
    async with open_browser(world) as desk, open_browser(world, "lin") as phone:
        await desk.open(path_of(oauth.qrconnect_url))
        assert "榕树网站" in desk.words
        poll = desk.page.text.split('hx-get="')[1].split('"')[0]
        headers = {"hx-request": "true"}
        assert "等待扫码" in (await desk.client.get(poll, headers=headers)).text
        ticket = poll.split("ticket=")[1]
        await phone.open(f"/connect/confirm/{ticket}")
        assert "shop.example.com" in phone.words
        assert "已扫码" in (await desk.client.get(poll, headers=headers)).text
        # Who only saw the picture gets nothing, and nobody else may answer.
        stolen = await phone.client.get(poll, headers=headers)
        assert "hx-redirect" not in stolen.headers
        async with open_browser(world, "wu") as other:
            await other.open(f"/connect/confirm/{ticket}", status=400)
        await phone.send(f"/connect/confirm/{ticket}", answer="allow")
        assert "已登录该网站" in phone.words
        sent = await desk.client.get(poll, headers=headers)
        told = answer_in(sent.headers["hx-redirect"])
        assert told["state"] == "s3"
        assert "hx-redirect" not in (await desk.client.get(poll, headers=headers)).headers
    tokens = await site.call(oauth.fetch_access_token, told["code"])
    assert tokens["scope"] == "snsapi_login"
    user = await site.call(oauth.get_user_info)
    assert user["nickname"]


async def test_a_site_is_told_nothing_when_the_phone_refuses(site: Account, world: World) -> None:
    oauth = oauth_of(site, "snsapi_login", "s4")
    async with open_browser(world) as desk, open_browser(world, "lin") as phone:
        await desk.open(path_of(oauth.qrconnect_url))
        poll = desk.page.text.split('hx-get="')[1].split('"')[0]
        ticket = poll.split("ticket=")[1]
        await phone.send(f"/connect/confirm/{ticket}", answer="refuse")
        sent = await desk.client.get(poll, headers={"hx-request": "true"})
        assert answer_in(sent.headers["hx-redirect"]) == {"state": "s4"}


async def test_a_mini_program_learns_who_opened_it(miniapp: Account, world: World) -> None:
    lin = await world.person("lin")

    async def enter() -> str:
        command = EnterApp(appid=miniapp.channel.appid)
        return (await world.office.run(enter_app, command, lin)).code

    code = await enter()
    wxa = miniapp.sdk.wxa
    session = await miniapp.get(
        "/sns/jscode2session",
        appid=miniapp.channel.appid,
        secret=miniapp.secret,
        js_code=code,
        grant_type="authorization_code",
    )
    assert len(session["openid"]) == 28
    assert len(session["session_key"]) == 24
    assert await miniapp.refused(wxa.code_to_session, code) == 40163
    again = await miniapp.call(wxa.code_to_session, await enter())
    assert again["openid"] == session["openid"]
    assert again["session_key"] != session["session_key"]

    async def check(path: str, key: str) -> dict[str, object]:
        signature = hmac.new(key.encode(), b"", hashlib.sha256).hexdigest()
        answer: dict[str, object] = await miniapp.get(
            path,
            access_token=miniapp.sdk.access_token,
            openid=session["openid"],
            signature=signature,
            sig_method="hmac_sha256",
        )
        return answer

    assert (await check("/wxa/checksession", again["session_key"]))["errcode"] == 0
    assert (await check("/wxa/checksession", session["session_key"]))["errcode"] == 87009
    renewed = await check("/wxa/resetusersessionkey", again["session_key"])
    assert (await check("/wxa/checksession", str(renewed["session_key"])))["errcode"] == 0
    # A code for one thing is worth nothing for another.
    oauth = oauth_of(miniapp)
    assert await refused(miniapp, oauth.fetch_access_token, await enter()) == 40029
    with_token = {"access_token": miniapp.sdk.access_token}
    assert (await miniapp.get("/cgi-bin/menu/get", **with_token))["errcode"] == 48001
