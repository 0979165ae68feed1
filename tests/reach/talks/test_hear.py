"""What people say in voices reaches the account's server and whoever reads the conversation."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from banyan.books.actor import SYSTEM, Actor
from banyan.parties.merchants import MerchantId
from banyan.parties.people import ChangeProfile, Language, change_profile
from banyan.reach.channels import Channel
from banyan.reach.media import AddMedia, MediaKind, add_media
from banyan.reach.talks import (
    Content,
    ContentKind,
    ListTalks,
    ReadMyTalk,
    Say,
    list_talks,
    read_my_talk,
    say,
)
from banyan.reach.talks import hear as hearing
from tests.kit.loyalty import follow_as
from tests.kit.receiver import open_line
from tests.kit.talks import text
from tests.kit.voices import lay_models, open_listener, voice
from tests.kit.world import World


async def speak(world: World, channel: Channel, actor: Actor, content: bytes) -> None:
    """Send a voice."""
    adding = AddMedia(
        merchant_id=MerchantId(channel.merchant_id),
        channel_id=channel.channel_id,
        kind=MediaKind.VOICE,
        content=content,
    )
    item = await world.office.run(add_media, adding, SYSTEM)
    spoken = Content(kind=ContentKind.VOICE, media_id=item.media_id, format="mp3")
    await world.office.run(say, Say(channel_id=channel.channel_id, content=spoken), actor)


def told(messages: list[Any]) -> list[tuple[str, str]]:
    """What the account's server heard: the kind of each message, and its words."""
    return [
        (one.type, one.recognition or "" if one.type == "voice" else one.content)
        for one in messages
        if one.type != "event"
    ]


async def test_a_voice_waits_to_be_heard_and_what_follows_waits_for_it(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "HELD", timedelta(hours=1))
    lin = await world.person("lin")
    async with (
        open_listener(world, tmp_path, lay_models(tmp_path)) as listener,
        open_line(world) as line,
    ):
        channel, receiver = line.channel, line.receiver
        await follow_as(world, lin, channel.channel_id)
        await speak(world, channel, lin, voice("good_morning.mp3"))
        saying = Say(channel_id=channel.channel_id, content=text("在吗"))
        await world.office.run(say, saying, lin)
        await line.deliverer.deliver_waiting()
        assert told(receiver.messages) == []
        assert await listener.hear_waiting() == 1
        assert await listener.hear_waiting() == 0
        await line.deliver()
        assert told(receiver.messages) == [("voice", "good morning"), ("text", "在吗")]
        entries = (
            await world.office.run(
                read_my_talk, ReadMyTalk(channel_id=channel.channel_id, limit=9), lin
            )
        ).items
        words = [one.message.content.text for one in entries if one.message is not None]
        assert words == ["在吗", "good morning"]


async def test_a_server_that_need_not_wait_is_told_without(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "HELD", timedelta(0))
    lin = await world.person("lin")
    async with open_listener(world, tmp_path) as listener, open_line(world) as line:
        channel, receiver = line.channel, line.receiver
        await follow_as(world, lin, channel.channel_id)
        # Nobody understands Chinese here.
        await speak(world, channel, lin, voice("good_morning.mp3"))
        assert await listener.hear_waiting() == 0
        await world.office.run(change_profile, ChangeProfile(language=Language.EN), lin)
        await speak(world, channel, lin, voice("please_open_the_window.mp3"))
        await line.deliver()
        assert told(receiver.messages) == [("voice", ""), ("voice", "")]
        # What is heard too late is read in the conversation, and nobody is told twice.
        assert await listener.hear_waiting() == 1
        await line.deliver()
        assert len(told(receiver.messages)) == 2
        query = ListTalks(
            merchant_id=MerchantId(channel.merchant_id), channel_id=channel.channel_id
        )
        (talk,) = (await world.office.run(list_talks, query, SYSTEM)).items
        assert talk.last_text == "please open the window"
