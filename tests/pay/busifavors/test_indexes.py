"""A coupon is found by its code, however many there are: each use looks for one."""

import pytest

from banyan.base.db import Connection
from banyan.pay.busifavors import store


@pytest.mark.parametrize(
    ("statement", "types", "values", "index"),
    [
        (store._find_coupons, "text, bigint, bigint", "'TEA', null, 7", "coupons_by_code"),
        (store._list_subsidies, "bigint, bigint, text, text", "7, 8, 'TEA', null", "by_code"),
    ],
)
async def test_nobody_walks_all_coupons(
    untouched: Connection, statement: str, types: str, values: str, index: str
) -> None:
    await untouched.execute("set enable_seqscan = off")
    await untouched.execute("set plan_cache_mode = force_generic_plan")
    await untouched.execute(f"prepare looking ({types}) as {statement}")
    rows = await untouched.fetch(f"explain execute looking ({values})")
    plan = "\n".join(row[0] for row in rows)
    assert index in plan, plan
    assert "Seq Scan" not in plan, plan
