"""People join once, however often and from wherever they ask."""

import asyncio

import pytest

from banyan.base.errors import NotFound, Refusal
from banyan.books.actor import NOBODY
from banyan.commerce.members import (
    Joined,
    JoinMember,
    ListTiers,
    NewMember,
    ensure_members,
    find_member_people,
    find_members,
    join_member,
    list_tiers,
)
from banyan.parties.merchants import MerchantId
from tests.kit.loyalty import add_crowd, card, join, join_crowd, second_office
from tests.kit.world import World


async def test_joining_twice_is_joining_once(world: World) -> None:
    await world.merchant()
    lin = await world.person("lin")
    start = await world.mark()
    command = JoinMember(merchant_id=world.merchant_id)
    first = await world.office.run(join_member, command, lin)
    second = await world.office.run(join_member, command, lin)
    assert (first.is_new, second.is_new) == (True, False)
    assert first.member_id == second.member_id
    assert await world.events(start) == ["members.joined"]
    mine = await card(world, "lin")
    assert (mine.member_id, mine.points, mine.spent_fen) == (first.member_id, 0, 0)
    assert (mine.tier_no, mine.next_tier_short_fen) == (1, 50_000)
    assert mine.merchant_name == "榕树茶馆"


async def test_one_person_on_thirty_devices_becomes_one_member(world: World) -> None:
    await world.merchant()
    lin = await world.person("lin")
    command = JoinMember(merchant_id=world.merchant_id)
    async with second_office(world) as other:
        offices = (world.office, other)
        joined = await asyncio.gather(
            *(offices[n % 2].run(join_member, command, lin) for n in range(30))
        )
    assert len({one.member_id for one in joined}) == 1
    assert sum(one.is_new for one in joined) == 1


async def test_the_same_person_is_another_member_elsewhere(world: World) -> None:
    await world.merchant()
    here = await join(world, "lin")
    there = await world.merchant("别家", owner="wu")
    command = JoinMember(merchant_id=there)
    joined = await world.office.run(join_member, command, world.as_person("lin"))
    assert joined.member_id != here.member_id


async def test_many_join_in_one_transaction_and_are_found_together(world: World) -> None:
    await world.merchant()
    crowd = await add_crowd(world, 50)
    members = await join_crowd(world, crowd)
    assert [one.person_id for one in members] == [one.person_id for one in crowd]
    again = await join_crowd(world, crowd)
    assert again == members
    merchant_id = int(world.merchant_id)
    async with world.office.begin() as work:
        found = await find_members(
            work.db, [(merchant_id, one.person_id) for one in crowd] + [(merchant_id, 5), (5, 5)]
        )
        people = await find_member_people(
            work.db, [(merchant_id, int(one.member_id)) for one in members] + [(5, 5)]
        )
    assert len(found) == 50
    assert set(people.values()) == {one.person_id for one in crowd}
    assert {one.tier.points_rate_bp for one in found.values()} == {100}


async def test_a_name_twice_in_one_batch_joins_once(world: World) -> None:
    await world.merchant()
    (lin,) = await add_crowd(world, 1)
    async with world.office.begin() as work:
        new = NewMember(
            merchant_id=int(world.merchant_id), person_id=lin.person_id, joined_at=work.now
        )
        assert len(await ensure_members(work, [new, new])) == 1
        assert len(work.events) == 1


async def test_one_must_be_somebody_and_the_merchant_exist(world: World) -> None:
    await world.merchant()
    lin = await world.person("lin")
    start = await world.mark()
    with pytest.raises(Refusal, match=r"sessions\.required"):
        await world.office.run(join_member, JoinMember(merchant_id=world.merchant_id), NOBODY)
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await world.office.run(join_member, JoinMember(merchant_id=MerchantId(9)), lin)
    assert await world.events(start) == []


async def test_a_merchant_that_nobody_joined_sees_the_tiers_it_would_begin_with(
    world: World,
) -> None:
    await world.merchant()
    tiers = await world.office.run(
        list_tiers, ListTiers(merchant_id=world.merchant_id), world.owner
    )
    assert [one.tier_no for one in tiers.tiers] == [1, 2, 3, 4]


async def test_a_crowd_that_joins_at_once_shares_a_transaction(world: World) -> None:
    await world.merchant()
    crowd = [await world.person(f"guest {number}") for number in range(40)]
    wrong = JoinMember(merchant_id=MerchantId(9))
    command = JoinMember(merchant_id=world.merchant_id)
    async with world.building.pool.acquire() as db:
        joined = await asyncio.gather(
            *(world.office.run(join_member, command, actor) for actor in (*crowd, crowd[0])),
            world.office.run(join_member, wrong, crowd[1]),
            return_exceptions=True,
        )
        *members, refused = joined
        assert isinstance(refused, NotFound)
        found = [one for one in members if isinstance(one, Joined)]
        assert len({one.member_id for one in found}) == len(crowd)
        assert sum(one.is_new for one in found) == len(crowd)
        # Each fact is its own caller's, and hardly any had a transaction alone.
        rows = await db.fetch(
            "select actor_id, person_id, xmin::text from journal.events"
            " where kind = 'members.joined' and merchant_id = $1",
            world.merchant_id,
        )
    assert {row["person_id"] for row in rows} == {actor.person_id for actor in crowd}
    assert all(row["actor_id"] == row["person_id"] for row in rows)
    assert len({row["xmin"] for row in rows}) < len(crowd) / 2
