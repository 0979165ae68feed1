"""A stock that ends expires its vouchers a step at a time, and no step walks those before it."""

from banyan.base.db import Connection
from banyan.pay.vouchers import store


async def test_each_step_takes_up_where_the_last_one_ended(untouched: Connection) -> None:
    await untouched.execute("set enable_seqscan = off; set enable_bitmapscan = off")
    rows = await untouched.fetch(f"explain {store._expire}", 7, 1_000)
    plan = "\n".join(row[0] for row in rows)
    assert "vouchers_open" in plan, plan
    assert "Sort" not in plan, plan
