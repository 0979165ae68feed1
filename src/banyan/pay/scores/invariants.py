"""What always holds of orders that are paid later; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="scores.totals_add_up",
        sql="""
select o.merchant_id, o.order_id
from scores.orders as o
where o.completed_at is not null and o.total_fen <> (
    select coalesce(sum((f.value ->> 'amount_fen')::bigint), 0)
    from jsonb_array_elements(coalesce(o.terms -> 'fees', '[]')) as f
) - (
    select coalesce(sum((d.value ->> 'amount_fen')::bigint), 0)
    from jsonb_array_elements(coalesce(o.terms -> 'discounts', '[]')) as d
)
limit 100
""",
        why="an order costs something else than its fees less its discounts",
    ),
    Invariant(
        name="scores.paid_by_a_charge",
        sql="""
select o.merchant_id, o.order_id
from scores.orders as o
left join charges.charges as c on o.merchant_id = c.merchant_id and o.charge_id = c.charge_id
where o.paid_by = 'banyan' and (
    o.state <> 'done' or c.paid_at is null or c.total_fen <> o.total_fen
    or c.payer_id <> o.person_id or c.way <> 'score'
)
limit 100
""",
        why="an order is paid that no charge of the same amount paid",
    ),
    Invariant(
        name="scores.charges_have_orders",
        sql="""
select c.merchant_id, c.charge_id
from charges.charges as c
left join scores.orders as o on c.merchant_id = o.merchant_id and c.charge_id = o.charge_id
where c.way = 'score' and c.paid_at is not null and o.order_id is null
limit 100
""",
        why="somebody was charged for an order that does not know of it",
    ),
)
