"""Lanes are locked in ascending order, however their rows lie: rivals queue, and don't deadlock."""

from datetime import UTC, datetime
from itertools import product

from banyan.base.db import connect
from banyan.books.journal import LANES, store

_ACTOR = ("system", 0)
_SUBJECTS = (0, 0, 0, 0, 0, 0)


async def test_lanes_are_locked_in_ascending_order(dsn: str) -> None:
    """The first part of the statement tells in which order it went through them."""
    db = await connect(dsn)
    for lane in reversed(range(LANES)):
        await db.execute("update journal.lanes set last_number = 0 where lane = $1", lane)
    locking, _, _ = store.APPEND.partition("insert into")
    modes = ("force_custom_plan", "force_generic_plan")
    for is_known, mode, count in product((False, True), modes, range(1, LANES + 1)):
        if is_known:
            await db.execute("analyze journal.lanes")
        await db.execute(f"set plan_cache_mode = {mode}")
        lanes = list(range(LANES - count, LANES))
        transaction = db.transaction()
        await transaction.start()
        rows = await db.fetch(f"{locking} select lane from taken", lanes, [1] * count)
        assert [row["lane"] for row in rows] == lanes
        await transaction.rollback()
    await db.close()


async def test_each_fact_gets_its_own_data(dsn: str) -> None:
    db = await connect(dsn)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    data = [b"", b"\x00", "{}[]".encode("utf-16"), '{"红":"包"}'.encode(), b"null"]
    lanes = [(3, 1), (0, 1), (3, 2), (15, 1), (0, 2)]
    facts = [store.NewFact(*one, "test.told", now, *_ACTOR, *_SUBJECTS) for one in lanes]
    await store.append(db, facts, data)
    rows = await db.fetch("select lane, number, data from journal.events order by lane, number")
    told = {(row["lane"], row["number"]): row["data"] for row in rows}
    assert told == dict(zip(lanes, data, strict=True))
    await db.close()
