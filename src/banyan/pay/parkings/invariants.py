"""What always holds of parking; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="parkings.paid_by_a_charge",
        sql="""
select d.merchant_id, d.deduction_id
from parkings.deductions as d
left join charges.charges as c on d.merchant_id = c.merchant_id and d.charge_id = c.charge_id
where c.charge_id is null or c.total_fen <> d.total_fen or c.way <> 'parking'
    or c.out_no <> d.out_no or (d.state = 'paid') <> (c.paid_at is not null)
    or d.state = 'paid' and c.payer_id <> d.person_id
limit 100
""",
        why="parking is paid that no charge of the same amount paid",
    ),
    Invariant(
        name="parkings.charges_have_deductions",
        sql="""
select c.merchant_id, c.charge_id
from charges.charges as c
left join parkings.deductions as d on c.merchant_id = d.merchant_id and c.charge_id = d.charge_id
where c.way = 'parking' and c.paid_at is not null and d.deduction_id is null
limit 100
""",
        why="somebody was charged for parking that nobody asked for",
    ),
)
