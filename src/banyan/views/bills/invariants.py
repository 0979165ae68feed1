"""What must hold of the days that were counted."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="bills.days_equal_moves",
        sql="""
                with moved as (
                    select account_id, (recorded_at at time zone interval '8 hours')::date as day,
                        sum(greatest(-amount_fen, 0)) as debit,
                        sum(greatest(amount_fen, 0)) as credit
                    from bills.moves
                    group by 1, 2
                )
                select coalesce(d.account_id, m.account_id) as account_id,
                    coalesce(d.day, m.day) as day
                from bills.days as d
                full join moved as m on m.account_id = d.account_id and m.day = d.day
                where coalesce(d.debits_fen, 0) <> coalesce(m.debit, 0)
                    or coalesce(d.credits_fen, 0) <> coalesce(m.credit, 0)
                limit 100
            """,
        why="A day of an account is nothing but what moved it, added up. Bills are right all the "
        "same: they add up the ledger's transfers wherever the days do not tell of each.",
    ),
    Invariant(
        name="bills.moves_are_transfers",
        sql="""
                with moved as (
                    select s.account_id, t.recorded_at, t.transfer_id, s.amount_fen,
                        t.transfer_id <= c.checked_id as is_checked
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
                where m.transfer_id is null or (b.transfer_id is null and m.is_checked)
                limit 100
            """,
        why="A bill would look for what did not move an account, or miss what did. What was "
        "committed late is missed until all is looked at once more, two days later: till then "
        "the account's bills are read from the ledger.",
    ),
)
