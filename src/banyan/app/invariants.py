"""Runs the promises of all rooms as queries and tells which of them do not hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import asyncpg
import msgspec

from banyan.books.room import Room

_rows_max = 5
_wait_s = 1_800
_patience = "set local statement_timeout = '30min'"


class Broken(msgspec.Struct, frozen=True):
    """A promise that does not hold, with the first rows that show it."""

    name: str
    why: str
    rows: list[str]


def count_invariants(rooms: Sequence[Room]) -> int:
    """How many promises there are."""
    return sum(len(room.invariants) for room in rooms)


async def check_invariants(
    pool: asyncpg.Pool[asyncpg.Record],
    rooms: Sequence[Room],
    report: Callable[[str], None] = lambda _name: None,
) -> list[Broken]:
    """Every broken promise; none is the good answer. `report` hears each name before its query."""
    broken = []
    for room in rooms:
        for one in room.invariants:
            report(one.name)
            async with pool.acquire() as db, db.transaction(readonly=True):
                # A promise is checked over whole tables: it may take longer than any request.
                await db.execute(_patience)
                rows = await db.fetch(one.sql, timeout=_wait_s)
            if rows:
                shown = [str(dict(row)) for row in rows[:_rows_max]]
                broken.append(Broken(one.name, one.why, shown))
    return broken
