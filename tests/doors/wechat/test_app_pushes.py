"""The server of a mini program is told in JSON, hidden or not, and read by an unmodified SDK."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
from aiohttp import web
from typing_extensions import override
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature

from banyan.base.errors import Refusal
from banyan.reach.channels import ChannelKind
from banyan.reach.pushes import PushFormat, PushMode
from banyan.reach.talks import (
    Content,
    ContentKind,
    EnterTalk,
    ReadMyTalk,
    enter_talk,
    read_my_talk,
)
from banyan.reach.templates import Subscribe, subscribe, take_subscription
from tests.kit.miniapps import bring_out, of_app
from tests.kit.receiver import Line, Receiver, open_line
from tests.kit.talks import tell, text
from tests.kit.world import World


@dataclass
class JsonReceiver(Receiver):
    """A program that reads JSON."""

    told: list[dict[str, Any]] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    reply: dict[str, Any] | None = None

    @override
    async def take(self, request: web.Request) -> web.StreamResponse:
        query, body = dict(request.query), await request.json()
        check_signature(self.token, query["signature"], query["timestamp"], query["nonce"])
        self.types.append(request.content_type)
        self.bodies.append(json.dumps(body))
        if query.get("encrypt_type") == "aes":
            crypto = WeChatCrypto(self.token, self.aes_key, self.appid)
            opened = crypto.decrypt_message(
                body, query["msg_signature"], query["timestamp"], query["nonce"]
            )
            body = json.loads(opened)
        self.told.append(body)
        if self.reply is None:
            return web.Response(text="success")
        swapped = {"ToUserName": body["FromUserName"], "FromUserName": body["ToUserName"]}
        return web.json_response(swapped | self.reply)


async def use_json(line: Line, mode: PushMode) -> JsonReceiver:
    """Let the line's receiver, which reads JSON, be told so from now on."""
    receiver = line.receiver
    assert isinstance(receiver, JsonReceiver)
    receiver.mode = mode
    state = await line.connect(format=PushFormat.JSON)
    assert state.server is not None
    assert state.server.format is PushFormat.JSON
    return receiver


@pytest.mark.parametrize("mode", list(PushMode))
async def test_words_arrive_in_json(world: World, mode: PushMode) -> None:
    async with open_line(world, JsonReceiver(), kind=ChannelKind.MINIAPP) as line:
        receiver = await use_json(line, mode)
        lin = await world.person("lin")
        said = await tell(world, lin, line.channel, "还有座吗？")
        await line.deliver()
        (told,) = receiver.told
        assert receiver.types == ["application/json"]
        assert (told["MsgType"], told["Content"]) == ("text", "还有座吗？")
        assert told["ToUserName"] == line.channel.original_id
        assert told["MsgId"] == int(said.message.message_id)
        assert isinstance(told["CreateTime"], int)
        sent = json.loads(receiver.bodies[0])
        assert ("Encrypt" in sent) == (mode is not PushMode.PLAIN)
        assert ("Content" in sent) == mode.is_open


async def test_who_comes_to_talk_is_announced_and_may_be_passed_on(world: World) -> None:
    async with open_line(world, JsonReceiver(), kind=ChannelKind.MINIAPP) as line:
        receiver = await use_json(line, PushMode.PLAIN)
        receiver.reply = {"CreateTime": 1, "MsgType": "transfer_customer_service"}
        lin = await world.person("lin")
        command = EnterTalk(channel_id=line.channel.channel_id, session_from="pages/tea/tea")
        await world.office.run(enter_talk, command, lin)
        await tell(world, lin, line.channel, "想找人")
        await line.deliver()
        entered, _ = receiver.told
        assert (entered["Event"], entered["SessionFrom"]) == (
            "user_enter_tempsession",
            "pages/tea/tea",
        )
        query = ReadMyTalk(channel_id=line.channel.channel_id)
        assert (await world.office.run(read_my_talk, query, lin)).is_waiting
        receiver.reply = {"CreateTime": 1, "MsgType": "text", "Content": "不算数"}
        await tell(world, lin, line.channel, "喂")
        await line.deliver()
        talk = await world.office.run(read_my_talk, query, lin)
        assert all(one.is_mine for one in talk.items)


async def test_subscriptions_are_a_list_and_audits_events(world: World) -> None:
    async with open_line(world, JsonReceiver(), kind=ChannelKind.MINIAPP) as line:
        receiver = await use_json(line, PushMode.SAFE)
        await bring_out(world, line.channel)
        lin = await world.person("lin")
        form = await of_app(world, take_subscription, line.channel, number=1001, kids=[1, 2])
        wanting = Subscribe(channel_id=line.channel.channel_id, template_id=form.template_id)
        await world.office.run(subscribe, wanting, lin)
        await world.office.run(subscribe, msgspec.structs.replace(wanting, is_wanted=False), lin)
        await line.deliver()
        events = {one["Event"]: one for one in receiver.told}
        assert events["subscribe_msg_change_event"]["List"] == [
            {"TemplateId": form.template_id, "SubscribeStatusString": "reject"}
        ]
        assert events["weapp_audit_success"]["SuccTime"]
        (told,) = events["subscribe_msg_popup_event"]["List"]
        assert told["TemplateId"] == form.template_id
        assert told["SubscribeStatusString"] == "accept"


async def test_accounts_are_told_in_xml(world: World) -> None:
    async with open_line(world) as line:
        with pytest.raises(Refusal, match=r"pushes\.format_refused"):
            await line.connect(format=PushFormat.JSON)


async def test_mini_programs_hear_and_say_less(world: World) -> None:
    async with open_line(world, JsonReceiver(), kind=ChannelKind.MINIAPP) as line:
        lin = await world.person("lin")
        voice = Content(kind=ContentKind.VOICE, media_id="m")
        with pytest.raises(Exception, match=r"talks\.kind_refused"):
            await tell(world, lin, line.channel, voice)
        await tell(world, lin, line.channel, text("在吗"))
