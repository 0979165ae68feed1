"""Accounts' servers, written with an SDK, are told what happens and answer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from banyan.books.actor import SYSTEM
from banyan.reach.channels import Follow, Unfollow, ensure_openids, follow, unfollow
from banyan.reach.notices import ListNotices, Notice, list_notices
from banyan.reach.pushes import Outcome, PushKind, PushMode, PushState, note_push
from tests.kit.receiver import Line, Receiver, open_line
from tests.kit.world import World

MODES = list(PushMode)


async def say(line: Line, name: str, content: str) -> None:
    """Let a person's words be noted, as the room of conversations does."""
    actor = await line.world.person(name)
    async with line.world.office.begin(SYSTEM) as work:
        person_id = int(actor.person_id)
        openids = await ensure_openids(work, line.channel.channel_id, [person_id])
        fields = {"content": content}
        await note_push(work, line.channel, person_id, openids[person_id], PushKind.TEXT, fields)


async def openid_of(line: Line, name: str) -> str:
    person_id = int(line.world.as_person(name).person_id)
    async with line.world.office.begin(SYSTEM) as work:
        return (await ensure_openids(work, line.channel.channel_id, [person_id]))[person_id]


async def inbox(line: Line, name: str) -> list[Notice]:
    actor = line.world.as_person(name)
    page = await line.world.office.run(list_notices, ListNotices(), actor)
    return page.items[::-1]


@pytest.mark.parametrize("mode", MODES)
async def test_a_server_is_told_and_its_reply_reaches_the_person(
    world: World, mode: PushMode
) -> None:
    async def answer(message: Any) -> Any:
        return f"收到 {len(message.content)} 个字 <b>&amp; 🍵"

    async with open_line(world, Receiver(mode=mode, answer=answer)) as line:
        await say(line, "lin", "一壶茶 <&]]> 🍵")
        await line.deliver()
        (message,) = line.receiver.messages
        assert message.content == "一壶茶 <&]]> 🍵"
        openid = await openid_of(line, "lin")
        assert message.source == openid
        assert message.target == line.channel.original_id
        (push,) = await line.pushes()
        assert message.id == push.push_id
        assert push.state is PushState.ANSWERED
        assert [one.outcome for one in push.attempts] == [Outcome.REPLIED]
        assert line.receiver.queries[0]["openid"] == openid
    assert [one.body for one in await inbox(line, "lin")] == ["收到 11 个字 <b>&amp; 🍵"]
