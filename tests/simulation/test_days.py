"""Random days from a seed: whatever happens, what people were told is so, and the books agree.

BANYAN_TEST_SEED=n lives the days of another seed.
"""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from banyan.books.follow import follow_once, rewind
from banyan.books.journal import LANES
from banyan.commerce import members
from banyan.commerce.coupons import CouponKind
from banyan.commerce.places import PlaceKind
from banyan.views.insight import PLACE, begin_again, export_all, store
from tests.kit.commerce_shop import add_spots, open_tea_shop
from tests.kit.days import Days
from tests.kit.loyalty import offer
from tests.kit.sales import balance, money_of, open_bank
from tests.kit.world import World

SEEDS = [int(os.environ["BANYAN_TEST_SEED"])] if "BANYAN_TEST_SEED" in os.environ else [1, 2]
ACTS = 300

(SPENDING,) = members.ROOM.followers


async def live(world: World, seed: int, acts: int) -> Days:
    """Some days at a tea shop with too little tea, and coupons that soon run out or expire."""
    shop = await open_tea_shop(world, stock=60)
    await open_bank(world)
    campaigns = [
        await offer(world, "Small", threshold_fen=1_000, amount_off_fen=200, is_welcome=True),
        await offer(world, "Few", threshold_fen=0, amount_off_fen=300, budget=4, valid_days=1),
        await offer(
            world, "Share", kind=CouponKind.PERCENT_OFF, threshold_fen=0, percent_bp=1_250,
            cap_fen=900, per_person_limit=3,
        ),
    ]  # fmt: skip
    codes = await add_spots(world, shop.store_id, PlaceKind.DOOR, ["South", "North"])
    days = Days(world, shop, campaigns, codes, seed)
    await days.live(acts)
    await world.settle()
    return days


async def read_spending(world: World) -> dict[int, tuple[object, ...]]:
    """What the follower has made of the journal."""
    async with world.building.pool.acquire() as db:
        rows = await db.fetch(
            "select member_id, spent_fen, orders_count, last_order_at from members.members"
        )
    return {row[0]: tuple(row)[1:] for row in rows}


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
async def test_what_people_were_told_is_so(world: World, seed: int) -> None:
    days = await live(world, seed, ACTS)
    for name, life in days.lives.items():
        assert await balance(world, name) == life.wallet_fen, name
    purse, till = await money_of(world, days.shop.merchant_id)
    assert purse == sum(life.spent_fen for life in days.lives.values())
    assert till == days.till_fen
    spending = await read_spending(world)
    async with world.building.pool.acquire() as db:
        people = await db.fetch("select member_id, person_id from members.members")
    by_person = {life.actor.person_id: life for life in days.lives.values()}
    for member_id, person_id in people:
        spent, orders, _ = spending[member_id]
        assert spent == by_person[person_id].spent_fen
        assert orders == len(by_person[person_id].paid)
    await world.check()
    # Rivals make no two runs the same, so only what happens all the time is asked for here.
    kinds = set(await world.events())
    assert {"orders.paid", "orders.refunded", "orders.expired", "coupons.claimed"} <= kinds
    assert days.refused


@pytest.mark.slow
async def test_replaying_the_journal_gives_what_was_there(world: World, tmp_path: Path) -> None:
    await live(world, seed=3, acts=ACTS // 2)
    spending = await read_spending(world)
    assert any(orders for _, orders, _ in spending.values())
    async with world.office.begin() as work:
        await work.db.execute(
            "update members.members set spent_fen = 0, orders_count = 0, last_order_at = null"
        )
        for lane in range(LANES):
            await rewind(work, SPENDING, lane)
    while await follow_once(world.office, [SPENDING]):
        pass
    assert await read_spending(world) == spending
    PLACE.open(tmp_path)
    try:
        await export_all(world.office)
        live_rows = await read_exported(world, tmp_path)
        assert live_rows.num_rows > 50
        await begin_again(world.office)
        await export_all(world.office)
        assert (await read_exported(world, tmp_path)).equals(live_rows)
    finally:
        PLACE.close()
    await world.settle()


async def read_exported(world: World, folder: Path) -> pa.Table:
    """Every row in the listed files, in a fixed order."""
    async with world.building.pool.acquire() as db:
        parts = await store.list_parts(db)
    tables = [pq.read_table(part.path_in(folder)) for part in parts]
    return pa.concat_tables(tables).sort_by([("lane", "ascending"), ("number", "ascending")])
