"""Every statement on schema `ledger`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import asyncpg
import msgspec

from banyan.base.db import Connection, write_array
from banyan.books.ledger.types import Account, AccountId, AccountSums, Transfer

FIND_ACCOUNTS = """
select account_id, book, owner, code from ledger.accounts where account_id = any($1::bigint[])
"""

INSERT_ACCOUNTS = """
insert into ledger.accounts (account_id, book, owner, code, flags)
select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::smallint[], $5::smallint[])
on conflict (account_id) do nothing
"""

# The guards are those of the table's checks: an account that cannot take its whole change is left
# alone, and the count tells. Accounts come in ascending order, so that rivals queue, not deadlock:
# as arrays, which the planner knows to be short and joins in their order. Transfers, which lock
# nothing, come as one JSON text: the driver writes it many times faster than arrays.
APPLY = """
with applied as (
    update ledger.accounts a
    set debits_pending = a.debits_pending + u.debits_pending,
        debits_posted = a.debits_posted + u.debits_posted,
        credits_pending = a.credits_pending + u.credits_pending,
        credits_posted = a.credits_posted + u.credits_posted
    from unnest(
        $1::text::bigint[], $2::text::bigint[], $3::text::bigint[],
        $4::text::bigint[], $5::text::bigint[], $6::text::bigint[]
    ) as u (account_id, book, debits_pending, debits_posted, credits_pending, credits_posted)
    where a.account_id = u.account_id
        and a.book = u.book
        and a.flags & 4 = 0
        and (a.flags & 1 = 0
            or a.debits_pending + u.debits_pending + a.debits_posted + u.debits_posted
            <= a.credits_posted + u.credits_posted)
        and (a.flags & 2 = 0
            or a.credits_pending + u.credits_pending + a.credits_posted + u.credits_posted
            <= a.debits_posted + u.debits_posted)
    returning a.account_id
), inserted as (
    insert into ledger.transfers (
        transfer_id, book, debit, credit, amount, code, kind, pending_id, cause, recorded_at
    )
    select t.transfer_id, t.book, t.debit, t.credit, t.amount, t.code, t.kind, t.pending_id,
        t.cause, $8
    from json_to_recordset($7::text::json) as t (
        transfer_id bigint, book bigint, debit bigint, credit bigint, amount bigint,
        code smallint, kind smallint, pending_id bigint, cause bigint
    )
    on conflict (transfer_id) do nothing
    returning transfer_id
)
select
    case when (select count(*) from applied) < $10::integer
        then array(select account_id from applied) end as applied,
    case when (select count(*) from inserted) < $9::integer
        then array(select transfer_id from inserted) end as inserted
"""

TAKE_PENDINGS = """
delete from ledger.pendings where transfer_id = any($1::bigint[])
returning transfer_id, book, debit, credit, amount
"""

INSERT_PENDINGS = """
insert into ledger.pendings (transfer_id, book, debit, credit, amount, pending_until)
select * from unnest(
    $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::timestamptz[]
)
"""

LIST_EXPIRED = """
select transfer_id from ledger.pendings
where pending_until <= $1
order by pending_until limit $2
for update skip locked
"""

READ_ACCOUNTS = """
select account_id, book, flags, debits_pending, debits_posted, credits_pending, credits_posted
from ledger.accounts where account_id = any($1::bigint[])
"""

# One row of two arrays: decoding a row for each account would cost more than the query.
READ_AVAILABLE = """
select array_agg(account_id) as ids,
    array_agg(credits_posted - debits_posted - debits_pending) as available
from ledger.accounts where account_id = any($1::bigint[])
"""

READ_TRANSFERS = """
select transfer_id, book, debit, credit, amount, code, kind, pending_id, cause, recorded_at
from ledger.transfers where transfer_id = any($1::bigint[])
"""


async def insert_accounts(db: Connection, accounts: Iterable[Account]) -> list[int]:
    """Open those that do not exist; the ids that already name another account are returned.

    Those that exist are neither locked nor waited for: rivals may hold them who wait for what we
    hold, and to lock some accounts now and the rest when they are settled is no order at all.
    """
    # A flag is iterable, which the driver would take for an array: hence the plain number.
    wanted = {
        int(one.account_id): (one.book, one.owner, int(one.code), int(one.flags))
        for one in accounts
    }
    known = {row[0]: tuple(row[1:]) for row in await db.fetch(FIND_ACCOUNTS, list(wanted))}
    missing = [(key, *wanted[key]) for key in sorted(wanted.keys() - known.keys())]
    if missing:
        await db.execute(INSERT_ACCOUNTS, *zip(*missing, strict=True))
    return [key for key, names in known.items() if names != wanted[key][:3]]


class _Move(msgspec.Struct, frozen=True, gc=False):
    """A transfer, as its statement reads it."""

    transfer_id: int
    book: int
    debit: int
    credit: int
    amount: int
    code: int
    kind: int
    pending_id: int
    cause: int


_encode = msgspec.json.Encoder().encode


async def apply(
    db: Connection,
    deltas: Mapping[int, Sequence[int]],
    transfers: Sequence[Transfer],
    recorded_at: datetime,
) -> tuple[list[int] | None, list[int] | None]:
    """Change the sums and append the transfers.

    Returns None if every account took its change, else those that did; and None if every transfer
    was new, else those that were. Unless both are None the caller must roll back.
    """
    ids = sorted(deltas)
    changes = zip(*(deltas[one] for one in ids), strict=True)
    moves = [
        _Move(
            int(one.transfer_id),
            int(one.book),
            int(one.debit),
            int(one.credit),
            int(one.amount),
            one.code,
            one.kind,
            int(one.pending_id),
            int(one.cause),
        )
        for one in transfers
    ]
    row = await db.fetchrow(
        APPLY,
        write_array(ids),
        *map(write_array, changes),
        _encode(moves).decode(),
        recorded_at,
        len(moves),
        len(ids),
    )
    assert row is not None
    return row["applied"], row["inserted"]


async def take_pendings(db: Connection, ids: Sequence[int]) -> dict[int, asyncpg.Record]:
    """Delete and return what is still set aside under these ids; a rival finds nothing."""
    rows = await db.fetch(TAKE_PENDINGS, sorted(ids))
    return {row["transfer_id"]: row for row in rows}


async def insert_pendings(db: Connection, pendings: Sequence[Transfer]) -> None:
    """Remember what is set aside."""
    await db.execute(
        INSERT_PENDINGS,
        [one.transfer_id for one in pendings],
        [one.book for one in pendings],
        [one.debit for one in pendings],
        [one.credit for one in pendings],
        [one.amount for one in pendings],
        [one.pending_until for one in pendings],
    )


async def lock_expired(db: Connection, now: datetime, limit: int) -> list[int]:
    """Pending transfers whose time is over and that nobody else is settling."""
    return [row[0] for row in await db.fetch(LIST_EXPIRED, now, limit)]


async def read_accounts(db: Connection, ids: Iterable[int]) -> dict[AccountId, AccountSums]:
    """The sums of those accounts that exist."""
    rows = await db.fetch(READ_ACCOUNTS, list(ids))
    return {AccountId(row[0]): AccountSums(*row[1:]) for row in rows}


async def read_available(db: Connection, ids: Iterable[int]) -> dict[int, int]:
    """What the holders of those accounts that exist can still spend: for long lists of accounts."""
    row = await db.fetchrow(READ_AVAILABLE, list(ids))
    return dict(zip(row["ids"], row["available"], strict=True)) if row and row["ids"] else {}


async def read_transfers(db: Connection, ids: Iterable[int]) -> dict[int, asyncpg.Record]:
    """The transfers of those ids that exist."""
    rows = await db.fetch(READ_TRANSFERS, list(ids))
    return {row["transfer_id"]: row for row in rows}
