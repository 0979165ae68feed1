"""Agents attend to people, pass them on and close; staff become agents with their first answer."""

import asyncio
from datetime import timedelta

import pytest

from banyan.base.errors import Failure, Invalid, NotFound, Refusal
from banyan.books.actor import SYSTEM, Actor
from banyan.parties.staff import Role
from banyan.reach.channels import Channel, Unfollow, unfollow
from banyan.reach.talks import (
    Keyword,
    Rule,
    RuleKind,
    Talk,
    add_agent,
    add_rule,
    answer_talk,
    attend_talk,
    change_agent,
    change_rule,
    close_talk,
    delete_rule,
    list_agents,
    list_attended,
    list_records,
    list_rules,
    list_talks,
    pass_talk,
    read_talk,
    remove_agent,
)
from banyan.reach.talks.types import AGENTS_MAX
from tests.kit.loyalty import open_channel, second_office
from tests.kit.talks import at_desk, follower, my_talk, tell, text, words_of
from tests.kit.world import World

ANNA, BEN = "anna@gh_1", "ben@gh_1"


async def add(world: World, channel: Channel, handle: str = ANNA) -> None:
    facts = {"handle": handle, "nickname": handle[:4]}
    await at_desk(world, add_agent, channel, SYSTEM, **facts)


async def handles(world: World, channel: Channel) -> list[tuple[str, int, bool, int]]:
    found = await at_desk(world, list_agents, channel, world.owner)
    return [(one.agent.handle, one.agent.number, one.is_me, one.talks_count) for one in found.items]


async def test_an_agent_has_a_person_to_itself(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, openid = await follower(world, channel)
    for handle in (ANNA, BEN):
        await add(world, channel, handle)
    start = await world.mark()
    talk: Talk = await at_desk(world, attend_talk, channel, SYSTEM, openid=openid, handle=ANNA)
    again = await at_desk(world, attend_talk, channel, SYSTEM, openid=openid, handle=ANNA)
    assert again == talk
    assert await world.events(start) == ["talks.attended"]
    with pytest.raises(Refusal, match="attended_by_other"):
        await at_desk(world, attend_talk, channel, SYSTEM, openid=openid, handle=BEN)
    with pytest.raises(Refusal, match="attended_by_other"):
        await at_desk(world, close_talk, channel, SYSTEM, openid=openid, handle=BEN)
    assert await handles(world, channel) == [(ANNA, 1001, False, 1), (BEN, 1002, False, 0)]
    assert (await my_talk(world, lin, channel)).attended_by == "anna"
    passed = await at_desk(world, pass_talk, channel, SYSTEM, openid=openid, handle=BEN)
    assert passed.agent_id != talk.agent_id
    (own,) = (await at_desk(world, list_attended, channel, SYSTEM, handle=BEN)).items
    assert own.openid == openid
    (own,) = (await at_desk(world, list_talks, channel, SYSTEM, handle=BEN)).items or (None,)
    assert own is None  # nothing has been said yet
    await at_desk(world, close_talk, channel, SYSTEM, openid=openid, handle=BEN)
    with pytest.raises(Refusal, match="not_attended"):
        await at_desk(world, close_talk, channel, SYSTEM, openid=openid)
    with pytest.raises(Refusal, match="not_attended"):
        await at_desk(world, pass_talk, channel, SYSTEM, openid=openid, handle=BEN)
    assert await world.events(start) == ["talks.attended"] * 2 + ["talks.closed"]


async def test_rivals_for_one_person_are_told_apart(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    _, openid = await follower(world, channel)
    names = [f"a{number}@gh_1" for number in range(8)]
    for name in names:
        await add(world, channel, name)

    async def rush(office: object, name: str) -> Talk | Failure:
        command = attend_talk.command_type(
            merchant_id=world.merchant_id,
            channel_id=channel.channel_id,
            openid=openid,
            handle=name,
        )
        try:
            return await office.run(attend_talk, command, SYSTEM)  # type: ignore[attr-defined,no-any-return] # an Office
        except Refusal as refusal:
            return refusal

    async with second_office(world) as other:
        offices = (world.office, other)
        outcomes = await asyncio.gather(
            *(rush(offices[n % 2], name) for n, name in enumerate(names))
        )
    assert sum(isinstance(one, Talk) for one in outcomes) == 1


async def test_staff_answer_as_agents_of_their_own(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, openid = await follower(world, channel)
    hao = await world.staff("hao", Role.MANAGER)
    await tell(world, lin, channel, "有位子吗")
    await at_desk(world, answer_talk, channel, hao, openid=openid, content=text("有的"))
    with pytest.raises(Refusal, match="attended_by_other"):
        await at_desk(world, answer_talk, channel, world.owner, openid=openid, content=text("我"))
    await tell(world, lin, channel, "好的")
    for _ in range(6):
        await at_desk(world, answer_talk, channel, hao, openid=openid, content=text("请进"))
    talk = await at_desk(world, read_talk, channel, world.owner, openid=openid, limit=7)
    assert [one.content.text for one in talk.items] == ["请进"] * 6 + ["好的"]
    assert talk.items[-1].agent_id == talk.talk.agent_id
    assert talk.talk.unread_count == 0
    assert words_of(await my_talk(world, lin, channel))[-2:] == ["有的", ">有位子吗"]
    (agent,) = (await at_desk(world, list_agents, channel, hao)).items
    assert (agent.is_me, agent.agent.is_staff, agent.agent.handle.endswith("gh_1")) == (
        True,
        True,
        False,
    )
    records = await at_desk(
        world,
        list_records,
        channel,
        SYSTEM,
        since=world.now - timedelta(hours=1),
        until=world.now + timedelta(hours=1),
    )
    said = [one.message.content.text for one in records.items]
    assert said == ["有的", "好的", *["请进"] * 6]
    with pytest.raises(Invalid, match="records_span"):
        await at_desk(
            world,
            list_records,
            channel,
            SYSTEM,
            since=world.now - timedelta(hours=25),
            until=world.now,
        )
    with pytest.raises(Refusal, match="person_required"):
        await at_desk(world, answer_talk, channel, SYSTEM, openid=openid, content=text("谁"))
    await world.advance(timedelta(hours=49))
    with pytest.raises(Refusal, match="out_of_time"):
        await at_desk(world, answer_talk, channel, hao, openid=openid, content=text("晚了"))


async def test_who_leaves_needs_no_agent(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, openid = await follower(world, channel)
    await add(world, channel)
    await at_desk(world, attend_talk, channel, SYSTEM, openid=openid, handle=ANNA)
    await world.office.run(unfollow, Unfollow(channel_id=channel.channel_id), lin)
    assert await handles(world, channel) == [(ANNA, 1001, False, 0)]
    with pytest.raises(Refusal, match="left"):
        await at_desk(world, attend_talk, channel, SYSTEM, openid=openid, handle=ANNA)


async def test_agents_are_few_and_go_with_their_conversations(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    _, openid = await follower(world, channel)
    for number in range(AGENTS_MAX):
        await add(world, channel, f"a{number}@gh_1")
    with pytest.raises(Refusal, match="agents_too_many"):
        await add(world, channel)
    with pytest.raises(Refusal, match="agent_exists"):
        await add(world, channel, "a1@gh_1")
    await at_desk(world, change_agent, channel, SYSTEM, handle="a1@gh_1", is_on_duty=False)
    with pytest.raises(Refusal, match="off_duty"):
        await at_desk(world, attend_talk, channel, SYSTEM, openid=openid, handle="a1@gh_1")
    await at_desk(world, change_agent, channel, SYSTEM, handle="a2@gh_1", nickname="小二")
    await at_desk(world, attend_talk, channel, SYSTEM, openid=openid, handle="a2@gh_1")
    await at_desk(world, remove_agent, channel, SYSTEM, handle="a2@gh_1")
    with pytest.raises(NotFound, match="no_such_agent"):
        await at_desk(world, remove_agent, channel, SYSTEM, handle="a2@gh_1")
    await at_desk(world, attend_talk, channel, SYSTEM, openid=openid, handle="a3@gh_1")
    await add(world, channel)
    assert (await handles(world, channel))[-1][:2] == (ANNA, 1011)


async def rules_of(world: World, channel: Channel, actor: Actor) -> list[Rule]:
    found: list[Rule] = (await at_desk(world, list_rules, channel, actor)).items
    return found


async def test_rules_are_written_changed_and_deleted(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    start = await world.mark()
    facts = {"name": "茶", "keywords": [Keyword(text="茶")], "replies": [text("有")]}
    rule: Rule = await at_desk(world, add_rule, channel, world.owner, **facts)
    default = {"kind": RuleKind.DEFAULT, "name": "默认", "replies": [text("您好")]}
    await at_desk(world, add_rule, channel, world.owner, **default)
    with pytest.raises(Refusal, match="default_exists"):
        await at_desk(world, add_rule, channel, world.owner, **default)
    facts["replies"] = [text("没有")]
    await at_desk(world, change_rule, channel, world.owner, rule_id=rule.rule_id, **facts)
    found = await rules_of(world, channel, world.owner)
    assert [one.replies[0].text for one in found] == ["没有", "您好"]
    await at_desk(world, delete_rule, channel, world.owner, rule_id=rule.rule_id)
    with pytest.raises(NotFound, match="no_such_rule"):
        await at_desk(world, delete_rule, channel, world.owner, rule_id=rule.rule_id)
    assert len(await rules_of(world, channel, world.owner)) == 1
    assert await world.events(start) == ["talks.rules_changed"] * 4
