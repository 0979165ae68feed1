"""What moved each of a merchant's accounts, by time and by day: counted, and read."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from banyan.base.errors import Refusal
from banyan.books.work import Connection
from banyan.views.bills.rules import LINES_MAX

_log = structlog.get_logger("banyan.bills")

MOVED_MAX = 3 * LINES_MAX
"""Most transfers of one bill: a charge takes several."""

# What was counted, and the transfers that were not yet. The ids have two bounds so that also a plan
# made before they are known takes the index. All in one statement: it sees one instant.
READ_HELD = """
select d.held_fen + u.held_fen as held_fen,
    d.debits_fen + u.debits_fen = a.debits_fen
    and d.credits_fen + u.credits_fen = a.credits_fen as is_whole
from (
    select coalesce(sum(debits_posted), 0)::bigint as debits_fen,
        coalesce(sum(credits_posted), 0)::bigint as credits_fen
    from ledger.accounts
    where account_id = any($1::bigint[])
) as a
cross join (
    select coalesce(sum(debits_fen), 0)::bigint as debits_fen,
        coalesce(sum(credits_fen), 0)::bigint as credits_fen,
        coalesce(sum(credits_fen - debits_fen) filter (
            where day < ($2::timestamptz at time zone interval '8 hours')::date
        ), 0)::bigint as held_fen
    from bills.days
    where account_id = any($1::bigint[])
) as d
cross join (
    select coalesce(sum(s.debit), 0)::bigint as debits_fen,
        coalesce(sum(s.credit), 0)::bigint as credits_fen,
        coalesce(sum(s.credit - s.debit) filter (where t.recorded_at < $2), 0)::bigint as held_fen
    from ledger.transfers as t
    cross join lateral (
        select case when t.debit = any($1::bigint[]) then t.amount else 0 end as debit,
            case when t.credit = any($1::bigint[]) then t.amount else 0 end as credit
    ) as s
    where t.transfer_id > coalesce((select transfer_id from bills.counted), 0)
        and t.transfer_id <= 9223372036854775807
        and t.kind in (0, 2) and (t.debit = any($1::bigint[]) or t.credit = any($1::bigint[]))
) as u
"""

# The same from the ledger alone: it reads what everybody moved since.
READ_HELD_SLOWLY = """
select coalesce((
    select sum(credits_posted - debits_posted)
    from ledger.accounts
    where account_id = any($1::bigint[])
), 0)::bigint - coalesce((
    select sum(case when t.credit = any($1::bigint[]) then t.amount else -t.amount end)
    from ledger.transfers as t
    where t.recorded_at >= $2 and t.kind in (0, 2)
        and (t.credit = any($1::bigint[])) <> (t.debit = any($1::bigint[]))
), 0)::bigint
"""

# As above: what was counted, and what was not yet.
LIST_MOVED = """
select array_agg(m.transfer_id) from (
    select transfer_id
    from bills.moves
    where account_id = any($1::bigint[]) and recorded_at >= $2 and recorded_at < $3
    union
    select transfer_id
    from ledger.transfers
    where transfer_id > coalesce((select transfer_id from bills.counted), 0)
        and transfer_id <= 9223372036854775807
        and recorded_at >= $2 and recorded_at < $3 and kind in (0, 2)
        and (debit = any($1::bigint[]) or credit = any($1::bigint[]))
    limit $4
) as m
"""

# The same from the ledger alone.
LIST_MOVED_SLOWLY = """
select array_agg(m.transfer_id) from (
    select transfer_id
    from ledger.transfers
    where recorded_at >= $2 and recorded_at < $3 and kind in (0, 2)
        and (debit = any($1::bigint[]) or credit = any($1::bigint[]))
    limit $4
) as m
"""

# Held to the commit, so that one counts at a time.
LOCK_COUNTED = """
insert into bills.counted (transfer_id) values (0)
on conflict (is_only) do update set transfer_id = counted.transfer_id
returning transfer_id, checked_id
"""

FIND_NEXT = """
select max(n.transfer_id) as transfer_id, count(*) as count
from (
    select transfer_id
    from ledger.transfers
    where transfer_id > $1 and transfer_id < $2
    order by transfer_id
    limit $3
) as n
"""

# What is listed already is counted already: so nothing is ever counted twice.
ADD_MOVES = """
with listed as (
    insert into bills.moves (account_id, recorded_at, transfer_id, amount_fen)
    select s.account_id, t.recorded_at, t.transfer_id, s.amount_fen
    from ledger.transfers as t
    cross join lateral (
        values (t.debit, -t.amount), (t.credit, t.amount)
    ) as s (account_id, amount_fen)
    inner join ledger.accounts as a on a.account_id = s.account_id and a.code in (102, 106, 108)
    where t.transfer_id > $1 and t.transfer_id <= $2 and t.kind in (0, 2)
    order by s.account_id, t.recorded_at
    on conflict (account_id, recorded_at, transfer_id) do nothing
    returning account_id, recorded_at, amount_fen
), added as (
    insert into bills.days (account_id, day, debits_fen, credits_fen)
    select account_id, (recorded_at at time zone interval '8 hours')::date,
        sum(greatest(-amount_fen, 0)), sum(greatest(amount_fen, 0))
    from listed
    group by 1, 2
    on conflict (account_id, day) do update set
        debits_fen = days.debits_fen + excluded.debits_fen,
        credits_fen = days.credits_fen + excluded.credits_fen
)
select count(*) from listed
"""

SET_COUNTED = "update bills.counted set transfer_id = $1"
SET_CHECKED = "update bills.counted set checked_id = $1"


async def read_held(db: Connection, accounts: Sequence[int], morning: datetime) -> int:
    """What a merchant's accounts held together when a day began."""
    held, is_whole = await _read_counted(db, accounts, morning)
    if not is_whole:
        held = await db.fetchval(READ_HELD_SLOWLY, accounts, morning)
    return held


async def list_moved(
    db: Connection, accounts: Sequence[int], since: datetime, until: datetime
) -> list[int]:
    """The transfers between two instants that moved a merchant's accounts, in any order.

    Raises Refusal `bills.too_long`.
    """
    _, is_whole = await _read_counted(db, accounts, since)
    return await _list_moved(db, accounts, since, until, is_whole=is_whole)


async def read_moved(
    db: Connection, accounts: Sequence[int], since: datetime, until: datetime
) -> tuple[int, list[int]]:
    """What a merchant's accounts held together at first, and what moved them, in any order.

    Raises Refusal `bills.too_long`.
    """
    held, is_whole = await _read_counted(db, accounts, since)
    if not is_whole:
        held = await db.fetchval(READ_HELD_SLOWLY, accounts, since)
    return held, await _list_moved(db, accounts, since, until, is_whole=is_whole)


async def _list_moved(
    db: Connection, accounts: Sequence[int], since: datetime, until: datetime, *, is_whole: bool
) -> list[int]:
    statement = LIST_MOVED if is_whole else LIST_MOVED_SLOWLY
    found = await db.fetchval(statement, accounts, since, until, MOVED_MAX) or []
    if len(found) >= MOVED_MAX:
        raise Refusal("bills.too_long", lines_max=LINES_MAX)
    return list(found)


async def _read_counted(
    db: Connection, accounts: Sequence[int], morning: datetime
) -> tuple[int, bool]:
    """What was held, and whether that is so: an account's sums are those of its transfers."""
    row = await db.fetchrow(READ_HELD, accounts, morning)
    assert row is not None
    if not row["is_whole"]:
        _log.warning("bills.counted_wrong", accounts=[str(one) for one in accounts])
    return row["held_fen"], row["is_whole"]


async def count_moves(db: Connection, before: int, limit: int) -> int:
    """Add the next transfers to their days, up to those that may still be written; how many."""
    after, _ = await _lock_counted(db)
    until, count = await _find_next(db, after, before, limit)
    if count:
        await db.execute(ADD_MOVES, after, until)
        await db.execute(SET_COUNTED, until)
    return count


async def check_moves(db: Connection, before: int, limit: int) -> int:
    """Look at transfers that were counted once more, and add what was not there yet; how many."""
    counted, after = await _lock_counted(db)
    until, count = await _find_next(db, after, min(before, counted + 1), limit)
    if count:
        added = await db.fetchval(ADD_MOVES, after, until)
        if added:
            _log.warning("bills.counted_late", count=added)
        await db.execute(SET_CHECKED, until)
    return count


async def _lock_counted(db: Connection) -> tuple[int, int]:
    row = await db.fetchrow(LOCK_COUNTED)
    assert row is not None
    return row["transfer_id"], row["checked_id"]


async def _find_next(db: Connection, after: int, before: int, limit: int) -> tuple[int, int]:
    """The last of the next transfers, and how many these are."""
    row = await db.fetchrow(FIND_NEXT, after, before, limit)
    assert row is not None
    return row["transfer_id"] or after, row["count"]
