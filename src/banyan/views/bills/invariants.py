"""What must hold of the days that were counted."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="bills.days_equal_transfers",
        sql="""
                with moved as (
                    select s.account_id, s.day, sum(s.debit) as debit, sum(s.credit) as credit
                    from bills.counted as c
                    inner join ledger.transfers as t
                        on t.transfer_id <= c.transfer_id and t.kind in (0, 2)
                    cross join lateral (
                        values
                        (t.debit, (t.recorded_at at time zone interval '8 hours')::date,
                            t.amount, 0),
                        (t.credit, (t.recorded_at at time zone interval '8 hours')::date,
                            0, t.amount)
                    ) as s (account_id, day, debit, credit)
                    inner join ledger.accounts as a
                        on a.account_id = s.account_id and a.code in (102, 106, 108)
                    group by s.account_id, s.day
                )
                select coalesce(d.account_id, m.account_id) as account_id,
                    coalesce(d.day, m.day) as day
                from bills.days as d
                full join moved as m on m.account_id = d.account_id and m.day = d.day
                where coalesce(d.debits_fen, 0) <> coalesce(m.debit, 0)
                    or coalesce(d.credits_fen, 0) <> coalesce(m.credit, 0)
                limit 100
            """,
        why="A day of an account is nothing but its transfers added up. Bills are right all the "
        "same: they add up the ledger's transfers wherever the days do not tell of each.",
    ),
    Invariant(
        name="bills.moves_are_transfers",
        sql="""
                with moved as (
                    select s.account_id, t.recorded_at, t.transfer_id, s.amount_fen
                    from bills.counted as c
                    inner join ledger.transfers as t
                        on t.transfer_id <= c.transfer_id and t.kind in (0, 2)
                    cross join lateral (
                        values (t.debit, -t.amount), (t.credit, t.amount)
                    ) as s (account_id, amount_fen)
                    inner join ledger.accounts as a
                        on a.account_id = s.account_id and a.code in (102, 106, 108)
                )
                select coalesce(b.account_id, m.account_id) as account_id,
                    coalesce(b.transfer_id, m.transfer_id) as transfer_id
                from bills.moves as b
                full join moved as m
                    on m.account_id = b.account_id and m.recorded_at = b.recorded_at
                    and m.transfer_id = b.transfer_id and m.amount_fen = b.amount_fen
                where b.transfer_id is null or m.transfer_id is null
                limit 100
            """,
        why="A bill would miss what moved an account, or look for what did not.",
    ),
)
