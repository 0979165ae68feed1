"""What a mini program writes to its users, by an unmodified SDK."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from banyan.outside.storage import FolderFiles
from banyan.reach.channels import ChannelKind, Follow, follow
from banyan.reach.media import PORTS
from banyan.reach.talks import EnterTalk, enter_talk
from banyan.reach.templates import Subscribe, subscribe
from banyan.reach.tokens import Function
from banyan.wire.qr import render_png
from tests.kit.loyalty import inbox
from tests.kit.miniapps import bring_out, user_of
from tests.kit.pages import open_browser
from tests.kit.platform import open_platform
from tests.kit.talks import my_talk, tell
from tests.kit.wechat import Account, open_account
from tests.kit.world import World

DATA = {"character_string1": {"value": "A23"}, "thing2": {"value": "总店"}}


@pytest_asyncio.fixture
async def app(world: World) -> AsyncIterator[Account]:
    """A mini program and its own program."""
    async with open_account(world, kind=ChannelKind.MINIAPP, name="榕树小程序") as opened:
        await opened.call(opened.sdk.fetch_access_token)
        await bring_out(world, opened.channel)
        yield opened


async def take(app: Account) -> str:
    """Take a form of the library."""
    token, new = {"access_token": app.sdk.access_token}, "/wxaapi/newtmpl/"
    assert (await app.get(f"{new}getcategory", **token))["data"]
    told: dict[str, Any] = await app.post(
        f"{new}addtemplate", {"tid": "1001", "kidList": [1, 2], "sceneDesc": "餐好了"}, **token
    )
    listed = await app.get(f"{new}gettemplate", **token)
    assert listed["data"][0]["priTmplId"] == told["priTmplId"]
    return str(told["priTmplId"])


async def test_a_user_gets_the_message_that_they_subscribed_to(app: Account, world: World) -> None:
    template_id = await take(app)
    lin, openid = await user_of(world, app.channel)
    send = app.sdk.wxa.send_subscribe_message
    assert await app.refused(send, openid, template_id, DATA) == 43101
    command = Subscribe(channel_id=app.channel.channel_id, template_id=template_id)
    await world.office.run(subscribe, command, lin)
    assert await app.refused(send, openid, template_id, DATA, page="pages/none/none") == 41030
    assert await app.refused(send, openid, "nothing", DATA) == 40037
    assert await app.refused(send, "o" * 28, template_id, DATA) == 40003
    assert await app.refused(send, openid, template_id, {}) == 47003
    told = await app.call(send, openid, template_id, DATA, page="pages/tea/tea?table=3")
    assert told["msgid"]
    assert await app.refused(send, openid, template_id, DATA) == 43101
    (notice,) = await inbox(world, lin)
    assert (notice.title, notice.body) == ("取餐提醒", "取餐号:A23\n门店:总店")
    assert notice.link.endswith(f"/m/{app.channel.appid}?p=pages/tea/tea&q=table%3D3&w=1014")
    state = {"touser": openid, "template_id": template_id, "miniprogram_state": "beta"}
    wrong = await app.post(
        "/cgi-bin/message/subscribe/send", state, access_token=app.sdk.access_token
    )
    assert wrong["errcode"] == 40097


async def test_messages_for_forms_that_were_sent_have_ended(app: Account) -> None:
    wxa = app.sdk.wxa
    assert await app.refused(wxa.list_library_templates) == 46101
    assert await app.refused(wxa.get_library_template, "AT0002") == 46101
    assert await app.refused(wxa.list_templates) == 46101
    assert await app.refused(wxa.add_template, "AT0002", [1, 2]) == 46101
    assert await app.refused(wxa.del_template, "x") == 46101
    assert await app.refused(wxa.send_template_message, "o" * 28, "x", DATA, "form") == 46101


async def test_customer_messages_follow_what_a_user_does(app: Account, world: World) -> None:
    lin, openid = await user_of(world, app.channel)
    message = app.sdk.message
    assert await app.refused(message.send_text, openid, "您好") == 45015
    entering = EnterTalk(channel_id=app.channel.channel_id, session_from="pages/tea/tea")
    await world.office.run(enter_talk, entering, lin)
    for _ in range(2):
        await app.call(message.send_text, openid, "您好")
    assert await app.refused(message.send_text, openid, "您好") == 45047
    await tell(world, lin, app.channel, "有龙井吗")
    card = {"title": "茶单", "pagepath": "pages/tea/tea", "thumb_media_id": "m"}
    token = {"access_token": app.sdk.access_token}
    send, typing = "/cgi-bin/message/custom/send", "/cgi-bin/message/custom/typing"
    body = {"touser": openid, "msgtype": "miniprogrampage", "miniprogrampage": card}
    assert (await app.post(send, body, **token))["errcode"] == 0
    link = {"title": "茶", "description": "新茶", "url": "https://a.example.com", "thumb_url": ""}
    body = {"touser": openid, "msgtype": "link", "link": link}
    assert (await app.post(send, body, **token))["errcode"] == 0
    assert await app.refused(message.send_voice, openid, "m") == 40008
    assert (
        await app.refused(
            message.send_articles,
            openid,
            [{"title": "a", "description": "b", "url": "https://a.example.com", "image": ""}],
        )
        == 40008
    )
    typed = {"touser": openid, "command": "Typing"}
    assert (await app.post(typing, typed, **token))["errcode"] == 0
    assert (await app.post(typing, typed, **token))["errcode"] == 45081
    told = await my_talk(world, lin, app.channel)
    kinds = [one.message.content.kind for one in told.items if one.message]
    assert kinds == ["link", "miniprogrampage", "text", "text", "text"]
    async with open_browser(world, "lin") as phone:
        await phone.open(f"/inbox/{app.channel.channel_id:d}")
        assert "茶单" in phone.words
        await phone.open("/inbox")
        assert "榕树小程序" in phone.words
        await phone.send(f"/m/{app.channel.appid}/contact", channel=int(app.channel.channel_id))
        await phone.send(f"{phone.path}/words", text="谢谢")
        assert "谢谢" in phone.words


async def test_media_are_taken_in_for_messages(app: Account, world: World, tmp_path: Path) -> None:
    PORTS.connect(files=FolderFiles(tmp_path))
    lin, openid = await user_of(world, app.channel)
    await tell(world, lin, app.channel, "发张图")
    taken = await app.call(app.sdk.media.upload, "image", ("a.png", render_png("x"), "image/png"))
    await app.call(app.sdk.message.send_image, openid, taken["media_id"])
    loaded = await app.call(app.sdk.media.download, taken["media_id"])
    assert loaded.headers["content-type"] == "image/png"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_an_account_of_the_same_merchant_carries_a_message(
    app: Account, world: World
) -> None:
    async with open_account(world, name="榕树茶馆") as account:
        taken = await account.call(account.sdk.template.add, "TM00004")
        lin, openid = await user_of(world, app.channel)
        message = {
            "appid": account.channel.appid,
            "template_id": taken,
            "url": "https://a.example.com",
            "miniprogram": {"appid": app.channel.appid, "pagepath": "pages/tea/tea?x=1"},
            "data": {"reason": {"value": "缺货"}, "refund": {"value": "12.00 元"}},
        }
        path = "/cgi-bin/message/wxopen/template/uniform_send"
        token = {"access_token": app.sdk.access_token}

        async def send(**changed: object) -> int:
            body = {"touser": openid, "mp_template_msg": message | changed}
            return int((await app.post(path, body, **token))["errcode"])

        assert await send() == 43004
        command = Follow(channel_id=account.channel.channel_id)
        await world.office.run(follow, command, lin)
        assert await send() == 0
        async with open_platform(world) as platform:
            # A platform that acts for the mini program needs the account's leave as well.
            code = await platform.authorize(world.owner, app.channel)
            client = await platform.call(platform.sdk.get_client_by_authorization_code, code.code)
            token["access_token"] = client.access_token
            assert await send() == 61003
            await platform.authorize(world.owner, account.channel, [Function.FOLLOWERS])
            assert await send() == 61007
            await platform.authorize(world.owner, account.channel, [Function.MASS])
            assert await send() == 0
        token["access_token"] = app.sdk.access_token
        assert await send(template_id="nothing") == 40037
        assert await send(appid="wx0000000000000000") == 40013
        gone = await app.post(path, {"touser": openid}, **token)
        assert gone["errcode"] == 46101
        notices = await inbox(world, lin)
        assert "退款通知" in [one.title for one in notices]
        async with open_browser(world, "lin") as phone:
            await phone.open(f"/inbox/{account.channel.channel_id:d}")
            assert f"/m/{app.channel.appid}?p=pages/tea/tea" in phone.page.text
