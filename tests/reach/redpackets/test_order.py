"""Packets are locked by their ids, in whatever order they lie: rivals queue, and don't deadlock."""

from datetime import UTC, datetime
from itertools import product

import pytest

from banyan.base.db import Connection
from banyan.reach.redpackets import store

_fill = """
insert into redpackets.packets (
    packet_id, token, person_id, merchant_id, sender_name, receiver_id, kind, split, currency,
    total_fen, count, shares, best_place, wish, state, sent_at, expires_at
)
select i, 'rp_' || i, 1, 0, '', 0, 'group', 'equal', 'CNY', 2, 2, array[1, 1], 1, '', 'open', $2, $2
from generate_series($1::integer, 1, -1) as i
"""


@pytest.mark.parametrize("count", [40, 300, 3_000])
async def test_packets_are_locked_by_their_ids(untouched: Connection, count: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    await untouched.execute(_fill, count, now)
    await untouched.execute("analyze redpackets.packets")
    modes = ("force_custom_plan", "force_generic_plan")
    for mode, wanted in product(modes, (2, 10, 40, 300)):
        await untouched.execute(f"set plan_cache_mode = {mode}")
        ids = list(range(1, min(wanted, count) + 1))
        turns = [store.Turn(one, 1, 7, now) for one in ids]
        transaction = untouched.transaction()
        await transaction.start()
        rows = await untouched.fetch(f"{store._lock_open} returning p.packet_id", ids)
        assert [row["packet_id"] for row in rows] == ids
        assert list(await store.claim_shares(untouched, dict.fromkeys(ids, 1), turns, now)) == ids
        await transaction.rollback()
