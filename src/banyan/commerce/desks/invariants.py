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
                or (t.paid_at is not null and t.paid_at is distinct from c.paid_at)
                or t.refunded_fen > c.refunded_fen
            limit 100
        """,
        why="A desk counts nothing but money that was paid: it follows charges, never runs ahead.",
    ),
)
