"""OAuth on behalf of accounts, options and phone numbers, by an unmodified SDK."""

from __future__ import annotations

from collections.abc import AsyncIterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import pytest_asyncio
from wechatpy.component import ComponentOAuth
from wechatpy.exceptions import WeChatComponentOAuthException

from banyan.reach.channels import ChannelKind, CreateProvider, create_provider
from banyan.reach.consents import EnterApp, SharePhone, enter_app, share_phone
from banyan.reach.talks import Content, ContentKind, ReportPlace, Say, report_place, say
from banyan.reach.tokens import Function
from tests.doors.wechat.test_oauth import allow_domain
from tests.kit.loyalty import follow_as
from tests.kit.pages import open_browser
from tests.kit.platform import Platform, open_platform
from tests.kit.wechat import Account, open_account
from tests.kit.world import World

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
BACK = "https://isv.example.com/back"


@pytest_asyncio.fixture
async def platform(account: Account, world: World) -> AsyncIterator[Platform]:
    """A platform beside an account."""
    assert account.sdk
    async with open_platform(world) as opened:
        yield opened


async def refused(platform: Platform, call: object, *arguments: object) -> int:
    """The code with which OAuth is refused."""
    with pytest.raises(WeChatComponentOAuthException) as told:
        await platform.call(call, *arguments)  # type: ignore[arg-type] # a method of the SDK
    errcode: int = told.value.errcode
    return errcode


async def test_a_platform_asks_on_behalf_of_an_account(
    platform: Platform, account: Account, world: World
) -> None:
    await platform.authorize(world.owner, account.channel)
    own = CreateProvider(merchant_id=world.merchant_id, channel_id=account.channel.channel_id)
    await world.office.run(create_provider, own, world.owner)
    oauth = ComponentOAuth(account.channel.appid, component=platform.sdk)
    url = await platform.call(oauth.get_authorize_url, BACK, "snsapi_userinfo", "s7")
    path = f"{urlsplit(url).path}?{urlsplit(url).query}"
    async with open_browser(world, "lin") as browser:
        await browser.open(path)
        assert "榕树茶馆" in browser.words
        form = {name: texts[0] for name, texts in parse_qs(urlsplit(url).query).items()}
        await browser.send("/connect/oauth2/authorize", form | {"answer": "allow"})
        back = browser.page.text.split('content="0;url=')[1].split('"')[0]
        # The second time nobody is asked.
        again = await browser.client.get(path)
        assert again.status_code == 302
    code = parse_qs(urlsplit(back.replace("&amp;", "&")).query)["code"][0]
    # The account's own secret is no use for a code that a platform asked for.
    query = {
        "appid": account.channel.appid,
        "secret": account.secret,
        "code": code,
        "grant_type": "authorization_code",
    }
    assert (await account.get("/sns/oauth2/access_token", **query))["errcode"] == 40029
    told = await platform.call(oauth.fetch_access_token, code)
    assert told["scope"] == "snsapi_userinfo"
    fresh = await platform.call(oauth.refresh_access_token, told["refresh_token"])
    assert fresh["openid"] == told["openid"]
    user = await platform.call(oauth.get_user_info)
    assert (user["nickname"], user["unionid"]) == ("Lin", told["unionid"])
    assert await refused(platform, oauth.fetch_access_token, code) == 40163
    assert await refused(platform, oauth.fetch_access_token, "nonsense") == 40029
    refresh = {
        "appid": account.channel.appid,
        "grant_type": "refresh_token",
        "refresh_token": told["refresh_token"],
    }
    assert (await account.get("/sns/oauth2/refresh_token", **refresh))["errcode"] == 40030
    # Without the function nobody is asked, nothing is refreshed, and nobody is known any more.
    await platform.authorize(world.owner, account.channel, [Function.FOLLOWERS])
    assert await refused(platform, oauth.get_user_info) == 61007
    assert await refused(platform, oauth.refresh_access_token, told["refresh_token"]) == 61007
    async with open_browser(world, "lin") as browser:
        await browser.open(path, status=400)


async def test_an_address_of_somebody_else_is_refused(
    platform: Platform, account: Account, world: World
) -> None:
    oauth = ComponentOAuth(account.channel.appid, component=platform.sdk)
    async with open_browser(world, "lin") as browser:
        for url in (BACK, "https://shop.example.com/back", "https://isv.example.com@evil.com/"):
            wanted = await platform.call(oauth.get_authorize_url, url)
            parts = urlsplit(wanted)
            await browser.open(f"{parts.path}?{parts.query}", status=400)
        await platform.authorize(world.owner, account.channel)
        for url in ("https://shop.example.com/back", "https://isv.example.com@evil.com/"):
            wanted = await platform.call(oauth.get_authorize_url, url)
            parts = urlsplit(wanted)
            await browser.open(f"{parts.path}?{parts.query}", status=400)


async def test_a_mini_program_signs_people_in_through_its_platform(
    platform: Platform, world: World
) -> None:
    lin = await world.person("lin")
    async with open_account(world, kind=ChannelKind.MINIAPP, name="榕树小程序") as app:
        appid = app.channel.appid
        query = {
            "appid": appid,
            "grant_type": "authorization_code",
            "component_appid": platform.channel.appid,
            "component_access_token": await platform.call(lambda: platform.sdk.access_token),
        }
        code = (await world.office.run(enter_app, EnterApp(appid=appid), lin)).code
        path = "/sns/component/jscode2session"
        assert (await app.get(path, **query, js_code=code))["errcode"] == 61003
        await platform.authorize(world.owner, app.channel)
        told = await app.get(path, **query, js_code=code)
        assert set(told) == {"openid", "session_key"}
        assert (await app.get(path, **query, js_code=code))["errcode"] == 40163


async def test_a_phone_number_is_given_once(world: World) -> None:
    lin = await world.person("lin")
    async with open_account(world, kind=ChannelKind.MINIAPP, name="榕树小程序") as app:
        token = await app.call(lambda: app.sdk.access_token)

        async def read(code: str) -> dict[str, Any]:
            path = "/wxa/business/getuserphonenumber"
            told: dict[str, Any] = await app.post(path, {"code": code}, access_token=token)
            return told

        sharing = SharePhone(appid=app.channel.appid)
        code = (await world.office.run(share_phone, sharing, lin)).code
        told = (await read(code))["phone_info"]
        assert told["phoneNumber"] == told["purePhoneNumber"] == "13800000001"
        assert told["countryCode"] == "86"
        assert told["watermark"]["appid"] == app.channel.appid
        assert (await read(code))["errcode"] == 40163
        assert (await read("x"))["errcode"] == 40029
        assert (await read(""))["errcode"] == 41008
        # A code for signing in tells no phone number, and the other way round.
        entered = (await world.office.run(enter_app, EnterApp(appid=app.channel.appid), lin)).code
        assert (await read(entered))["errcode"] == 40029
        other = (await world.office.run(share_phone, sharing, lin)).code
        assert await app.refused(app.sdk.wxa.code_to_session, other) == 40029


async def test_a_page_asks_for_a_phone_number(world: World) -> None:
    async with (
        open_account(world, kind=ChannelKind.MINIAPP, name="榕树小程序") as app,
        open_browser(world, "lin") as browser,
    ):
        await allow_domain(world, app)
        token = await app.call(lambda: app.sdk.access_token)
        query = {"appid": app.channel.appid, "scope": "phone_number", "state": "s"}
        query["redirect_uri"] = "https://shop.example.com/back"
        await browser.open(f"/connect/oauth2/authorize?{urlencode(query)}")
        assert "你的手机号" in browser.words
        await browser.send("/connect/oauth2/authorize", query | {"answer": "refuse"})
        assert "code=" not in browser.page.text
        # However often they said yes before, they are asked each time.
        for _ in range(2):
            await browser.open(f"/connect/oauth2/authorize?{urlencode(query)}")
            await browser.send("/connect/oauth2/authorize", query | {"answer": "allow"})
            back = unescape(browser.page.text).split('content="0;url=')[1].split('"')[0]
            (code,) = parse_qs(urlsplit(back).query)["code"]
            path = "/wxa/business/getuserphonenumber"
            told = await app.post(path, {"code": code}, access_token=token)
            assert told["phone_info"]["purePhoneNumber"] == "13800000001"


async def test_options_decide_what_is_told(
    platform: Platform, account: Account, world: World
) -> None:
    lin = await world.person("lin")
    channel_id = account.channel.channel_id
    await platform.authorize(world.owner, account.channel)
    await follow_as(world, lin, channel_id)

    async def act() -> list[object]:
        """Speak and tell the place; return what the platform heard."""
        before = len(platform.heard)
        voice = Content(kind=ContentKind.VOICE, media_id="m1", format="amr", text="来壶茶")
        await world.office.run(say, Say(channel_id=channel_id, content=voice), lin)
        place = ReportPlace(channel_id=channel_id, latitude=31.2, longitude=121.4)
        await world.office.run(report_place, place, lin)
        await platform.settle()
        return [message for _, message in platform.heard[before:]]

    await platform.settle()
    spoken, located = await act()
    assert spoken.recognition == "来壶茶"  # type: ignore[attr-defined] # a message of the SDK
    assert located.event == "location"  # type: ignore[attr-defined] # a message of the SDK
    sdk, appid = platform.sdk, account.channel.appid
    for name in ("location_report", "voice_recognize"):
        await platform.call(sdk.set_authorizer_option, appid, name, "0")
    (unheard,) = await act()
    assert not unheard.recognition  # type: ignore[attr-defined] # a message of the SDK


async def test_an_option_decides_whether_people_are_passed_on(
    platform: Platform, account: Account, world: World
) -> None:
    lin = await world.person("lin")
    channel_id = account.channel.channel_id
    await platform.authorize(world.owner, account.channel)
    await follow_as(world, lin, channel_id)
    await platform.settle()
    platform.is_passing_on = True
    sdk, appid = platform.sdk, account.channel.appid
    said = Say(channel_id=channel_id, content=Content(kind=ContentKind.TEXT, text="有人吗"))
    for value, waiting in (("0", 0), ("1", 1)):
        await platform.call(sdk.set_authorizer_option, appid, "customer_service", value)
        await world.office.run(say, said, lin)
        await platform.settle()
        told = await account.call(account.sdk.customservice.get_wait_case)
        assert told["count"] == waiting
