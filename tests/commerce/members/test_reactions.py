"""What members spend is counted, and tiers follow it up and down."""

import asyncio

from banyan.commerce.members import NewTier, SetTiers, set_tiers
from banyan.commerce.members.store import Spending, add_spent, lock_members
from banyan.commerce.members.types import PaidOrder, RefundedOrder
from banyan.commerce.orders import OrderPaid, OrderRefunded
from tests.kit.loyalty import add_crowd, card, join
from tests.kit.sales import buy, open_busy_shop, refund
from tests.kit.world import World


async def test_points_and_spending_follow_an_order_and_its_refund(world: World) -> None:
    shop = await open_busy_shop(world)
    await join(world, "lin")
    order = await buy(world, "lin", shop, {shop.oolong: 2})
    await world.settle()
    mine = await card(world, "lin")
    assert (mine.spent_fen, mine.orders_count, mine.points) == (3600, 1, 36)
    await refund(world, order, {1: 1})
    await world.settle()
    mine = await card(world, "lin")
    assert (mine.spent_fen, mine.orders_count, mine.points) == (1800, 1, 18)
    await refund(world, order)
    await world.settle()
    mine = await card(world, "lin")
    assert (mine.spent_fen, mine.orders_count, mine.points) == (0, 1, 0)


async def test_a_tier_is_reached_by_an_order_and_lost_by_its_refund(world: World) -> None:
    shop = await open_busy_shop(world)
    tiers = [
        NewTier(name="会员", threshold_fen=0),
        NewTier(name="银卡", threshold_fen=3000, discount_bp=1000, points_rate_bp=200),
    ]
    command = SetTiers(merchant_id=world.merchant_id, tiers=tiers)
    await world.office.run(set_tiers, command, world.owner)
    await join(world, "lin")
    start = await world.mark()
    first = await buy(world, "lin", shop, {shop.oolong: 2})
    await world.settle()
    mine = await card(world, "lin")
    assert (mine.tier_name, mine.discount_bp, mine.next_tier_name) == ("银卡", 1000, None)
    second = await buy(world, "lin", shop, {shop.oolong: 1})
    assert (second.discount_fen, second.total_fen, second.points_earned) == (180, 1620, 32)
    await refund(world, first)
    await world.settle()
    assert (await card(world, "lin")).tier_name == "会员"
    changes = [kind for kind in await world.events(start) if kind == "members.tier_changed"]
    assert len(changes) == 2


async def test_people_who_are_no_members_are_not_counted(world: World) -> None:
    shop = await open_busy_shop(world)
    await buy(world, "lin", shop, {shop.oolong: 1})
    await world.settle()
    await join(world, "lin")
    mine = await card(world, "lin")
    assert (mine.spent_fen, mine.orders_count) == (0, 0)
    await add_crowd(world, 1)


def test_what_is_read_of_orders_is_what_orders_say() -> None:
    for ours, theirs in ((PaidOrder, OrderPaid), (RefundedOrder, OrderRefunded)):
        assert set(ours.__struct_fields__) <= set(theirs.__struct_fields__)
        assert ours.__struct_config__.tag == theirs.__struct_config__.tag


async def test_spending_is_counted_in_the_order_in_which_a_refund_locks(world: World) -> None:
    """Who joined later may have come to us earlier: two orders of locks would be a deadlock."""
    merchant_id = int(await world.merchant())
    people = [(await world.person(name)).actor_id for name in ("lin", "wu")]
    members = [int((await join(world, name)).member_id) for name in ("wu", "lin")]
    assert people == sorted(people)
    assert members == sorted(members)
    spendings = {(merchant_id, one): Spending(spent_fen=100) for one in people}
    pool = world.building.pool

    async def count() -> None:
        async with pool.acquire() as db, db.transaction():
            assert len(await add_spent(db, spendings)) == len(people)

    async with asyncio.TaskGroup() as group, pool.acquire() as db, db.transaction():
        await lock_members(db, [(merchant_id, members[0])])
        counting = group.create_task(count())
        async with pool.acquire() as other:
            for _ in range(1_000):
                if await other.fetchval(WAITING):
                    break
                await asyncio.sleep(0.01)
        assert not counting.done()
        await lock_members(db, [(merchant_id, members[1])])
    assert [(await card(world, name)).spent_fen for name in ("lin", "wu")] == [100, 100]


WAITING = """
select count(*) from pg_stat_activity
where datname = current_database() and wait_event_type = 'Lock'
"""
