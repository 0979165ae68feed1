"""The queries that compare: ledger, rooms and the test bank's book, thing by thing."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from banyan.base.money import list_currencies
from banyan.books.work import Connection
from banyan.views.bills import list_moved
from banyan.views.reconcile.types import Family, Stray, TrialRow

ITEMS_MAX = 500_000

_APART = timedelta(minutes=5)
"""What happens at midnight may lie a moment apart in two books: it is of the day of its row in a
room, and the ledger is read a little further on both sides."""

LIST_ITEMS = """
with booked as (
    select 'charge' as family, charge_id as cause, paid_at as at,
        payer_fen + voucher_fen - fee_fen as amount_fen
    from charges.charges
    where merchant_id = $2 and currency = $3 and paid_at >= $4 and paid_at < $5
    union all
    select 'charge_refund', r.refund_id, r.refunded_at,
        r.fee_fen - r.payer_fen - r.voucher_fen + coalesce(b.amount_fen, 0)
    from charges.refunds as r
    inner join charges.charges as c on c.merchant_id = r.merchant_id and c.charge_id = r.charge_id
    left join (
        -- What the merchant had funded itself came back to its own purse; what a voucher took off
        -- for which nobody paid came back to nobody.
        select v.refund_id, sum(v.amount_fen)::bigint as amount_fen
        from vouchers.use_refunds as v
        inner join vouchers.uses as u on u.merchant_id = v.merchant_id and u.use_id = v.use_id
        where v.merchant_id = $2 and u.is_cash and not v.is_to_fund
            and v.refunded_at >= $4 and v.refunded_at < $5
        group by v.refund_id
    ) as b on b.refund_id = r.refund_id
    where r.merchant_id = $2 and c.currency = $3 and r.refunded_at >= $4 and r.refunded_at < $5
    union all
    select 'order', payment_id, paid_at, amount_fen
    from collect.payments
    where merchant_id = $2 and currency = $3 and method = 'wallet' and amount_fen > 0
        and paid_at >= $4 and paid_at < $5
    union all
    select 'order_refund', refund_id, refunded_at, -amount_fen
    from refunds.refunds
    where merchant_id = $2 and currency = $3 and method = 'wallet' and amount_fen > 0
        and refunded_at >= $4 and refunded_at < $5
    union all
    select 'payout', payout_id, changed_at, -amount_fen
    from payouts.payouts
    where holder_id = $2 and holder_kind = 'merchant' and currency = $3 and state = 'paid'
        and changed_at >= $4 and changed_at < $5
    union all
    select 'remittance', remittance_id, updated_at, -amount_fen
    from remit.remittances
    where merchant_id = $2 and currency = $3 and state = 'done'
        and updated_at >= $4 and updated_at < $5
    union all
    select 'share', p.part_id, s.created_at,
        case when p.merchant_id = $2 then -p.amount_fen else p.amount_fen end
    from split.parts as p
    inner join split.sharings as s
        on s.merchant_id = p.merchant_id and s.sharing_id = p.sharing_id
    inner join charges.charges as c
        on c.merchant_id = s.merchant_id and c.charge_id = s.charge_id
    where p.state = 'done' and c.currency = $3 and s.created_at >= $4 and s.created_at < $5
        and (p.merchant_id = $2 or (p.kind = 'merchant' and p.receiver_id = $2))
    union all
    select 'share_return', r.return_id, r.returned_at,
        case when r.merchant_id = $2 then r.amount_fen else -r.amount_fen end
    from split.returns as r
    inner join charges.charges as c on c.merchant_id = r.merchant_id and c.charge_id = r.charge_id
    where (r.merchant_id = $2 or r.payer_id = $2) and c.currency = $3
        and r.returned_at >= $4 and r.returned_at < $5
    union all
    select 'subsidy', u.subsidy_id, u.given_at,
        case when (u.merchant_id = $2) <> u.is_return then u.amount_fen else -u.amount_fen end
    from split.subsidies as u
    inner join charges.charges as c on c.merchant_id = u.merchant_id and c.charge_id = u.charge_id
    where (u.merchant_id = $2 or u.provider_id = $2) and c.currency = $3
        and u.given_at >= $4 and u.given_at < $5
    union all
    select 'subsidy', subsidy_id, paid_at,
        case when payee_id = $2 then amount_fen else -amount_fen end
    from busifavors.subsidies
    where (merchant_id = $2 or payee_id = $2) and merchant_id <> payee_id and $3 = 'CNY'
        and paid_at >= $4 and paid_at < $5
    union all
    select 'subsidy', b.return_id, b.returned_at,
        case when s.payee_id = $2 then -b.amount_fen else b.amount_fen end
    from busifavors.subsidy_returns as b
    inner join busifavors.subsidies as s
        on s.merchant_id = b.merchant_id and s.subsidy_id = b.subsidy_id
    where (s.merchant_id = $2 or s.payee_id = $2) and s.merchant_id <> s.payee_id and $3 = 'CNY'
        and b.returned_at >= $4 and b.returned_at < $5
    union all
    select 'packet', packet_id, sent_at, -total_fen
    from redpackets.packets
    where merchant_id = $2 and currency = $3 and sent_at >= $4 and sent_at < $5
    union all
    select 'packet_return', packet_id, ended_at, refunded_fen
    from redpackets.packets
    where merchant_id = $2 and currency = $3 and refunded_fen > 0
        and ended_at >= $4 and ended_at < $5
), moved as (
    select f.family, t.cause, min(t.recorded_at) as at,
        sum(case when t.credit = any($1::bigint[]) then t.amount else -t.amount end)::bigint
            as amount_fen
    from ledger.transfers as t
    cross join lateral (
        select case
            when t.code in (801, 802, 712) then 'charge'
            when t.code in (804, 805) then 'charge_refund'
            -- Of what another merchant gives back, who funded a voucher has its part.
            when t.code = 713 and t.debit = any($1::bigint[]) then 'charge_refund'
            when t.code = 201 then 'order'
            when t.code = 301 then 'order_refund'
            when t.code = 887 then 'payout'
            when t.code = 872 then 'remittance'
            when t.code = 851 then 'share'
            when t.code = 853 then 'share_return'
            when t.code in (854, 855, 721, 722) then 'subsidy'
            when t.code = 901 then 'packet'
            when t.code = 903 then 'packet_return'
            else 'other'
        end as family
    ) as f
    where t.transfer_id = any($7::bigint[])
        and (t.credit = any($1::bigint[])) <> (t.debit = any($1::bigint[]))
    group by f.family, t.cause
), bank as (
    select p.payout_id as cause, b.taken_at as at, -b.amount_fen as amount_fen
    from payouts.payouts as p
    inner join payouts.test_bank as b on b.number = p.payout_id::text
    where p.holder_id = $2 and p.holder_kind = 'merchant' and p.currency = $3
        and p.changed_at >= $4 and p.changed_at < $5 and p.state in ('paid', 'failed')
)
select coalesce(b.family, m.family, 'payout') as family,
    coalesce(b.cause, m.cause, o.cause) as cause,
    coalesce(b.at, m.at, o.at) as at, m.amount_fen as ledger_fen, b.amount_fen as booked_fen,
    o.amount_fen as outside_fen
from booked as b
full join moved as m on m.family = b.family and m.cause = b.cause
full join bank as o
    on coalesce(b.family, m.family) = 'payout' and o.cause = coalesce(b.cause, m.cause)
where b.cause is not null or o.cause is not null or (
    m.at >= $4 and m.at < $5 and not exists (
        select from charges.charges as c
        where m.family = 'charge' and c.merchant_id = $2 and c.charge_id = m.cause
            and c.paid_at is not null and not (c.paid_at >= $4 and c.paid_at < $5)
    ) and not exists (
        select from collect.payments as c
        where m.family = 'order' and c.merchant_id = $2 and c.payment_id = m.cause
            and not (c.paid_at >= $4 and c.paid_at < $5)
    )
)
order by at, cause
limit $6
"""

LIST_TRIAL = """
select book, code, count(*) as account_count, sum(debits_posted)::bigint as debits_fen,
    sum(credits_posted)::bigint as credits_fen,
    sum(debits_pending)::bigint as debits_pending_fen,
    sum(credits_pending)::bigint as credits_pending_fen
from ledger.accounts
where book = any($1::bigint[])
group by book, code
order by book, code
"""

LIST_STRAYS = """
select b.number, b.bank_no, b.currency, b.amount_fen, b.taken_at as at
from payouts.test_bank as b
left join payouts.payouts as p on p.payout_id::text = b.number
where p.payout_id is null
order by b.taken_at desc
limit 100
"""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One thing, as each book tells it; None where a book does not have it."""

    family: Family
    cause: int
    at: datetime
    ledger_fen: int | None
    booked_fen: int | None
    outside_fen: int | None


async def list_items(
    db: Connection,
    accounts: Sequence[int],
    merchant_id: int,
    currency: str,
    since: datetime,
    until: datetime,
) -> list[Item]:
    """What moved a merchant's money, by each book, in the order in which it happened."""
    moved = await list_moved(db, accounts, since - _APART, until + _APART)
    rows = await db.fetch(
        LIST_ITEMS, accounts, merchant_id, currency, since, until, ITEMS_MAX, moved
    )
    return [
        Item(
            family=Family(row["family"]),
            cause=row["cause"],
            at=row["at"],
            ledger_fen=row["ledger_fen"],
            booked_fen=row["booked_fen"],
            outside_fen=row["outside_fen"],
        )
        for row in rows
    ]


async def list_trial(db: Connection) -> list[TrialRow]:
    """The sums of all money accounts, by currency and purpose."""
    books = {one.number: one.code for one in list_currencies()}
    rows = await db.fetch(LIST_TRIAL, list(books))
    return [
        TrialRow(
            currency=books[row["book"]],
            code=row["code"],
            account_count=row["account_count"],
            debits_fen=row["debits_fen"],
            credits_fen=row["credits_fen"],
            debits_pending_fen=row["debits_pending_fen"],
            credits_pending_fen=row["credits_pending_fen"],
        )
        for row in rows
    ]


async def list_strays(db: Connection) -> list[Stray]:
    """What the test bank took under numbers that are none of ours."""
    return [
        Stray(
            number=row["number"],
            bank_no=row["bank_no"],
            currency=row["currency"],
            amount_fen=row["amount_fen"],
            at=row["at"],
        )
        for row in await db.fetch(LIST_STRAYS)
    ]
