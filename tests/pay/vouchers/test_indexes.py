"""A stock that ends expires its vouchers a step at a time, and no step walks those before it."""

from banyan.pay.vouchers import store
from tests.kit.world import World


async def test_each_step_takes_up_where_the_last_one_ended(world: World) -> None:
    async with world.building.pool.acquire() as db, db.transaction():
        await db.execute("set local enable_seqscan = off")
        await db.execute("set local enable_bitmapscan = off")
        rows = await db.fetch(f"explain {store._expire}", 7, 1_000)
    plan = "\n".join(row[0] for row in rows)
    assert "vouchers_open" in plan, plan
    assert "Sort" not in plan, plan
