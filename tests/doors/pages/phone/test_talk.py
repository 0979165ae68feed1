"""The conversation with an account on the phone: both sides, saying something, live and escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from banyan.outside.storage import FolderFiles
from banyan.reach.channels import ButtonKind, Channel, MenuButton, SetMenu, set_menu
from banyan.reach.media import PORTS as PORTS_OF_MEDIA
from banyan.reach.pushes import PORTS, Push, PushId, PushKind, PushState, Reply, ReplyKind
from banyan.reach.talks import (
    Article,
    AttendTalk,
    Choice,
    Content,
    ContentKind,
    Keyword,
    ShowTyping,
    add_agent,
    add_rule,
    attend_talk,
    show_typing,
)
from banyan.wire.qr import render_png
from tests.doors.wechat.test_media import picture
from tests.kit.pages import open_browser
from tests.kit.scene import set_scene
from tests.kit.talks import at_desk, follower, tell, text, write
from tests.kit.voices import silence
from tests.kit.world import SYSTEM, World

_state = re.compile(r'hx-get="([^"]+/latest\?state=[^"]+)"')


def a_push(world: World, channel: Channel, person_id: int, openid: str) -> Push:
    return Push(
        channel_id=channel.channel_id,
        push_id=PushId(1),
        person_id=PushId(person_id),
        openid=openid,
        kind=PushKind.TEXT,
        fields={},
        state=PushState.WAITING,
        created_at=world.now,
    )


async def test_what_is_said_and_answered_is_seen(world: World) -> None:
    scene = await set_scene(world)
    channel = scene.channel
    await follower(world, channel)
    rule = {"name": "茶", "keywords": [Keyword(text="茶")], "replies": [text("有龙井 <b>")]}
    await at_desk(world, add_rule, channel, world.owner, **rule)
    path = f"/inbox/{channel.channel_id:d}"
    async with open_browser(world, "lin") as lin:
        await lin.open(path)
        latest = _state.search(lin.page.text)
        assert latest is not None
        await lin.open(latest[1], status=204)
        await lin.open(path)
        await lin.send(f"{path}/words", text="有什么茶？", idempotency_key=lin.key)
        assert lin.path == f"{path}?write=1"
        assert "你说 有什么茶？" in lin.words
        assert "有龙井 <b>" in lin.words
        assert "有龙井 &lt;b&gt;" in lin.page.text
        await lin.open(latest[1])
        assert "有龙井" in lin.words
        await lin.send(f"{path}/words", text=" ")
        assert "toast-warning" in lin.page.text
        await lin.send(f"{path}/words", text="x" * 3_000)
        assert "toast-warning" in lin.page.text


async def test_an_answer_is_tapped_and_links_are_safe(world: World) -> None:
    scene = await set_scene(world)
    channel = scene.channel
    lin_, openid = await follower(world, channel)
    await tell(
        world, lin_, channel, Content(kind=ContentKind.LOCATION, label="树下", latitude=30.0)
    )
    menu = Content(
        kind=ContentKind.MSGMENU,
        text="满意吗？",
        choices=[Choice(choice_id="7", text="很满意")],
        tail="谢谢",
    )
    await write(world, channel, openid, menu)
    articles = [Article(title="坏链接", url="javascript:alert(1)")]
    await write(world, channel, openid, Content(kind=ContentKind.NEWS, articles=articles))
    for kind in (ContentKind.MUSIC, ContentKind.MPNEWS, ContentKind.WXCARD):
        await write(world, channel, openid, Content(kind=kind, media_id="M", card_id="C"))
    picture = Reply(kind=ReplyKind.IMAGE, media_id="M")
    async with world.office.begin() as work:
        push = a_push(world, channel, lin_.person_id, openid)
        await PORTS.taker.take_reply(work, channel, push, picture)
    path = f"/inbox/{channel.channel_id:d}"
    async with open_browser(world, "lin") as lin:
        await lin.open("/inbox")
        assert "[图片]" in lin.words
        await lin.open(path)
        assert all(one in lin.words for one in ("树下", "图片", "音乐", "卡券", "坏链接"))
        assert "javascript:" not in lin.page.text
        mark = await world.mark()
        await lin.send(f"{path}/words", text="很满意", choice="7")
        assert "你说 很满意" in lin.words
    assert await world.events(mark) == ["talks.said"]


async def test_the_menu_and_the_keyboard_take_turns(world: World) -> None:
    scene = await set_scene(world)
    channel = scene.channel
    await follower(world, channel)
    buttons = [MenuButton(name="营业时间", kind=ButtonKind.CLICK, key="HOURS")]
    menu = SetMenu(merchant_id=world.merchant_id, channel_id=channel.channel_id, buttons=buttons)
    await world.office.run(set_menu, menu, world.owner)
    path = f"/inbox/{channel.channel_id:d}"
    async with open_browser(world, "lin") as lin:
        await lin.open(path)
        assert "营业时间" in lin.words
        assert 'name="text"' not in lin.page.text
        await lin.open(f"{path}?write=1")
        assert "营业时间" not in lin.words
        assert 'name="text"' in lin.page.text


async def test_who_attends_and_types_is_said_in_both_languages(world: World) -> None:
    scene = await set_scene(world)
    channel = scene.channel
    lin_, openid = await follower(world, channel)
    await tell(world, lin_, channel, "在吗")
    agent = {"handle": "anna@gh", "nickname": "安娜"}
    await at_desk(world, add_agent, channel, SYSTEM, **agent)
    own: dict[str, Any] = {
        "merchant_id": world.merchant_id,
        "channel_id": channel.channel_id,
        "openid": openid,
    }
    await world.office.run(attend_talk, AttendTalk(**own, handle="anna@gh"), SYSTEM)
    path = f"/inbox/{channel.channel_id:d}"
    async with open_browser(world, "lin") as lin:
        await lin.open(path)
        assert "安娜" in lin.words
        await world.office.run(show_typing, ShowTyping(**own, is_typing=True), SYSTEM)
        await lin.open(path)
        assert "对方正在输入" in lin.words
        await lin.send("/language", language="en", back="/me")
        await lin.open(path)
        assert "The other side is typing…" in lin.words
        assert "You said 在吗" in lin.words


async def test_more_than_words_is_sent_from_the_page(world: World, tmp_path: Path) -> None:
    PORTS_OF_MEDIA.connect(files=FolderFiles(tmp_path))
    scene = await set_scene(world)
    channel = scene.channel
    await follower(world, channel)
    kinds = (ButtonKind.SCANCODE_PUSH, ButtonKind.SCANCODE_WAITMSG, ButtonKind.PIC_SYSPHOTO)
    buttons = [MenuButton(name="按钮", kind=one, key=f"{one.value}&钮") for one in kinds]
    menu = SetMenu(merchant_id=world.merchant_id, channel_id=channel.channel_id, buttons=buttons)
    await world.office.run(set_menu, menu, world.owner)
    path = f"/inbox/{channel.channel_id:d}"
    headers = {"sec-fetch-site": "same-origin"}
    async with open_browser(world, "lin") as lin:

        async def send(
            way: str, status: int, files: Mapping[str, tuple[str, bytes]] | None = None, **data: str
        ) -> httpx.Response:
            answer = await lin.client.post(
                f"{path}/send/{way}", data=data, files=files, headers=headers
            )
            assert answer.status_code == status, answer.text
            return answer

        for way in ("picture", "voice", "place"):
            await lin.open(f"{path}/send/{way}")
        words = await send("picture", 422, {"picture": ("a.txt", b"words")})
        assert "请发送 PNG、JPEG 或 GIF 文件" in words.text
        words = await send("place", 422, latitude="200", longitude="here")
        assert words.text.count("field-error") == 2
        await lin.open(f"{path}/send/code", status=404)
        await lin.open(f"{path}/send/film", status=404)
        await send("picture", 422)
        await send("picture", 422, {"picture": ("x.png", b"no picture")})
        await send("picture", 303, {"picture": ("x.png", picture("PNG"))})
        await send("voice", 422, {"voice": ("x.wav", b"RIFF no sound")})
        await send("voice", 422, {"voice": ("x.wav", silence(61, rate=8_000))})
        await send("voice", 422, {"voice": ("x.wav", silence(2, rate=600_000))})
        await send("voice", 303, {"voice": ("x.wav", silence(2))})
        await send("place", 422, latitude="91", longitude="x")
        await send("place", 303, latitude="30.25", longitude="120.1", name="树下")
        await lin.open(path)
        assert ".mp3" in lin.page.text
        assert "树下" in lin.words

        # A tap leads to what the button asks for.
        await lin.send(f"{path}/taps", key="pic_sysphoto&钮")
        assert lin.path.startswith(f"{path}/send/picture?key=pic_sysphoto%26")
        assert "capture" in lin.page.text
        assert 'name="key" value="pic_sysphoto&amp;钮"' in lin.page.text
        await send("picture", 303, {"picture": ("x.png", picture("PNG"))}, key="pic_sysphoto&钮")
        code = render_png("https://a.example/1")
        push, wait = (f"{one.value}&钮" for one in kinds[:2])
        answer = await send("code", 200, {"picture": ("x.png", code)}, key=push)
        assert "https://a.example/1" in answer.text
        answer = await send("code", 303, key=push, text=f"{path}")
        assert "flash" in answer.headers["set-cookie"]
        await send("code", 303, key=wait, text="1")
        await send("code", 422, {"picture": ("x.png", picture("PNG"))}, key=wait)
