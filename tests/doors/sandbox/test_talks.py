"""The sandbox's people talk to accounts: rules or a real program answer, and the inbox tells."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from wechatpy.replies import ArticlesReply, TextReply

from banyan.books.actor import SYSTEM
from banyan.doors.sandbox import Faults
from banyan.outside.callbacks import open_courier
from banyan.outside.storage import FolderFiles
from banyan.parties.merchants import MerchantId
from banyan.reach.broadcasts import ContentKind as BroadcastKind
from banyan.reach.broadcasts import SendMessage, send_message
from banyan.reach.channels import (
    ButtonKind,
    Channel,
    LeafButton,
    MenuButton,
    SetMenu,
    access_by_appid,
    set_menu,
)
from banyan.reach.media import PORTS as MEDIA
from banyan.reach.talks import (
    AddAgent,
    AddRule,
    InviteAgent,
    Keyword,
    WriteTo,
    add_agent,
    add_rule,
    invite_agent,
    write_to,
)
from tests.doors.wechat.test_media import picture
from tests.kit.receiver import AES_KEY, TOKEN, Receiver, serve_receiver
from tests.kit.talks import text
from tests.kit.web import open_client
from tests.kit.world import World


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        open_courier(wait_s=5.0, may_call_private=True) as courier,
        open_client(world, faults=Faults(), courier=courier) as client,
    ):
        yield client
    await world.settle()


async def post(client: httpx.AsyncClient, path: str, **body: object) -> dict[str, Any]:
    answer = await client.post(f"/sandbox{path}", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def open_talk(
    client: httpx.AsyncClient, world: World, **facts: object
) -> tuple[Channel, str, str]:
    """An account, the path of somebody who follows it, and what it knows them by."""
    made = await post(client, "/channels", kind="service", name="榕树茶馆", **facts)
    person = await post(client, "/people", nickname="lin")
    path = f"/people/{person['person']}"
    known = await post(client, f"{path}/follow", appid=made["appid"])
    async with world.office.begin() as work:
        channel = await access_by_appid(work.db, made["appid"])
    buttons = [MenuButton(name="营业", kind=ButtonKind.CLICK, key="HOURS")]
    menu = SetMenu(
        merchant_id=MerchantId(channel.merchant_id), channel_id=channel.channel_id, buttons=buttons
    )
    await world.office.run(set_menu, menu, SYSTEM)
    return channel, path, known["openid"]


async def test_rules_answer_what_is_said_and_tapped(
    client: httpx.AsyncClient, world: World
) -> None:
    channel, path, openid = await open_talk(client, world)
    rule = AddRule(
        merchant_id=MerchantId(channel.merchant_id),
        channel_id=channel.channel_id,
        name="营业",
        keywords=[Keyword(text="几点"), Keyword(text="HOURS")],
        replies=[text("九点到九点")],
    )
    await world.office.run(add_rule, rule, SYSTEM)
    said = await post(client, f"{path}/say", appid=channel.appid, kind="text", content="几点开门")
    (reply,) = said["replies"]
    assert (reply["kind"], reply["origin"], reply["content"]) == ("text", "rule", "九点到九点")
    assert said["msg_id"].isdigit()
    refused = await client.post(
        f"/sandbox{path}/desk-invitation", json={"appid": channel.appid, "kf_account": "a@gh"}
    )
    assert refused.status_code == 404
    own: dict[str, Any] = {
        "merchant_id": MerchantId(channel.merchant_id),
        "channel_id": channel.channel_id,
    }
    await world.office.run(add_agent, AddAgent(**own, handle="a@gh", nickname="安"), SYSTEM)
    inviting = InviteAgent(**own, handle="a@gh", openid=openid)
    await world.office.run(invite_agent, inviting, SYSTEM)
    accepting = {"appid": channel.appid, "kf_account": "a@gh"}
    assert await post(client, f"{path}/desk-invitation", **accepting) == {}
    clicked = await post(client, f"{path}/click", appid=channel.appid, key="HOURS")
    assert [one["content"] for one in clicked["replies"]] == ["九点到九点"]
    assert await post(client, f"{path}/say", appid=channel.appid, kind="image", media_id="M")
    answer = await client.post(f"/sandbox{path}/click", json={"appid": channel.appid})
    assert answer.status_code == 400
    answer = await client.post(f"/sandbox{path}/click", json={"appid": channel.appid, "key": "NO"})
    assert answer.status_code == 404


async def answer_words(message: Any) -> Any:  # noqa: ANN401 - of the SDK
    """What the program answers: an article to taps, an echo to texts, nothing to anything else."""
    if message.type == "event" and message.event == "click":
        article = {"title": "新茶", "description": "到店", "image": "", "url": "https://a.example"}
        return ArticlesReply(message=message, articles=[article])
    if message.type == "text":
        return TextReply(content=f"收到 {message.content}", message=message)
    return "success"


@asynccontextmanager
async def open_program(
    client: httpx.AsyncClient, world: World
) -> AsyncIterator[tuple[Receiver, Channel, str, str]]:
    """An account with a program that answers, and somebody who follows it."""
    async with serve_receiver(Receiver(answer=answer_words)) as receiver:
        server = {"callback_url": receiver.url, "token": TOKEN, "aes_key": AES_KEY}
        channel, path, openid = await open_talk(client, world, **server, mode="plain")
        receiver.appid = channel.appid
        yield receiver, channel, path, openid


async def test_a_program_answers_what_is_said_and_tapped(
    client: httpx.AsyncClient, world: World
) -> None:
    async with open_program(client, world) as (receiver, channel, path, openid):
        said = await post(client, f"{path}/say", appid=channel.appid, kind="text", content="你好")
        (reply,) = said["replies"]
        assert (reply["origin"], reply["content"]) == ("reply", "收到 你好")
        clicked = await post(client, f"{path}/click", appid=channel.appid, key="HOURS")
        assert clicked["replies"][0]["articles"][0]["url"] == "https://a.example"
        writing = WriteTo(
            merchant_id=MerchantId(channel.merchant_id),
            channel_id=channel.channel_id,
            openid=openid,
            content=text("客服说"),
        )
        await world.office.run(write_to, writing, SYSTEM)
    assert receiver.messages[1].id == int(said["msg_id"])
    assert receiver.messages[1].source == openid
    inbox = (await client.get(f"/sandbox{path}/inbox?appid={channel.appid}")).json()["messages"]
    shown = [(one["kind"], one["message"]["origin"], one["body"]) for one in inbox]
    assert shown == [
        ("talks.message", "reply", "收到 你好"),
        ("talks.message", "reply", "到店"),
        ("talks.message", "service", "客服说"),
    ]


async def test_a_program_hears_of_everything_that_can_be_said(
    client: httpx.AsyncClient, world: World, tmp_path: Path
) -> None:
    async with open_program(client, world) as (receiver, channel, path, _):
        here = {"latitude": 23.1374, "longitude": 113.3524, "precision": 40}
        assert await post(client, f"{path}/locate", appid=channel.appid, **here) == {}
        for kind, facts in (
            ("image", {"media_id": "M1", "pic_url": "https://a.example/1.jpg"}),
            ("voice", {"media_id": "M2", "recognition": "你好"}),
            ("location", {"latitude": 23.1, "longitude": 113.3, "label": "树下"}),
            ("link", {"title": "茶", "url": "https://a.example"}),
        ):
            told = await post(client, f"{path}/say", appid=channel.appid, kind=kind, **facts)
            assert told["replies"] == []
        settings = msgspec.structs.replace(world.building.settings, data=tmp_path)
        MEDIA.connect(files=FolderFiles(settings.files))
        file = base64.b64encode(picture("PNG")).decode()
        await post(client, f"{path}/say", appid=channel.appid, kind="image", file_base64=file)
        wrong = {"appid": channel.appid, "kind": "image", "file_base64": "?"}
        assert (await client.post(f"/sandbox{path}/say", json=wrong)).status_code == 400
    heard = receiver.messages[1:]
    kinds = [one.event if one.type == "event" else one.type for one in heard]
    assert kinds == ["location", "image", "voice", "location", "link", "image"]
    assert heard[0].latitude == 23.1374
    assert (heard[1].image, heard[2].recognition) == ("https://a.example/1.jpg", "你好")
    assert heard[3].label == "树下"
    assert "/files/" in heard[5].image
    assert len(heard[5].media_id) > 10


async def test_a_program_hears_what_its_buttons_asked_for(
    client: httpx.AsyncClient, world: World, tmp_path: Path
) -> None:
    MEDIA.connect(files=FolderFiles(tmp_path))
    jpeg = picture("JPEG")
    file = base64.b64encode(jpeg).decode()
    place = {"latitude": 23.1374, "longitude": 113.3524, "label": "1 号", "name": "树下"}
    given: dict[ButtonKind, dict[str, Any]] = {
        ButtonKind.SCANCODE_PUSH: {"scan_result": "https://a.example/1"},
        ButtonKind.SCANCODE_WAITMSG: {"scan_result": "6901234567892", "scan_type": "barcode"},
        ButtonKind.PIC_SYSPHOTO: {"pictures_base64": [file]},
        ButtonKind.PIC_PHOTO_OR_ALBUM: {"pictures_base64": [file]},
        ButtonKind.PIC_WEIXIN: {"pictures_base64": [file, file]},
        ButtonKind.LOCATION_SELECT: {"place": place},
    }
    leaves = [LeafButton(name=one.value[:16], kind=one, key=f"K {one.value}") for one in given]
    buttons = [
        MenuButton(name="一", buttons=leaves[:3]),
        MenuButton(name="二", buttons=leaves[3:]),
    ]
    async with open_program(client, world) as (receiver, channel, path, _):
        menu = SetMenu(
            merchant_id=MerchantId(channel.merchant_id),
            channel_id=channel.channel_id,
            buttons=buttons,
        )
        await world.office.run(set_menu, menu, SYSTEM)
        for kind, facts in given.items():
            asked: dict[str, Any] = {"appid": channel.appid, "key": f"K {kind.value}", **facts}
            assert await post(client, f"{path}/click", **asked) == {"replies": []}
        # Somebody changes their mind: the server hears nothing.
        await post(client, f"{path}/click", appid=channel.appid, key="K scancode_push")
        asked = {"appid": channel.appid, "key": "K pic_weixin", "pictures_base64": ["?"]}
        assert (await client.post(f"/sandbox{path}/click", json=asked)).status_code == 400
    heard = receiver.messages[1:]
    kinds = [one.event if one.type == "event" else one.type for one in heard]
    assert kinds == [
        *("scancode_push", "scancode_waitmsg", "pic_sysphoto", "image"),
        *("pic_photo_or_album", "image", "pic_weixin", "image", "image"),
        *("location_select", "location"),
    ]
    assert [heard[0].key, heard[0].scan_type, heard[0].scan_result] == [
        *("K scancode_push", "qrcode", "https://a.example/1")
    ]
    assert (heard[1].scan_type, heard[1].scan_result) == ("barcode", "6901234567892")
    digest = {"PicMd5Sum": hashlib.md5(jpeg, usedforsecurity=False).hexdigest()}
    assert (heard[6].key, heard[6].count, heard[6].pictures) == ("K pic_weixin", 2, [digest] * 2)
    assert heard[9].location == ("23.137400", "113.352400")
    assert (heard[9].label, heard[9].poiname, heard[10].label) == ("1 号", "树下", "1 号 树下")


async def test_what_an_account_sends_to_many_lies_in_the_inbox(
    client: httpx.AsyncClient, world: World
) -> None:
    channel, path, openid = await open_talk(client, world)
    command = SendMessage(
        merchant_id=MerchantId(channel.merchant_id),
        channel_id=channel.channel_id,
        kind=BroadcastKind.TEXT,
        body="今天八折",
        openids=[openid],
    )
    await world.office.run(send_message, command, SYSTEM)
    answer = await client.get(f"/sandbox{path}/inbox")
    (found,) = [one for one in answer.json()["messages"] if one["kind"] == "channels.message"]
    assert (found["appid"], found["body"]) == (channel.appid, "今天八折")
    assert (found["broadcast"]["kind"], found["broadcast"]["body"]) == ("text", "今天八折")
