"""Accounts' servers, written with an SDK, are told what happens and answer; well, badly, or not."""

# ruff: noqa: ANN401 - the SDK's messages and replies have no types

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from aiohttp import web
from wechatpy import replies

from banyan.base.clock import Clock
from banyan.books.actor import SYSTEM
from banyan.outside.callbacks import Deliverer, open_courier
from banyan.outside.callbacks import deliverer as deliverer_module
from banyan.parties.merchants import MerchantId
from banyan.reach.broadcasts import SendMessage, send_message
from banyan.reach.channels import Follow, Unfollow, ensure_openids, follow, unfollow
from banyan.reach.notices import ListNotices, Notice, list_notices
from banyan.reach.pushes import (
    PORTS,
    Outcome,
    Push,
    PushKind,
    PushMode,
    PushState,
    RemoveServer,
    ReplayPush,
    TakePushes,
    note_push,
    remove_server,
    replay_push,
    take_pushes,
)
from banyan.reach.pushes.rules import TAKINGS_MAX
from tests.kit.receiver import Line, Receiver, open_line
from tests.kit.world import World

MODES = list(PushMode)


async def say(line: Line, name: str, *texts: str) -> None:
    """Let a person's words be noted, as the room of conversations does."""
    actor = await line.world.person(name)
    for text in texts:
        await note(line, int(actor.person_id), PushKind.TEXT, content=text)


async def note(line: Line, person_id: int, kind: PushKind, **fields: Any) -> None:
    async with line.world.office.begin(SYSTEM) as work:
        openids = await ensure_openids(work, line.channel.channel_id, [person_id])
        await note_push(work, line.channel, person_id, openids[person_id], kind, fields)


async def find_openid(line: Line, name: str) -> str:
    person_id = int(line.world.as_person(name).person_id)
    async with line.world.office.begin(SYSTEM) as work:
        return (await ensure_openids(work, line.channel.channel_id, [person_id]))[person_id]


async def inbox(line: Line, name: str) -> list[Notice]:
    actor = line.world.as_person(name)
    page = await line.world.office.run(list_notices, ListNotices(), actor)
    return page.items[::-1]


def outcomes(push: Push) -> list[Outcome]:
    return [one.outcome for one in push.attempts]


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
        openid = await find_openid(line, "lin")
        assert (message.source, message.target) == (openid, line.channel.original_id)
        (push,) = await line.pushes()
        assert message.id == push.push_id
        assert message.time == int(push.created_at.timestamp())
        assert push.state is PushState.ANSWERED
        assert outcomes(push) == [Outcome.REPLIED]
        assert line.receiver.queries[0]["openid"] == openid
        assert ("茶" in line.receiver.bodies[0]) is (mode is not PushMode.SAFE)
    assert [one.body for one in await inbox(line, "lin")] == ["收到 11 个字 <b>&amp; 🍵"]


async def test_following_tapping_and_leaving_are_told_in_order(world: World) -> None:
    async with open_line(world) as line:
        actor = await world.person("lin")
        channel_id = line.channel.channel_id
        await world.office.run(follow, Follow(channel_id=channel_id), actor)
        await say(line, "lin", "hello")
        await world.office.run(unfollow, Unfollow(channel_id=channel_id), actor)
        await line.deliver()
        kinds = [(one.type, getattr(one, "event", "")) for one in line.receiver.messages]
        assert kinds == [("event", "subscribe"), ("text", ""), ("event", "unsubscribe")]
        assert [outcomes(one) for one in await line.pushes()] == [[Outcome.ACKNOWLEDGED]] * 3


async def test_a_server_that_fails_is_asked_three_times_with_the_same_message(
    world: World,
) -> None:
    async def answer(message: Any) -> Any:
        del message
        return web.Response(status=503)

    mark = await world.mark()
    async with open_line(world, Receiver(mode=PushMode.SAFE, answer=answer)) as line:
        await say(line, "lin", "hello")
        await line.deliver()
        (push,) = await line.pushes()
        assert push.state is PushState.FAILED
        assert outcomes(push) == [Outcome.BAD_STATUS] * 3
        assert [one.status for one in push.attempts] == [503] * 3
        assert [one.number for one in push.attempts] == [1, 2, 3]
        told = {(one.id, one.time, one.content) for one in line.receiver.messages}
        assert len(line.receiver.messages) == 3
        assert told == {(int(push.push_id), int(push.created_at.timestamp()), "hello")}
        signatures = {one["msg_signature"] for one in line.receiver.queries}
        assert len(signatures) == 3
        assert len({one["nonce"] for one in line.receiver.queries}) == 3
    assert [one.kind for one in await inbox(line, "lin")] == ["channels.out_of_order"]
    assert (await world.events(mark)).count("pushes.finished") == 1


async def test_a_server_may_recover(world: World) -> None:
    tries: list[Any] = []

    async def answer(message: Any) -> Any:
        tries.append(message)
        return web.Response(status=500) if len(tries) < 3 else "back again"

    async with open_line(world, Receiver(answer=answer)) as line:
        await say(line, "lin", "hello")
        await line.deliver()
        (push,) = await line.pushes()
        assert outcomes(push) == [Outcome.BAD_STATUS, Outcome.BAD_STATUS, Outcome.REPLIED]
    assert [one.body for one in await inbox(line, "lin")] == ["back again"]


async def test_a_slow_server_is_asked_again_and_its_late_reply_is_lost(world: World) -> None:
    tries: list[Any] = []

    async def answer(message: Any) -> Any:
        tries.append(message)
        await asyncio.sleep(1.5 if len(tries) == 1 else 0)
        return f"try {len(tries)}"

    async with open_line(world, Receiver(answer=answer), wait_s=0.5) as line:
        await say(line, "lin", "hello")
        await line.deliver()
        (push,) = await line.pushes()
        assert outcomes(push) == [Outcome.TIMED_OUT, Outcome.REPLIED]
        assert 500 <= push.attempts[0].took_ms < 1_000
        assert push.attempts[1].at - push.attempts[0].at >= timedelta(seconds=1)
        await asyncio.sleep(0.8)
    assert [one.body for one in await inbox(line, "lin")] == ["try 2"]


async def test_a_server_that_is_not_there_is_unreachable(world: World) -> None:
    async with open_line(world) as line:
        pass
    await say(line, "lin", "hello")
    async with open_courier(wait_s=1, may_call_private=True) as courier:
        line.deliverer = Deliverer(world.office, courier)
        await line.deliver()
    (push,) = await line.pushes()
    assert outcomes(push) == [Outcome.UNREACHABLE] * 3
    assert push.state is PushState.FAILED


@pytest.mark.parametrize(
    "body",
    [
        "no such thing",
        "<xml><MsgType>text</MsgType></xml>",
        "<!DOCTYPE xml [<!ENTITY a 'x'>]><xml><MsgType>&a;</MsgType></xml>",
        "<xml>" + "<a>" * 100 + "</a>" * 100 + "</xml>",
        "x" * 100_000,
    ],
)
async def test_garbage_is_not_asked_for_again(world: World, body: str) -> None:
    async def answer(message: Any) -> Any:
        del message
        return web.Response(text=body)

    async with open_line(world, Receiver(answer=answer)) as line:
        await say(line, "lin", "hello")
        await line.deliver()
        (push,) = await line.pushes()
        assert outcomes(push) == [Outcome.GARBAGE]
        assert push.state is PushState.ANSWERED
    assert [one.kind for one in await inbox(line, "lin")] == ["channels.out_of_order"]


async def test_in_safe_mode_an_open_reply_is_garbage(world: World) -> None:
    async def answer(message: Any) -> Any:
        return web.Response(text=replies.create_reply("open", message, render=True))

    async with open_line(world, Receiver(mode=PushMode.SAFE, answer=answer)) as line:
        await say(line, "lin", "hello")
        await line.deliver()
        assert outcomes((await line.pushes())[0]) == [Outcome.GARBAGE]


async def test_what_must_not_be_answered_is_not(world: World) -> None:
    async def answer(message: Any) -> Any:
        return f"about {message.event}"

    async with open_line(world, Receiver(answer=answer)) as line:
        actor = await world.person("lin")
        channel_id = line.channel.channel_id
        await world.office.run(follow, Follow(channel_id=channel_id), actor)
        await world.office.run(unfollow, Unfollow(channel_id=channel_id), actor)
        await note(line, int(actor.person_id), PushKind.VIEW, event_key="http://x")
        await line.deliver()
        assert [outcomes(one) for one in await line.pushes()] == [[Outcome.REPLIED]] * 3
    assert [one.body for one in await inbox(line, "lin")] == ["about subscribe"]


async def test_one_article_answers_a_message_and_eight_an_event(world: World) -> None:
    article = {"title": "t", "description": "d", "image": "http://x/p", "url": "http://x"}
    taken: list[int] = []

    async def answer(message: Any) -> Any:
        del message
        return [article] * 10

    async with open_line(world, Receiver(answer=answer)) as line:
        actor = await world.person("lin")
        await say(line, "lin", "hello")
        await note(line, int(actor.person_id), PushKind.CLICK, event_key="K")
        seen = _watch_replies(taken)
        with seen:
            await line.deliver()
    assert taken == [1, 8]


def _watch_replies(taken: list[int]) -> Any:
    """Count the articles that are passed on, and pass them on."""
    passing = PORTS.taker

    class Watching:
        async def take_reply(self, work: Any, channel: Any, push: Any, reply: Any) -> None:
            taken.append(len(reply.articles))
            await passing.take_reply(work, channel, push, reply)

        async def take_trouble(self, work: Any, channel: Any, push: Any) -> None:
            await passing.take_trouble(work, channel, push)

    return patch.object(PORTS, "_taker", Watching())


async def test_each_person_is_told_in_order_while_fifty_talk_at_once(world: World) -> None:
    people, words = 50, 4

    async def answer(message: Any) -> Any:
        await asyncio.sleep(0.01)
        return f"{message.content}!"

    async with open_line(world, Receiver(answer=answer)) as line:
        person_ids = [9_000_000 + number for number in range(people)]

        async def talk(person_id: int) -> None:
            for number in range(words):
                await note(line, person_id, PushKind.TEXT, content=f"{person_id}:{number}")

        async with asyncio.TaskGroup() as group:
            running = group.create_task(_run_two(world, line))
            async with asyncio.TaskGroup() as talking:
                for person_id in person_ids:
                    talking.create_task(talk(person_id))
            await _wait_for(line, people * words)
            running.cancel()
        heard: dict[str, list[str]] = {}
        for message in line.receiver.messages:
            person, _, number = message.content.partition(":")
            heard.setdefault(person, []).append(number)
        expected = [str(number) for number in range(words)]
        assert heard == {str(person_id): expected for person_id in person_ids}
        assert line.receiver.most_under_way == 1


async def _run_two(world: World, line: Line) -> None:
    """Two processes' deliverers at work, each unaware of the other."""
    async with (
        open_courier(wait_s=5, may_call_private=True) as courier,
        asyncio.TaskGroup() as group,
    ):
        group.create_task(Deliverer(world.office, courier).run_forever())
        group.create_task(line.deliverer.run_forever())


async def _wait_for(line: Line, count: int) -> None:
    async with asyncio.timeout(30):
        while len(line.receiver.messages) < count:  # noqa: ASYNC110 - the SDK rings no bell
            await asyncio.sleep(0.05)
    await line.deliver()


async def test_what_a_killed_worker_had_in_hand_another_takes_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer(message: Any) -> Any:
        return f"{message.content}!"

    async with open_line(world, Receiver(answer=answer)) as line:
        await say(line, "lin", "one", "two")
        now = Clock().now()
        taken = await _take(world, now, now + timedelta(seconds=0.6))
        assert [one.push.fields["content"] for one in taken] == ["one"]
        # The worker is killed here. Nobody else may have it yet, nor what comes after it.
        assert await line.deliverer.deliver_waiting() == 0
        await asyncio.sleep(0.7)
        monkeypatch.setattr(deliverer_module, "LEASE", timedelta(seconds=20))
        assert await line.deliverer.deliver_waiting() == 2
        assert [one.content for one in line.receiver.messages] == ["one", "two"]
        first = (await line.pushes())[0]
        assert [one.number for one in first.attempts] == [2]
    assert [one.body for one in await inbox(line, "lin")] == ["one!", "two!"]


async def _take(world: World, at: Any, until: Any) -> Sequence[Any]:
    command = TakePushes(at=at, until=until, each_max=10, limit=10)
    return (await world.office.run(take_pushes, command, SYSTEM)).pushes


async def test_a_push_is_taken_by_one_of_many(world: World) -> None:
    async with open_line(world) as line:
        for number in range(20):
            await note(line, 9_000_000 + number, PushKind.TEXT, content="x")
        now = Clock().now()
        taken = await asyncio.gather(
            *(_take(world, now, now + timedelta(seconds=20)) for _ in range(8))
        )
        found = [int(one.push.push_id) for part in taken for one in part]
        assert len(found) == len(set(found)) == 20


async def test_whoever_told_it_last_may_still_say_that_it_was_taken(world: World) -> None:
    released = asyncio.Event()
    tries: list[Any] = []

    async def answer(message: Any) -> Any:
        tries.append(message)
        if len(tries) == 1:
            await released.wait()
        return f"try {len(tries)}"

    async with open_line(world, Receiver(answer=answer)) as line:
        await say(line, "lin", "hello")
        async with asyncio.TaskGroup() as group:
            group.create_task(line.deliverer.deliver_waiting())
            while not tries:  # noqa: ASYNC110 - the SDK rings no bell
                await asyncio.sleep(0.01)
            # Its lease ends, as if the worker had hung; another worker tells it again.
            later = Clock().now() + timedelta(minutes=1)
            taken = await _take(world, later, later + timedelta(seconds=20))
            assert [one.number for one in taken] == [2]
            released.set()
        (push,) = await line.pushes()
        assert push.state is PushState.ANSWERED
        assert outcomes(push) == [Outcome.REPLIED]
    assert len(await inbox(line, "lin")) == 1


async def test_what_nobody_comes_back_from_is_given_up_and_holds_up_nobody(world: World) -> None:
    async with open_line(world) as line:
        await say(line, "lin", "poison", "tea")
        at = Clock().now()
        for number in range(1, TAKINGS_MAX + 1):
            (taken,) = await _take(world, at, at + timedelta(seconds=1))
            assert (taken.number, taken.push.fields["content"]) == (number, "poison")
            at += timedelta(seconds=2)
        assert await _take(world, at, at + timedelta(seconds=1)) == []
        (taken,) = await _take(world, at, at + timedelta(seconds=1))
        assert taken.push.fields["content"] == "tea"
        states = [one.state for one in await line.pushes()]
        assert states == [PushState.FAILED, PushState.WAITING]


async def test_one_account_s_dead_server_does_not_hold_up_others(world: World) -> None:
    async def hang(message: Any) -> Any:
        del message
        await asyncio.sleep(30)

    async with (
        open_line(world, Receiver(answer=hang), wait_s=60) as dead,
        open_line(world) as alive,
    ):
        for number in range(150):
            await note(dead, 9_000_000 + number, PushKind.TEXT, content="x")
        await note(alive, 9_000_000, PushKind.TEXT, content="y")
        async with asyncio.TaskGroup() as group:
            running = group.create_task(dead.deliverer.run_forever())
            async with asyncio.timeout(30):
                while not alive.receiver.messages:  # noqa: ASYNC110 - the SDK rings no bell
                    await asyncio.sleep(0.01)
            running.cancel()
        assert len(dead.receiver.messages) <= deliverer_module.CHANNEL_MAX


async def test_what_has_ended_is_told_again_if_wanted(world: World) -> None:
    async with open_line(world) as line:
        await say(line, "lin", "hello")
        await line.deliver()
        (push,) = await line.pushes()
        command = ReplayPush(
            merchant_id=MerchantId(line.channel.merchant_id),
            channel_id=line.channel.channel_id,
            push_id=push.push_id,
        )
        await world.office.run(replay_push, command, world.owner)
        await line.deliver()
        (push,) = await line.pushes()
        assert [one.number for one in push.attempts] == [1, 2]
        assert len({(one.id, one.time) for one in line.receiver.messages}) == 1
        assert len(line.receiver.messages) == 2


async def test_without_a_server_nobody_is_told(world: World) -> None:
    async with open_line(world) as line:
        await say(line, "lin", "one")
        removing = RemoveServer(
            merchant_id=MerchantId(line.channel.merchant_id), channel_id=line.channel.channel_id
        )
        state = await world.office.run(remove_server, removing, world.owner)
        assert state.server is None
        await say(line, "lin", "two")
        assert await line.deliverer.deliver_waiting() == 0
        assert line.receiver.messages == []
        assert [one.state for one in await line.pushes()] == [PushState.FAILED]


async def test_the_end_of_a_message_to_many_is_told_with_its_counts(world: World) -> None:
    async with open_line(world) as line:
        actor = await world.person("lin")
        channel_id = line.channel.channel_id
        await world.office.run(follow, Follow(channel_id=channel_id), actor)
        await note(line, 9_000_001, PushKind.TEXT, content="met, but no follower")
        async with world.office.begin(SYSTEM) as work:
            met = (await ensure_openids(work, channel_id, [9_000_001]))[9_000_001]
        command = SendMessage(
            merchant_id=MerchantId(line.channel.merchant_id),
            channel_id=channel_id,
            title="新茶",
            openids=[await find_openid(line, "lin"), met, "o" * 28],
        )
        message = await world.office.run(send_message, command, world.owner)
        await world.settle()
        await line.deliver()
        told = line.receiver.messages[-1]
        assert (told.event, told.id) == ("masssendjobfinish", message.number)
        assert told.status == "send success"
        counts = (told.total_count, told.filter_count, told.sent_count, told.error_count)
        assert counts == (3, 3, 1, 2)
        assert told._data["CopyrightCheckResult"]["Count"] == "0"
        assert told._data["ArticleUrlResult"]["Count"] == "0"
