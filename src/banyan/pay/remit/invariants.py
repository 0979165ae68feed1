"""What must always hold of remittances, and what explains the money that they moved."""

from banyan.books.room import Invariant, Money

INVARIANTS = (
    Invariant(
        name="remit.open_ones_are_set_aside",
        sql="""
            select r.merchant_id, r.remittance_id, p.transfer_id
            from (
                select * from remit.remittances
                where state in ('waiting', 'processing') and transfer_id <> 0
            ) as r
            full join (
                select p.transfer_id, p.amount
                from ledger.pendings as p
                inner join ledger.transfers as t on t.transfer_id = p.transfer_id
                where t.code = 871
            ) as p on p.transfer_id = r.transfer_id
            where r.amount_fen is distinct from p.amount
            limit 100
        """,
        why="The money of what has not ended is set aside, and no other.",
    ),
    Invariant(
        name="remit.batches_add_up",
        sql="""
            select b.merchant_id, b.batch_id
            from remit.batches as b
            inner join remit.remittances as r
                on r.merchant_id = b.merchant_id and r.batch_id = b.batch_id
            group by b.merchant_id, b.batch_id
            having sum(r.amount_fen) <> b.total_fen or count(*) <> b.total_count
                or (b.state = 'finished' and bool_or(r.state = 'processing'))
            limit 100
        """,
        why="A batch is the sum of its remittances, and finished when all of them have ended.",
    ),
    Invariant(
        name="remit.days_hold_what_was_sent",
        sql="""
            select d.merchant_id, d.person_id, d.sent_on
            from remit.days as d
            left join remit.remittances as r
                on r.merchant_id = d.merchant_id
                and r.person_id = d.person_id
                and (r.created_at at time zone 'Asia/Shanghai')::date = d.sent_on
            where d.person_id <> 0
            group by d.merchant_id, d.person_id, d.sent_on, d.amount_fen
            having coalesce(sum(r.amount_fen), 0) <> d.amount_fen
            limit 100
        """,
        why="What is counted against a day's limit is what was sent on it.",
    ),
)

MONEY = (
    Money(
        name="remit.remittances",
        sql="""
            select r.currency, side.code, side.owner, side.amount_fen
            from remit.remittances as r
            cross join lateral (
                values (102, r.merchant_id, -r.amount_fen), (101, r.person_id, r.amount_fen)
            ) as side (code, owner, amount_fen)
            where r.state = 'done'
        """,
    ),
)
