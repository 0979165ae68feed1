"""The console shows which platforms act for an account, takes it back, and links accounts."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from banyan.reach.channels import ChannelKind
from banyan.reach.platforms import ReadPlatform, read_platform
from tests.kit.pages import open_browser
from tests.kit.platform import Platform, open_platform
from tests.kit.wechat import Account, open_account
from tests.kit.world import SYSTEM, World


@pytest_asyncio.fixture
async def account(world: World) -> AsyncIterator[Account]:
    """A service account of Mei's."""
    async with open_account(world) as opened:
        yield opened


@pytest_asyncio.fixture
async def platform(account: Account, world: World) -> AsyncIterator[Platform]:
    """A platform beside the account."""
    assert account.sdk
    async with open_platform(world) as opened:
        yield opened


async def test_an_owner_takes_back_what_a_platform_may(
    platform: Platform, account: Account, world: World
) -> None:
    home = f"/console/channel/{account.channel.channel_id:d}/platforms"
    await platform.authorize(world.owner, account.channel)
    await platform.settle()
    async with open_browser(world, "mei") as browser:
        await browser.open(home.replace("platforms", "server"))
        assert "不再推送到自有服务器" in browser.words
        await browser.open(home)
        assert "云店助手" in browser.words
        assert "用户与标签管理" in browser.words
        await browser.send(f"{home}/{platform.channel.channel_id:d}/revoke")
        assert "已取消授权" in browser.words
        assert "未授权任何平台" in browser.words
    await platform.settle()
    assert platform.told[-1].type == "unauthorized"
    async with open_browser(world, "chen") as stranger:
        await stranger.open(home, status=404)


async def test_accounts_are_linked_and_unlinked(account: Account, world: World) -> None:
    async with open_account(world, kind=ChannelKind.MINIAPP, name="榕树小程序") as app:
        first = f"/console/channel/{account.channel.channel_id:d}/platforms"
        second = f"/console/channel/{app.channel.channel_id:d}/platforms"
        async with open_browser(world, "mei") as browser:
            await browser.open(first)
            await browser.send(f"{first}/link", {"provider_appid": ""})
            assert "已绑定" in browser.words
            own = account.channel.appid
            appid = await account.call(account.sdk.wxa.get_open, own)
            await browser.open(second)
            await browser.send(f"{second}/link", {"provider_appid": appid})
            assert await app.call(app.sdk.wxa.get_open, app.channel.appid) == appid
            await browser.send(f"{first}/unlink", {"provider_appid": appid})
            assert await account.refused(account.sdk.wxa.get_open, own) == 89002
            await browser.send(f"{second}/link", {"provider_appid": appid})
            assert "已绑定开放平台账号" in browser.words


async def test_a_provider_sets_its_platform(
    platform: Platform, account: Account, world: World
) -> None:
    home = f"/console/channel/{platform.channel.channel_id:d}/platforms"
    await platform.authorize(world.owner, account.channel)
    typed = {"message_url": "https://isv.example.com/$APPID$/callback", "allowed_ips": "127.0.0.1"}
    query = ReadPlatform(
        merchant_id=platform.channel.merchant_id,  # type: ignore[arg-type] # an id of the same merchant
        channel_id=platform.channel.channel_id,
    )
    async with open_browser(world, "chen") as browser:
        await browser.open(home)
        assert "榕树茶馆" in browser.words
        await browser.send(home, typed | {"message_url": "https://isv.example.com/"}, status=422)
        await browser.send(home, typed | {"allowed_ips": "nowhere"}, status=422)
        await browser.send(home, typed)
    settings = await world.office.run(read_platform, query, SYSTEM)
    assert settings.message_url == typed["message_url"]
    assert settings.allowed_ips == ["127.0.0.1"]
