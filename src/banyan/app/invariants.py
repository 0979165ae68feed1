"""Runs the promises of all rooms as queries and tells which of them do not hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import asyncpg
import msgspec

from banyan.base.money import list_currencies
from banyan.books.room import Invariant, Room

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


def list_invariants(rooms: Sequence[Room]) -> list[Invariant]:
    """The promises of every room, and the one that those with money give together."""
    found = [one for room in rooms for one in room.invariants]
    return [*found, explain_money(rooms)] if any(room.money for room in rooms) else found


def explain_money(rooms: Sequence[Room]) -> Invariant:
    """The promise that each money account holds what the rows of the rooms say, and nothing else.

    Written once for all of them: a room that moved money without a row of its own, or has a row
    whose money never moved, shows here with the account.
    """
    told = "\nunion all\n".join(f"({one.sql})" for room in rooms for one in room.money)
    books = ", ".join(f"('{one.code}', {one.number})" for one in list_currencies())
    return Invariant(
        name="ledger.money_is_explained",
        sql=f"""
            with told as (
                select currency, code::int as code, owner, sum(amount_fen) as amount_fen
                from ({told}) as rows (currency, code, owner, amount_fen)
                group by currency, code::int, owner
            ), held as (
                select b.currency, a.code::int as code, a.owner,
                    a.credits_posted - a.debits_posted as amount_fen
                from ledger.accounts as a
                join (values {books}) as b (currency, book) on b.book = a.book
            )
            select currency, code, owner, t.amount_fen as told_fen, h.amount_fen as held_fen
            from told as t
            full join held as h using (currency, code, owner)
            where coalesce(t.amount_fen, 0) <> coalesce(h.amount_fen, 0)
            limit 100
        """,  # noqa: S608 - made of the rooms' own constants
        why="Every fen on a money account is there because of a row of some room, and the reverse.",
    )


def count_invariants(rooms: Sequence[Room]) -> int:
    """How many promises there are."""
    return len(list_invariants(rooms))


async def check_invariants(
    pool: asyncpg.Pool[asyncpg.Record],
    rooms: Sequence[Room],
    report: Callable[[str], None] = lambda _name: None,
) -> list[Broken]:
    """Every broken promise; none is the good answer. `report` hears each name before its query."""
    broken = []
    for one in list_invariants(rooms):
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
