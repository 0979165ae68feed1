"""What must always hold between payments, refunds and the money on the ledger."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="refunds.add_up_to_refunded",
        sql="""
            select coalesce(p.merchant_id, r.merchant_id), coalesce(p.payment_id, r.payment_id)
            from (
                select merchant_id, payment_id, refunded_fen
                from collect.payments where refunded_fen > 0
            ) as p
            full join (
                select merchant_id, payment_id, sum(amount_fen) as refunded_fen
                from refunds.refunds
                group by merchant_id, payment_id
            ) as r on r.merchant_id = p.merchant_id and r.payment_id = p.payment_id
            where coalesce(p.refunded_fen, 0) <> coalesce(r.refunded_fen, 0)
            limit 100
        """,
        why="A payment knows how much of it went back.",
    ),
    Invariant(
        name="refunds.wallets_hold_what_came_in",
        sql="""
            with moved as (
                select person_id, sum(amount_fen) as amount_fen
                from (
                    select person_id, amount_fen from wallets.top_ups
                    union all
                    select person_id, refunded_fen - amount_fen
                    from collect.payments where method = 'wallet'
                ) as sides
                group by person_id
            ), held as (
                select owner, sum(credits_posted - debits_posted) as amount_fen
                from ledger.accounts where code = 101
                group by owner
            )
            select coalesce(m.person_id, h.owner) as person_id
            from moved as m
            full join held as h on h.owner = m.person_id
            where coalesce(m.amount_fen, 0) <> coalesce(h.amount_fen, 0)
            limit 100
        """,
        why="A wallet holds its top-ups and refunds, less its payments.",
    ),
    Invariant(
        name="refunds.merchants_hold_what_was_paid",
        sql="""
            with taken as (
                select merchant_id, method = 'wallet' as is_wallet,
                    sum(amount_fen - refunded_fen) as amount_fen
                from collect.payments
                group by merchant_id, method = 'wallet'
            ), held as (
                select owner, code = 102 as is_wallet,
                    sum(credits_posted - debits_posted) as amount_fen
                from ledger.accounts where code in (102, 104)
                group by owner, code = 102
            )
            select coalesce(t.merchant_id, h.owner) as merchant_id
            from taken as t
            full join held as h on h.owner = t.merchant_id and h.is_wallet = t.is_wallet
            where coalesce(t.amount_fen, 0) <> coalesce(h.amount_fen, 0)
            limit 100
        """,
        why="Purse and till hold the payments by wallet and at the till, less their refunds.",
    ),
    Invariant(
        name="refunds.money_comes_from_outside",
        sql="""
            with brought as (
                select 103 as code, coalesce(sum(amount_fen), 0) as amount_fen
                from wallets.top_ups where bank_id = 'test'
                union all
                select 105, coalesce(sum(amount_fen - refunded_fen), 0)
                from collect.payments where method <> 'wallet'
            ), sources as (
                select code, sum(debits_posted - credits_posted) as amount_fen
                from ledger.accounts where code in (103, 105) and owner = 0
                group by code
            )
            select b.code
            from brought as b
            left join sources as s on s.code = b.code
            where b.amount_fen <> coalesce(s.amount_fen, 0)
        """,
        why="No money is made: it was topped up, or taken over the counter.",
    ),
)
