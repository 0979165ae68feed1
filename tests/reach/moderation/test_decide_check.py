"""People decide what waits, once; a merchant may appeal, once, and somebody else decides."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from banyan.base.errors import Failure, Invalid, NotFound, Refusal
from banyan.books.work import Actor
from banyan.reach.moderation import (
    AppealCheck,
    Check,
    CheckState,
    DecideCheck,
    ListChecks,
    ListWaiting,
    Opinion,
    Reason,
    SetPlatformWord,
    Word,
    appeal_check,
    decide_check,
    list_checks,
    list_waiting,
    set_platform_word,
)
from tests.kit.moderation import BAD, UNCLEAR, ask, hear_decisions, make_channel, operator
from tests.kit.world import World


@pytest.fixture
def told() -> Iterator[list[Check]]:
    """What the room of the subject was told."""
    with hear_decisions() as heard:
        yield heard


async def decide(
    world: World, check: Check, actor: Actor, *, passes: bool, reason: Reason | None = None
) -> Check:
    command = DecideCheck(
        channel_id=check.channel_id, check_id=check.check_id, passes=passes, reason=reason
    )
    return await world.office.run(decide_check, command, actor)


async def appeal(world: World, check: Check) -> Check:
    command = AppealCheck(
        merchant_id=world.merchant_id,
        channel_id=check.channel_id,
        check_id=check.check_id,
        appeal="这是我们的店庆活动",
    )
    return await world.office.run(appeal_check, command, world.owner)


async def code_of(world: World, check: Check, actor: Actor, *, passes: bool) -> str:
    with pytest.raises(Failure) as failed:
        await decide(world, check, actor, passes=passes)
    return failed.value.code


async def test_what_waits_is_listed_and_decided(world: World, told: list[Check]) -> None:
    channel, lin = await make_channel(world), await operator(world)
    first, second = await ask(world, channel, UNCLEAR), await ask(world, channel, UNCLEAR + "二")
    page = await world.office.run(list_waiting, ListWaiting(limit=1), lin)
    assert [one.check_id for one in page.items] == [first.check_id]
    assert page.items[0].evidence[0].words == ["公众号互推"]
    await decide(world, first, lin, passes=True)
    refused = await decide(world, second, lin, passes=False)
    assert [one.state for one in told] == [CheckState.PASSED, CheckState.REFUSED]
    assert refused.reason is Reason.MUTUAL_PROMOTION
    assert not (await world.office.run(list_waiting, ListWaiting(), lin)).items
    assert await code_of(world, first, lin, passes=False) == "moderation.already_decided"


async def test_only_operators_decide(world: World, told: list[Check]) -> None:
    channel = await make_channel(world)
    check = await ask(world, channel, UNCLEAR)
    for actor in (world.owner, await world.person("wu")):
        with pytest.raises(NotFound):
            await decide(world, check, actor, passes=True)
        with pytest.raises(NotFound):
            await world.office.run(list_waiting, ListWaiting(), actor)
    assert not told


async def test_of_many_who_decide_one_does(world: World, told: list[Check]) -> None:
    channel = await make_channel(world)
    check = await ask(world, channel, UNCLEAR)
    people = [await operator(world, name) for name in ("lin", "wu", "chen")]
    outcomes = await asyncio.gather(
        *(decide(world, check, people[at % 3], passes=at % 2 == 0) for at in range(9)),
        return_exceptions=True,
    )
    done = [one for one in outcomes if isinstance(one, Check)]
    assert len(done) == len(told) == 1
    assert all(
        one.code == "moderation.already_decided" for one in outcomes if isinstance(one, Refusal)
    )


async def test_an_appeal_turns_a_refusal(world: World, told: list[Check]) -> None:
    channel, lin = await make_channel(world), await operator(world)
    check = await ask(world, channel, BAD)
    assert (await appeal(world, check)).state is CheckState.APPEALED
    (waiting,) = (await world.office.run(list_waiting, ListWaiting(), lin)).items
    assert waiting.appeal == "这是我们的店庆活动"
    passed = await decide(world, check, lin, passes=True)
    assert [one.state for one in told] == [CheckState.REFUSED, CheckState.PASSED]
    assert passed.reason is None
    with pytest.raises(Refusal, match="appealed_before"):
        await appeal(world, check)


async def test_who_refused_does_not_judge_the_appeal(world: World, told: list[Check]) -> None:
    channel, lin = await make_channel(world), await operator(world)
    check = await ask(world, channel, UNCLEAR)
    await decide(world, check, lin, passes=False)
    await appeal(world, check)
    assert await code_of(world, check, lin, passes=True) == "moderation.same_person"
    kept = await decide(world, check, await operator(world, "wu"), passes=False)
    assert kept.state is CheckState.REFUSED
    # What was refused stays so: its room knows already.
    assert [one.state for one in told] == [CheckState.REFUSED]


async def test_appeals_have_their_time(world: World, told: list[Check]) -> None:
    channel = await make_channel(world)
    good, bad = await ask(world, channel, "新茶"), await ask(world, channel, BAD)
    with pytest.raises(Refusal, match="not_refused"):
        await appeal(world, good)
    await world.advance(timedelta(days=31))
    with pytest.raises(Refusal, match="too_late"):
        await appeal(world, bad)
    assert len(told) == 2


async def test_a_merchant_sees_its_own_alone(world: World, told: list[Check]) -> None:
    channel = await make_channel(world)
    check = await ask(world, channel, BAD)
    query = ListChecks(merchant_id=world.merchant_id, channel_id=channel.channel_id)
    (shown,) = (await world.office.run(list_checks, query, world.owner)).items
    assert shown.check_id == check.check_id
    other = await world.merchant("麦香", owner="fang")
    with pytest.raises(NotFound):
        await world.office.run(
            list_checks,
            ListChecks(merchant_id=other, channel_id=channel.channel_id),
            world.as_person("fang"),
        )
    del told


async def test_a_refusal_needs_a_reason(world: World, told: list[Check]) -> None:
    channel, lin = await make_channel(world), await operator(world)
    check = await ask(world, channel, UNCLEAR)
    async with world.building.pool.acquire() as db:
        await db.execute("update moderation.checks set reason = null")
    with pytest.raises(Invalid, match="reason_missing"):
        await decide(world, check, lin, passes=False)
    await decide(world, check, lin, passes=False, reason=Reason.CRIME)
    assert told[0].reason is Reason.CRIME


async def test_the_operators_words_hold_for_everybody(world: World, told: list[Check]) -> None:
    channel, lin = await make_channel(world), await operator(world)
    word = Word(word="某某事件", reason=Reason.POLITICS, opinion=Opinion.REFUSE)
    with pytest.raises(NotFound):
        await world.office.run(set_platform_word, SetPlatformWord(word=word), world.owner)
    await world.office.run(set_platform_word, SetPlatformWord(word=word), lin)
    check = await ask(world, channel, "说说某 某 事 件")
    assert check.reason is Reason.POLITICS
    assert told[0].state is CheckState.REFUSED


async def test_what_cannot_wait_passes_and_says_so(world: World, told: list[Check]) -> None:
    channel = await make_channel(world)
    check = await ask(world, channel, UNCLEAR, waits=False)
    assert check.state is CheckState.PASSED
    assert check.opinion is Opinion.REVIEW
    assert (await ask(world, channel, BAD, waits=False)).state is CheckState.REFUSED
    assert len(told) == 2
