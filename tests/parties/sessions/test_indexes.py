"""What is written with every visit finds its row by an index, however many sessions there are."""

import pytest

from banyan.parties.sessions import store
from tests.kit.world import World


@pytest.mark.parametrize("statement", [store._set_seen, store._expire_session])
async def test_a_session_is_found_by_its_id(world: World, statement: str) -> None:
    by_id = [1] if "any($1)" in statement else 1
    async with world.building.pool.acquire() as db, db.transaction():
        await db.execute("set local enable_seqscan = off")
        rows = await db.fetch(f"explain {statement}", by_id, world.now)
    plan = "\n".join(row[0] for row in rows)
    assert "Seq Scan" not in plan, plan
    assert "sessions_session" in plan, plan
