"""Runs the promises of all rooms as queries and tells which of them do not hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import asyncpg
import msgspec

from banyan.books.room import Room

_rows_max = 5
_wait_s = 1_800
_prepare = """
set local statement_timeout = '30min';
set local max_parallel_workers_per_gather = 0
"""
# A promise is checked over whole tables: it may take longer than any request, on one core only.
_rest_min = timedelta(minutes=15)
_rest_max = timedelta(days=1)
_share = 50


def compute_rest(took_s: float) -> timedelta:
    """How long the serving processes wait until one checks again, by what the last check took.

    A quarter of an hour, or fifty times as long as the check took, so that it takes a fiftieth of
    a core at most however large the books have grown; but never more than a day.
    """
    return min(max(_rest_min, timedelta(seconds=took_s * _share)), _rest_max)


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
                await db.execute(_prepare)
                # Of what is broken everywhere, the first rows say as much as millions.
                found = await db.cursor(one.sql, timeout=_wait_s)
                rows = await found.fetch(_rows_max, timeout=_wait_s)
            if rows:
                shown = [str(dict(row)) for row in rows]
                broken.append(Broken(one.name, one.why, shown))
    return broken
