"""Bills find their lines by indexes: one merchant's day, however much all others have."""

import pytest

from banyan.views.bills import store as bills
from banyan.views.statements import store as statements
from tests.kit.world import World

_FILL = """
insert into charges.charges (
    merchant_id, charge_id, provider_id, combined_id, network, protocol, way, out_no, digest,
    token, channel_id, sub_channel_id, wanted_payer_id, currency, total_fen, is_shared, facts,
    created_at, payable_until, state, payer_id, paid_at, payer_fen
)
select n % 50, n, n % 7, 0, 'wechat', 'wechat', 'native', n::text, ''::bytea, n::text, 0, 0, 0,
    'CNY', 1, false, '{}', at, at, 'paid', n % 400, at, 1
from generate_series(1, 20000) as n
cross join lateral (select timestamptz '2026-01-01' + n * interval '1 minute' as at) as t
"""
_GIVE_BACK = """
insert into charges.refunds (
    merchant_id, refund_id, charge_id, provider_id, network, out_refund_no, digest, refund_fen,
    payer_fen, voucher_fen, discount_fen, fee_fen, pool_fen, funds, reason, facts, refunded_by,
    refunded_at, payer_id
)
select merchant_id, charge_id, charge_id, provider_id, network, out_no, ''::bytea, 1, 1, 0, 0, 0, 0,
    'unsettled', '', '{}', 0, paid_at, payer_id
from charges.charges
"""
_DAY = "(7, 0, '{wechat}', 'CNY', '2026-01-03', '2026-01-04', 1000)"


@pytest.mark.parametrize(
    ("statement", "values", "indexes"),
    [
        (bills.LIST_PAID, _DAY, ("charges_paid", "charges_provider_paid")),
        (bills.LIST_REFUNDED, _DAY, ("refunds_day", "refunds_provider")),
        (
            statements.LIST_ENTRIES,
            "(7, 'CNY', '2026-01-10', 0, 21)",
            ("charges_payer", "refunds_payer"),
        ),
    ],
)
async def test_nobody_walks_what_others_paid(
    world: World, statement: str, values: str, indexes: tuple[str, ...]
) -> None:
    """Also with a plan that is made before the values are known, as a busy server has it."""
    async with world.building.pool.acquire() as db, db.transaction():
        for filling in (_FILL, _GIVE_BACK, "analyze charges.charges", "analyze charges.refunds"):
            await db.execute(filling)
        await db.execute("set local plan_cache_mode = force_generic_plan")
        await db.execute(f"prepare listing as {statement}")
        rows = await db.fetch(f"explain (verbose) execute listing {values}")
        await db.execute("deallocate listing")
        await db.execute("delete from charges.refunds")
        await db.execute("delete from charges.charges")
    plan = "\n".join(row[0] for row in rows)
    assert all(index in plan for index in indexes), plan
    assert "Seq Scan on charges.charges" not in plan, plan
    assert "Seq Scan on charges.refunds" not in plan, plan
