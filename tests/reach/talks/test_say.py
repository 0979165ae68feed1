"""People talk to accounts: rules answer, or the server; what accounts say lies in the inbox."""

from datetime import timedelta

import pytest

from banyan.base.errors import Refusal
from banyan.books.actor import SYSTEM
from banyan.reach.blocks import block_people
from banyan.reach.channels import (
    ButtonKind,
    MenuButton,
    SetMenu,
    TapMenu,
    Unfollow,
    set_menu,
    tap_menu,
    unfollow,
)
from banyan.reach.pushes import PORTS, Push, PushKind, PushState, Reply, ReplyKind
from banyan.reach.talks import (
    Keyword,
    ReadTalk,
    ReplyMode,
    RuleKind,
    add_rule,
    list_talks,
    list_waiting,
    mark_talk_read,
    read_talk,
)
from tests.kit.loyalty import inbox, open_channel, send_to
from tests.kit.talks import at_desk, follower, my_talk, tell, text, words_of, write
from tests.kit.world import World


async def test_without_rules_nobody_answers(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, openid = await follower(world, channel)
    start = await world.mark()
    said = await tell(world, lin, channel, "在吗")
    assert (said.replies, said.is_passed_on) == ([], False)
    assert await world.events(start) == ["talks.said"]
    assert words_of(await my_talk(world, lin, channel)) == [">在吗"]
    (talk,) = (await at_desk(world, list_talks, channel, world.owner)).items
    assert (talk.openid, talk.last_text, talk.is_last_said) == (openid, "在吗", True)
    assert talk.unread_count == 1
    await at_desk(world, mark_talk_read, channel, world.owner, openid=openid)
    (talk,) = (await at_desk(world, list_talks, channel, world.owner)).items
    assert talk.unread_count == 0


async def test_rules_answer_by_keyword_or_default(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, _ = await follower(world, channel)
    await at_desk(
        world,
        add_rule,
        channel,
        world.owner,
        name="网络",
        keywords=[Keyword(text="wifi")],
        replies=[text("密码是 banyan"), text("祝您愉快")],
    )
    await at_desk(
        world,
        add_rule,
        channel,
        world.owner,
        kind=RuleKind.DEFAULT,
        name="默认",
        mode=ReplyMode.ONE,
        replies=[text("甲"), text("乙")],
    )
    start = await world.mark()
    said = await tell(world, lin, channel, "WiFi 密码？")
    assert [one.content.text for one in said.replies] == ["密码是 banyan", "祝您愉快"]
    assert {one.answers_id for one in said.replies} == {said.message.message_id}
    assert await world.events(start) == ["talks.answered"] * 2 + ["talks.said"]
    assert [one.body for one in await inbox(world, lin)] == ["祝您愉快", "密码是 banyan"]
    turns = [(await tell(world, lin, channel, "别的")).replies[0].content.text for _ in range(3)]
    assert turns == ["甲", "乙", "甲"]
    page = await my_talk(world, lin, channel, limit=3)
    assert words_of(page) == ["甲", ">别的", "乙"]


async def test_a_conversation_holds_also_what_went_to_many(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world, welcome_text="欢迎光临")
    lin, openid = await follower(world, channel)
    for number in range(4):
        await tell(world, lin, channel, f"问 {number}")
        await write(world, channel, openid, f"答 {number}")
        await send_to(world, channel, title=f"群发 {number}")
        await world.settle()
    found, cursor = [], None
    while True:
        page = await my_talk(world, lin, channel, limit=5, cursor=cursor)
        found += words_of(page)
        cursor = page.next_cursor
        if cursor is None:
            break
    wanted = [
        word
        for number in reversed(range(4))
        for word in (f"群发 {number}", f"答 {number}", f">问 {number}")
    ]
    assert found == [*wanted, channel.name]


async def test_only_followers_talk(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, _ = await follower(world, channel)
    await world.office.run(unfollow, Unfollow(channel_id=channel.channel_id), lin)
    with pytest.raises(Refusal, match="not_following"):
        await tell(world, lin, channel, "在吗")
    wu = await world.person("wu")
    with pytest.raises(Refusal, match="not_following"):
        await tell(world, wu, channel, "在吗")


async def test_who_is_blocked_is_not_heard_and_not_told(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, openid = await follower(world, channel)
    await at_desk(
        world,
        add_rule,
        channel,
        world.owner,
        kind=RuleKind.DEFAULT,
        name="默",
        replies=[text("好")],
    )
    async with world.office.begin() as work:
        await block_people(
            work, int(world.merchant_id), int(channel.channel_id), {openid: lin.person_id}
        )
    start = await world.mark()
    assert (await tell(world, lin, channel, "骂人")).replies == []
    assert await world.events(start) == []
    assert words_of(await my_talk(world, lin, channel)) == [">骂人"]
    assert (await at_desk(world, list_talks, channel, world.owner)).items == []
    query = ReadTalk(merchant_id=world.merchant_id, channel_id=channel.channel_id, openid=openid)
    assert (await world.office.run(read_talk, query, world.owner)).items == []
    with pytest.raises(Refusal, match="blocked"):
        await write(world, channel, openid)


async def test_a_tap_is_answered_by_rules(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, _ = await follower(world, channel)
    buttons = [MenuButton(name="营业", kind=ButtonKind.CLICK, key="HOURS")]
    menu = SetMenu(merchant_id=world.merchant_id, channel_id=channel.channel_id, buttons=buttons)
    await world.office.run(set_menu, menu, world.owner)
    await at_desk(
        world,
        add_rule,
        channel,
        world.owner,
        name="营业",
        keywords=[Keyword(text="HOURS", is_exact=True)],
        replies=[text("九点到九点")],
    )
    tap = TapMenu(channel_id=channel.channel_id, key="HOURS")
    await world.office.run(tap_menu, tap, lin)
    assert words_of(await my_talk(world, lin, channel)) == ["九点到九点"]


async def test_what_a_server_answers_joins_the_conversation(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, openid = await follower(world, channel)
    said = await tell(world, lin, channel, "在吗")
    push = Push(
        channel_id=channel.channel_id,
        push_id=1,  # type: ignore[arg-type] # any number
        person_id=lin.person_id,  # type: ignore[arg-type] # any number
        openid=openid,
        kind=PushKind.TEXT,
        fields={"msg_id": int(said.message.message_id)},
        state=PushState.WAITING,
        created_at=world.now,
    )
    async with world.office.begin() as work:
        await PORTS.taker.take_reply(
            work, channel, push, Reply(kind=ReplyKind.TEXT, content="在的")
        )
    (entry, _) = (await my_talk(world, lin, channel)).items
    assert entry.message is not None
    assert entry.message.answers_id == said.message.message_id
    assert [one.body for one in await inbox(world, lin)] == ["在的"]
    async with world.office.begin() as work:
        await PORTS.taker.take_reply(work, channel, push, Reply(kind=ReplyKind.TRANSFER))
    waiting = await at_desk(world, list_waiting, channel, SYSTEM)
    assert (waiting.count, waiting.items[0].openid) == (1, openid)
    assert (await my_talk(world, lin, channel)).is_waiting
    await world.advance(timedelta(seconds=1))
