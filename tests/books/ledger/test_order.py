"""Accounts are locked by their ids, in whatever order they lie."""

from datetime import UTC, datetime
from itertools import product

import pytest

from banyan.base.db import connect
from banyan.books.ledger import store

_fill = """
insert into ledger.accounts (account_id, book, owner, code, flags)
select i, 156, i, 1, 0 from generate_series($1::integer, 1, -1) as i
"""


@pytest.mark.parametrize("count", [40, 300, 3_000])
async def test_accounts_are_locked_by_their_ids(dsn: str, count: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    db = await connect(dsn)
    await db.execute(_fill, count)
    await db.execute("analyze ledger.accounts")
    modes = ("force_custom_plan", "force_generic_plan")
    for mode, wanted in product(modes, (2, 10, 40, 300, 3_000)):
        await db.execute(f"set plan_cache_mode = {mode}")
        ids = list(range(1, min(wanted, count) + 1))
        # One account is missing: then we are told which took their change, as they were locked.
        deltas = {one: [156, 0, 0, 0, 1] for one in (count + 1, *reversed(ids))}
        assert await store.apply(db, deltas, [], now) == (ids, None)
    await db.close()
