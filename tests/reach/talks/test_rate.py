"""Answers that agents keep ready, and what people say of how they were served."""

import asyncio
from datetime import timedelta

import pytest

from banyan.base.errors import NotFound, Refusal
from banyan.books.actor import SYSTEM, Actor
from banyan.reach.channels import Channel, ChannelKind, ensure_openids
from banyan.reach.talks import (
    Choice,
    Content,
    ContentKind,
    RatingCount,
    add_canned,
    answer_talk,
    attend_talk,
    change_canned,
    close_talk,
    delete_canned,
    list_canned,
    read_ratings,
    read_talk,
)
from banyan.reach.talks.types import CANNED_MAX
from tests.kit.loyalty import open_channel
from tests.kit.talks import at_desk, follower, my_talk, tell, text
from tests.kit.world import World


async def serve(world: World, channel: Channel, lin: Actor, openid: str) -> list[Choice]:
    """Have somebody served; return what they are asked when it is over."""
    await tell(world, lin, channel, "有位子吗")
    await at_desk(world, answer_talk, channel, world.owner, openid=openid, content=text("有的"))
    await at_desk(world, close_talk, channel, world.owner, openid=openid, asks_rating=True)
    newest = (await my_talk(world, lin, channel)).items[0].message
    assert newest is not None
    assert newest.content.text == "请评价本次服务"
    assert [one.text for one in newest.content.choices] == ["满意", "一般", "不满意"]
    return newest.content.choices


def tap(choice: Choice) -> Content:
    return Content(kind=ContentKind.TEXT, text=choice.text, choice_id=choice.choice_id)


async def counted(world: World, channel: Channel) -> list[RatingCount]:
    found: list[RatingCount] = (await at_desk(world, read_ratings, channel, world.owner)).items
    return found


async def test_answers_are_kept_ready(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    other = await open_channel(world)
    facts = {"title": "营业时间", "answer": "早九点到晚十点"}
    kept = await at_desk(world, add_canned, channel, world.owner, **facts)
    changed = facts | {"answer": "全天"}
    one = {"canned_id": kept.canned_id}
    await at_desk(world, change_canned, channel, world.owner, **one, **changed)
    (only,) = (await at_desk(world, list_canned, channel, world.owner)).items
    assert (only.title, only.answer) == ("营业时间", "全天")
    with pytest.raises(NotFound, match="no_such_canned"):
        await at_desk(world, delete_canned, other, world.owner, **one)
    await at_desk(world, delete_canned, channel, world.owner, **one)
    with pytest.raises(NotFound, match="no_such_canned"):
        await at_desk(world, change_canned, channel, world.owner, **one, **facts)
    for _ in range(CANNED_MAX - 1):
        await at_desk(world, add_canned, channel, world.owner, **facts)
    outcomes = await asyncio.gather(
        *(at_desk(world, add_canned, channel, world.owner, **facts) for _ in range(4)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Refusal) for one in outcomes) == 3


async def test_rated_twice_at_once_is_counted_once(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, openid = await follower(world, channel)
    choices = await serve(world, channel, lin, openid)
    start = await world.mark()
    said = await asyncio.gather(*(tell(world, lin, channel, tap(one)) for one in choices * 2))
    assert len(said) == 6  # all of it is said, whatever is counted
    kinds = await world.events(start)
    assert (kinds.count("talks.rated"), kinds.count("talks.said")) == (1, 6)
    (tally,) = await counted(world, channel)
    assert (tally.asked, tally.satisfied + tally.so_so + tally.unsatisfied) == (1, 1)
    await serve(world, channel, lin, openid)
    (tally,) = await counted(world, channel)
    assert (tally.asked, tally.satisfied + tally.so_so + tally.unsatisfied) == (2, 1)


async def test_what_is_rated_is_seen_in_the_conversation(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, openid = await follower(world, channel)
    _, _, bad = await serve(world, channel, lin, openid)
    await tell(world, lin, channel, tap(bad))
    talk = await at_desk(world, read_talk, channel, world.owner, openid=openid)
    (rated,) = talk.ratings
    assert rated.rating.value == "unsatisfied"
    assert rated.message_id == talk.items[1].message_id
    assert talk.talk.agent_id == 0
    await world.advance(timedelta(days=31))
    assert await counted(world, channel) == []


async def test_nobody_rates_for_somebody_else(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, openid = await follower(world, channel)
    good, _, _ = await serve(world, channel, lin, openid)
    mo, _ = await follower(world, channel, "mo")
    other = await open_channel(world)
    await follower(world, other)
    start = await world.mark()
    await tell(world, mo, channel, tap(good))
    await tell(world, lin, other, tap(good))
    for choice_id in ("rate-1-satisfied", "rate--satisfied", f"rate-{'9' * 30}-so_so", "rate"):
        await tell(world, lin, channel, tap(Choice(choice_id=choice_id, text="满意")))
    assert "talks.rated" not in await world.events(start)


async def test_who_was_silent_or_is_passed_by_a_program_is_not_asked(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, openid = await follower(world, channel)
    await at_desk(world, attend_talk, channel, world.owner, openid=openid)
    await at_desk(world, close_talk, channel, world.owner, openid=openid, asks_rating=True)
    await tell(world, lin, channel, "在吗")
    await at_desk(world, attend_talk, channel, world.owner, openid=openid)
    await at_desk(world, close_talk, channel, SYSTEM, openid=openid)
    assert await counted(world, channel) == []


async def test_who_talks_to_a_mini_program_is_not_asked(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world, ChannelKind.MINIAPP)
    lin = await world.person("lin")
    await tell(world, lin, channel, "在吗")
    async with world.office.begin() as work:
        openid = (await ensure_openids(work, channel.channel_id, [lin.person_id]))[lin.person_id]
    await at_desk(world, attend_talk, channel, world.owner, openid=openid)
    await at_desk(world, close_talk, channel, world.owner, openid=openid, asks_rating=True)
    assert await counted(world, channel) == []
