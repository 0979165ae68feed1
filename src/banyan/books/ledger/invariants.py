"""What must hold of the ledger at every instant: queries that return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="ledger.books_balance",
        sql="""
                select book from ledger.accounts group by book
                having sum(debits_posted) <> sum(credits_posted)
                    or sum(debits_pending) <> sum(credits_pending)
            """,
        why="Every transfer debits one account and credits another of the same book.",
    ),
    Invariant(
        name="ledger.sums_equal_transfers",
        sql="""
                with moved as (
                    select account_id, sum(debit) as debit, sum(credit) as credit
                    from (
                        select debit as account_id, amount as debit, 0 as credit
                        from ledger.transfers where kind in (0, 2)
                        union all
                        select credit, 0, amount
                        from ledger.transfers where kind in (0, 2)
                    ) as sides
                    group by account_id
                )
                select coalesce(a.account_id, m.account_id) as account_id
                from ledger.accounts a
                full join moved m on m.account_id = a.account_id
                where coalesce(a.debits_posted, 0) <> coalesce(m.debit, 0)
                    or coalesce(a.credits_posted, 0) <> coalesce(m.credit, 0)
                limit 100
            """,
        why="The sums are nothing but the transfers added up.",
    ),
    Invariant(
        name="ledger.pending_sums_equal_pendings",
        sql="""
                with aside as (
                    select account_id, sum(debit) as debit, sum(credit) as credit
                    from (
                        select debit as account_id, amount as debit, 0 as credit
                        from ledger.pendings
                        union all
                        select credit, 0, amount from ledger.pendings
                    ) as sides
                    group by account_id
                )
                select coalesce(a.account_id, p.account_id) as account_id
                from ledger.accounts a
                full join aside p on p.account_id = a.account_id
                where coalesce(a.debits_pending, 0) <> coalesce(p.debit, 0)
                    or coalesce(a.credits_pending, 0) <> coalesce(p.credit, 0)
                limit 100
            """,
        why="What is set aside on an account is what pending transfers set aside.",
    ),
)
