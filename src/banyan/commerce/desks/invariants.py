"""What must always hold of what desks took."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="desks.takings_are_charges",
        sql="""
            select t.merchant_id, t.charge_id
            from desks.takings as t
            left join charges.charges as c
                on c.merchant_id = t.merchant_id and c.charge_id = t.charge_id
            where c.way is distinct from 'desk' or c.wanted_payer_id <> t.person_id
                or (c.total_fen, c.currency) <> (t.total_fen, t.currency)
                or (t.method = 'wallet' and t.paid_at is not null
                    and t.paid_at is distinct from c.paid_at)
                or (t.method = 'wallet' and t.refunded_fen > c.refunded_fen)
                or (t.method <> 'wallet' and c.state <> 'closed')
            limit 100
        """,
        why="A desk counts nothing but money that was paid: it follows charges, never runs ahead.",
    ),
    Invariant(
        name="desks.outside_is_counted",
        sql="""
            select coalesce(a.merchant_id, t.merchant_id), coalesce(a.subject_id, t.charge_id)
            from (
                select merchant_id, subject_id, attempt_id, kind, currency, amount_fen,
                    refunded_fen, paid_at
                from gateways.attempts where state = 'paid' and subject = 'desk'
            ) as a
            full join (select * from desks.takings where method <> 'wallet') as t
                on t.merchant_id = a.merchant_id and t.charge_id = a.subject_id
            where (a.attempt_id, a.kind, a.currency, a.amount_fen, a.refunded_fen, a.paid_at)
                is distinct from (
                    t.attempt_id, t.method, t.currency, t.total_fen, t.refunded_fen, t.paid_at
                )
            limit 100
        """,
        why="What a provider took in for a desk is counted there, and nothing else is.",
    ),
)
