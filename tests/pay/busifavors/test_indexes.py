"""A coupon is found by its code, however many there are: each use looks for one."""

import pytest

from banyan.pay.busifavors import store
from tests.kit.world import World


@pytest.mark.parametrize(
    ("statement", "types", "values", "index"),
    [
        (store._find_coupons, "text, bigint, bigint", "'TEA', null, 7", "coupons_by_code"),
        (store._list_subsidies, "bigint, bigint, text, text", "7, 8, 'TEA', null", "by_code"),
    ],
)
async def test_nobody_walks_all_coupons(
    world: World, statement: str, types: str, values: str, index: str
) -> None:
    async with world.building.pool.acquire() as db, db.transaction():
        await db.execute("set local enable_seqscan = off")
        await db.execute("set local plan_cache_mode = force_generic_plan")
        await db.execute(f"prepare looking ({types}) as {statement}")
        rows = await db.fetch(f"explain execute looking ({values})")
        await db.execute("deallocate looking")
    plan = "\n".join(row[0] for row in rows)
    assert index in plan, plan
    assert "Seq Scan" not in plan, plan
