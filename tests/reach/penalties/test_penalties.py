"""Sudden crowds are noticed and explained; penalties hold, and end by themselves."""

import asyncio
from datetime import timedelta

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.reach.channels import Channel, Unfollow, unfollow
from banyan.reach.penalties import (
    Crowd,
    GivePenalty,
    LiftPenalty,
    ListPenalties,
    ListSuspicions,
    Penalty,
    PenaltyKind,
    SettleSuspicion,
    Sign,
    Suspicion,
    SuspicionKind,
    give_penalty,
    lift_penalty,
    list_penalties,
    list_suspicions,
    settle_suspicion,
)
from banyan.reach.penalties.rules import CROWD_MIN, decide_signs
from tests.kit.loyalty import add_crowd, follow_crowd, send_to
from tests.kit.moderation import ask, hear_decisions, make_channel, operator
from tests.kit.world import World


async def give(
    world: World, channel: Channel, kind: PenaltyKind = PenaltyKind.SENDING_STOPPED, days: int = 7
) -> Penalty:
    command = GivePenalty(channel_id=channel.channel_id, kind=kind, days=days, reason="advertising")
    return await world.office.run(give_penalty, command, await operator(world))


async def suspicions(world: World) -> list[Suspicion]:
    found = await world.office.run(list_suspicions, ListSuspicions(), await operator(world))
    return found.items


@pytest_asyncio.fixture(autouse=True)
async def _a_new_day(world: World) -> None:
    """Go on from an early hour: what is suspect is so of a day."""
    tomorrow = world.now + timedelta(days=1)
    await world.office.set_clock(tomorrow.replace(hour=1, minute=0))


async def test_a_crowd_of_strangers_is_noticed_and_explained(world: World) -> None:
    channel = await make_channel(world)
    crowd = await add_crowd(world, 60)
    await follow_crowd(world, crowd, channel.channel_id)
    await world.settle()
    await world.advance(timedelta(hours=2))
    (found,) = await suspicions(world)
    assert found.kind is SuspicionKind.BOUGHT_FOLLOWERS
    assert found.channel_name == channel.name
    assert found.signs == [Sign.BURST, Sign.FRESH, Sign.UNTOUCHED]
    assert (found.facts["follows_count"], found.facts["hour_max"]) == (60, 60)
    for one in crowd[:30]:
        await world.office.run(unfollow, Unfollow(channel_id=channel.channel_id), one)
    await world.settle()
    await world.advance(timedelta(hours=2))
    (found,) = await suspicions(world)
    assert Sign.LEAVING in found.signs
    assert found.facts["left_count"] == 30


async def test_who_comes_all_the_time_puts_no_look_off(world: World) -> None:
    channel = await make_channel(world)
    crowd = await add_crowd(world, 63)
    await follow_crowd(world, crowd[:60], channel.channel_id)
    await world.settle()
    for one in crowd[60:]:
        await world.advance(timedelta(minutes=50))
        await follow_crowd(world, [one], channel.channel_id)
        await world.settle()
    assert len(await suspicions(world)) == 1


async def test_who_comes_back_at_once_has_not_left(world: World) -> None:
    channel = await make_channel(world)
    crowd = await add_crowd(world, 60)
    await follow_crowd(world, crowd, channel.channel_id)
    await world.settle()
    for one in crowd[:30]:
        await world.office.run(unfollow, Unfollow(channel_id=channel.channel_id), one)
    await follow_crowd(world, crowd[:30], channel.channel_id)
    await world.settle()
    await world.advance(timedelta(hours=2))
    (found,) = await suspicions(world)
    assert Sign.LEAVING not in found.signs
    assert found.facts["left_count"] == 0


async def test_people_settle_a_suspicion_once(world: World) -> None:
    channel = await make_channel(world)
    await follow_crowd(world, await add_crowd(world, 60), channel.channel_id)
    await world.settle()
    await world.advance(timedelta(hours=2))
    (found,) = await suspicions(world)
    lin = await operator(world)
    key = {"channel_id": channel.channel_id, "suspicion_id": found.suspicion_id}
    with pytest.raises(Invalid, match="days_missing"):
        await world.office.run(
            settle_suspicion,
            SettleSuspicion(**key, penalty=PenaltyKind.WARNING),  # type: ignore[arg-type]
            lin,
        )
    command = SettleSuspicion(**key, penalty=PenaltyKind.SENDING_STOPPED, days=3)  # type: ignore[arg-type]
    outcomes = await asyncio.gather(
        *(world.office.run(settle_suspicion, command, lin) for _ in range(6)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Suspicion) for one in outcomes) == 1
    query = ListPenalties(merchant_id=world.merchant_id, channel_id=channel.channel_id)
    (given_,) = (await world.office.run(list_penalties, query, world.owner)).items
    assert (given_.reason, given_.facts["follows_count"]) == ("bought_followers", 60)


async def test_repeated_forced_sharing_is_noticed(world: World) -> None:
    channel = await make_channel(world)
    with hear_decisions():
        for _ in range(3):
            await ask(world, channel, "集满38个赞送奶茶")
    await world.settle()
    await world.advance(timedelta(hours=2))
    (found,) = await suspicions(world)
    assert (found.kind, found.facts) == (SuspicionKind.FORCED_SHARING, {"refusals_count": 3})


async def test_who_may_not_send_to_many_does_not_until_it_ends(world: World) -> None:
    channel = await make_channel(world)
    (fan,) = await add_crowd(world, 1)
    await follow_crowd(world, [fan], channel.channel_id)
    await give(world, channel, days=7)
    with pytest.raises(Refusal, match="sending_stopped"):
        await send_to(world, channel)
    await world.advance(timedelta(days=8))
    await send_to(world, channel)
    query = ListPenalties(merchant_id=world.merchant_id, channel_id=channel.channel_id)
    (ended,) = (await world.office.run(list_penalties, query, world.owner)).items
    assert ended.lifted_at is not None


async def test_a_warning_stops_nothing_and_a_penalty_may_be_lifted(world: World) -> None:
    channel = await make_channel(world)
    (fan,) = await add_crowd(world, 1)
    await follow_crowd(world, [fan], channel.channel_id)
    await give(world, channel, PenaltyKind.WARNING)
    given_ = await give(world, channel)
    lift = LiftPenalty(channel_id=channel.channel_id, penalty_id=given_.penalty_id)
    with pytest.raises(NotFound):
        await world.office.run(lift_penalty, lift, world.owner)
    await world.office.run(lift_penalty, lift, await operator(world))
    with pytest.raises(NotFound):
        await world.office.run(lift_penalty, lift, await operator(world))
    await send_to(world, channel)


async def test_only_operators_punish(world: World) -> None:
    channel = await make_channel(world)
    command = GivePenalty(
        channel_id=channel.channel_id, kind=PenaltyKind.WARNING, days=1, reason="fraud"
    )
    for actor in (world.owner, await world.person("wu")):
        with pytest.raises(NotFound):
            await world.office.run(give_penalty, command, actor)


@given(
    st.builds(
        Crowd,
        follows_count=st.integers(0, 500),
        hour_max=st.integers(0, 500),
        hour_before_max=st.integers(0, 500),
        fresh_count=st.integers(0, 500),
        code_count=st.integers(0, 500),
        left_count=st.integers(0, 500),
    )
)
def test_one_sign_alone_is_none(crowd: Crowd) -> None:
    signs = decide_signs(crowd)
    assert len(signs) != 1
    assert not signs or crowd.follows_count >= CROWD_MIN
