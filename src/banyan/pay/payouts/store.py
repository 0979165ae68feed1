"""Every SQL statement on schema `payouts`."""

from datetime import datetime

import asyncpg
import msgspec

from banyan.base.ids import Id
from banyan.books.work import Connection
from banyan.pay.payouts.types import (
    BankAccount,
    BankAnswer,
    BankOrder,
    HolderKind,
    Payout,
    PayoutId,
    PayoutState,
    Verdict,
)
from banyan.pay.wallets import TEST_BANK

_set_account = """
insert into payouts.bank_accounts as a (
    holder_id, bank_id, name, number_sealed, number_tail, changed_at
)
values ($1, $2, $3, $4, $5, $6)
on conflict (holder_id) do update
set bank_id = excluded.bank_id, name = excluded.name, number_sealed = excluded.number_sealed,
    number_tail = excluded.number_tail, changed_at = excluded.changed_at
"""

_find_account = """
select bank_id, name, number_sealed, number_tail, changed_at
from payouts.bank_accounts where holder_id = $1
"""

_insert_payout = """
insert into payouts.payouts (
    holder_id, payout_id, holder_kind, out_no, currency, amount_fen, remark, bank_memo, notify_url,
    bank_id, bank_name, number_sealed, number_tail, hold_id, state, due_at, created_at, changed_at
)
values (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'accepted',
    '-infinity', $15, $15
)
on conflict (holder_id, out_no) where out_no <> '' do nothing
returning payout_id
"""

_find_payout = """
select * from payouts.payouts where holder_id = $1 and payout_id = $2
"""

_find_out_no = """
select * from payouts.payouts where holder_id = $1 and out_no = $2 and out_no <> ''
"""

_list_payouts = """
select * from payouts.payouts
where holder_id = $1 and payout_id < $2 and ($3::text is null or state = $3)
order by payout_id desc
limit $4
"""

_take_payouts = """
update payouts.payouts p
set due_at = $2, tries = p.tries + 1
where (p.holder_id, p.payout_id) in (
    select holder_id, payout_id from payouts.payouts
    where state = 'accepted' and due_at <= $1
    order by due_at
    limit $3
    for update skip locked
)
returning p.*
"""

_lock_payout = """
select * from payouts.payouts where holder_id = $1 and payout_id = $2 for update
"""

_set_payout = """
update payouts.payouts
set state = $3, bank_no = $4, why = $5, changed_at = $6, due_at = $7
where holder_id = $1 and payout_id = $2
"""

_take_at_test_bank = """
insert into payouts.test_bank (
    number, bank_no, account_number_tail, currency, amount_fen, taken_at
)
values ($1, $2, $3, $4, $5, $6)
on conflict (number) do nothing
"""

_find_at_test_bank = """
select bank_no from payouts.test_bank where number = $1
"""


class KeptAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A bank account as it is stored."""

    account: BankAccount
    number_sealed: bytes


class KeptPayout(msgspec.Struct, frozen=True, kw_only=True):
    """A payout as it is stored."""

    payout: Payout
    number_sealed: bytes
    hold_id: int
    tries: int = 0


async def set_account(db: Connection, holder_id: int, kept: KeptAccount) -> None:
    """Write where a holder has their money sent."""
    one = kept.account
    await db.execute(
        _set_account,
        holder_id,
        one.bank_id,
        one.name,
        kept.number_sealed,
        one.number_tail,
        one.changed_at,
    )


async def find_account(db: Connection, holder_id: int) -> KeptAccount | None:
    """Return where a holder has their money sent, or None."""
    row = await db.fetchrow(_find_account, holder_id)
    if row is None:
        return None
    account = BankAccount(
        bank_id=row["bank_id"],
        is_test=row["bank_id"] == TEST_BANK,
        name=row["name"],
        number_tail=row["number_tail"],
        changed_at=row["changed_at"],
    )
    return KeptAccount(account=account, number_sealed=row["number_sealed"])


async def insert_payout(db: Connection, kept: KeptPayout) -> bool:
    """Add a payout, unless its holder has used the number before; whether it was added."""
    one = kept.payout
    added = await db.fetchval(
        _insert_payout,
        one.holder_id,
        one.payout_id,
        one.holder_kind.value,
        one.out_no,
        one.currency,
        one.amount_fen,
        one.remark,
        one.bank_memo,
        one.notify_url,
        one.bank_id,
        one.bank_name,
        kept.number_sealed,
        one.number_tail,
        kept.hold_id,
        one.created_at,
    )
    return added is not None


async def find_payout(db: Connection, holder_id: int, payout_id: int) -> Payout | None:
    """Return a payout of a holder, or None."""
    row = await db.fetchrow(_find_payout, holder_id, payout_id)
    return _kept(row).payout if row else None


async def find_out_no(db: Connection, holder_id: int, out_no: str) -> Payout | None:
    """Return the payout that its holder gave this number, or None."""
    row = await db.fetchrow(_find_out_no, holder_id, out_no)
    return _kept(row).payout if row else None


async def list_payouts(
    db: Connection, holder_id: int, before: int, state: PayoutState | None, limit: int
) -> list[Payout]:
    """Return payouts of a holder, the newest first."""
    wanted = state.value if state else None
    rows = await db.fetch(_list_payouts, holder_id, before, wanted, limit)
    return [_kept(row).payout for row in rows]


async def take_payouts(
    db: Connection, at: datetime, until: datetime, limit: int
) -> list[KeptPayout]:
    """Return payouts of which a bank is to be asked now; nobody else has them until then."""
    return [_kept(row) for row in await db.fetch(_take_payouts, at, until, limit)]


async def lock_payout(db: Connection, holder_id: int, payout_id: int) -> KeptPayout | None:
    """Lock a payout and return it, or None."""
    row = await db.fetchrow(_lock_payout, holder_id, payout_id)
    return _kept(row) if row else None


async def set_payout(db: Connection, payout: Payout, due_at: datetime) -> None:
    """Write how far a payout is, and when a bank is asked again if it waits."""
    await db.execute(
        _set_payout,
        payout.holder_id,
        payout.payout_id,
        payout.state.value,
        payout.bank_no,
        payout.why,
        payout.changed_at,
        due_at,
    )


async def take_at_test_bank(
    db: Connection, order: BankOrder, bank_no: str, number_tail: str, now: datetime
) -> None:
    """Write into the test bank's book what it took; once for each number."""
    await db.execute(
        _take_at_test_bank,
        order.number,
        bank_no,
        number_tail,
        order.currency,
        order.amount_fen,
        now,
    )


async def find_at_test_bank(db: Connection, number: str) -> BankAnswer:
    """Return what the test bank's book says of a number."""
    bank_no = await db.fetchval(_find_at_test_bank, number)
    if bank_no is None:
        return BankAnswer(verdict=Verdict.UNKNOWN)
    return BankAnswer(verdict=Verdict.TAKEN, bank_no=bank_no)


def _kept(row: asyncpg.Record) -> KeptPayout:
    payout = Payout(
        payout_id=PayoutId(row["payout_id"]),
        holder_kind=HolderKind(row["holder_kind"]),
        holder_id=Id(row["holder_id"]),
        out_no=row["out_no"],
        currency=row["currency"],
        amount_fen=row["amount_fen"],
        remark=row["remark"],
        bank_memo=row["bank_memo"],
        notify_url=row["notify_url"],
        bank_id=row["bank_id"],
        is_test=row["bank_id"] == TEST_BANK,
        bank_name=row["bank_name"],
        number_tail=row["number_tail"],
        state=PayoutState(row["state"]),
        bank_no=row["bank_no"],
        why=row["why"],
        created_at=row["created_at"],
        changed_at=row["changed_at"],
    )
    return KeptPayout(
        payout=payout,
        number_sealed=row["number_sealed"],
        hold_id=row["hold_id"],
        tries=row["tries"],
    )
