"""Messages to many in the console: written, shown to one, sent now or later, taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from banyan.books.actor import Actor
from banyan.reach.broadcasts import SendMessage, send_message
from banyan.reach.channels import Channel
from tests.kit.loyalty import add_crowd, follow_crowd, inbox, open_channel
from tests.kit.pages import open_browser
from tests.kit.world import World


async def set_up(world: World) -> tuple[Channel, list[Actor]]:
    """An account with three followers, one of whom can be reached by phone."""
    await world.office.set_clock(datetime(2027, 1, 10, 3, tzinfo=UTC))
    await world.merchant()
    channel = await open_channel(world)
    crowd = [await world.person("lin"), *(await add_crowd(world, 2))]
    await follow_crowd(world, crowd, channel.channel_id)
    return channel, crowd


async def test_a_message_is_shown_to_one_sent_and_taken_back(world: World) -> None:
    channel, crowd = await set_up(world)
    home = f"/console/channel/{channel.channel_id:d}/messages"
    async with open_browser(world, "mei") as mei:
        await mei.open(home)
        assert "还没有发送过" in mei.page.text or "群发" in mei.page.text
        for kind in ("note", "text", "news", "image", "voice", "video"):
            await mei.open(f"{home}/new?kind={kind}")
        await mei.open(f"{home}/count?tag_id=")
        assert "3" in mei.page.text
        typed = {"kind": "note", "title": "新茶", "body": "来坐坐", "link": ""}
        await mei.send(home, {**typed, "act": "preview", "phone": "13800000001"})
        await world.settle()
        assert [len(await inbox(world, one)) for one in crowd] == [1, 0, 0]
        await mei.send(home, {**typed, "act": "preview", "phone": "13900000000"}, status=422)
        await mei.send(home, {**typed, "title": "", "act": "send"}, status=422)
        await mei.send(home, {**typed, "send_at": "tomorrow"}, status=422)
        await mei.send(home, {**typed, "act": "send", "idempotency_key": mei.key})
        made = mei.path
        await world.settle()
        await mei.open(made)
        assert "已送达" in mei.page.text
        await mei.open(f"{made}?result=delivered")
        await mei.open(home)
        assert "新茶" in mei.page.text
        assert [len(await inbox(world, one)) for one in crowd] == [2, 1, 1]
        await mei.send(f"{made}/delete")
        assert "已撤回" in mei.page.text
        assert [len(await inbox(world, one)) for one in crowd] == [1, 0, 0]


async def test_a_message_waits_for_its_time_and_can_be_cancelled(world: World) -> None:
    channel, crowd = await set_up(world)
    home = f"/console/channel/{channel.channel_id:d}/messages"
    async with open_browser(world, "mei") as mei:
        await mei.open(f"{home}/new?kind=text")
        # Noon in Shanghai is an hour ahead.
        typed = {"kind": "text", "body": "中午好", "send_at": "2027-01-10T12:00"}
        await mei.send(home, {**typed, "idempotency_key": mei.key})
        await world.settle()
        assert "等待定时发送" in mei.page.text
        await mei.open(f"{home}/new?kind=text")
        await mei.send(home, {**typed, "body": "算了", "idempotency_key": mei.key})
        second = mei.path
        await mei.send(f"{second}/cancel")
        assert "已取消" in mei.page.text
        await mei.send(f"{second}/cancel")
    assert await inbox(world, crowd[0]) == []
    await world.advance(timedelta(minutes=61))
    assert [one.body for one in await inbox(world, crowd[0])] == ["中午好"]


async def test_a_merchant_is_asked_before_a_program_sends_to_all(world: World) -> None:
    channel, crowd = await set_up(world)
    home = f"/console/channel/{channel.channel_id:d}/messages"
    program = Actor(kind="channel", actor_id=int(channel.channel_id), grants=world.owner.grants)
    command = SendMessage(
        merchant_id=world.merchant_id, channel_id=channel.channel_id, title="程序群发"
    )
    async with open_browser(world, "mei") as mei:
        await mei.open(home)
        await mei.send(f"{home}/outbox", {"speed": "4", "asks_before_all": "on"})
        first = await world.office.run(send_message, command, program)
        second = await world.office.run(send_message, command, program)
        await world.settle()
        assert await inbox(world, crowd[0]) == []
        await mei.open(f"{home}/{first.message_id:d}")
        await mei.send(f"{home}/{first.message_id:d}/consent", {"answer": "yes"})
        await mei.send(f"{home}/{second.message_id:d}/consent", {"answer": "no"})
        await world.settle()
        await mei.open(f"{home}/{second.message_id:d}")
        assert "管理员未同意" in mei.page.text
    assert len(await inbox(world, crowd[0])) == 1
