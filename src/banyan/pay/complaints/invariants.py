"""What always holds of complaints; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="complaints.by_who_paid",
        sql="""
select o.merchant_id, o.complaint_id
from complaints.complaints as o
left join charges.charges as c on o.merchant_id = c.merchant_id and o.charge_id = c.charge_id
where c.paid_at is null or c.payer_id <> o.person_id or c.total_fen <> o.charged_fen
    or o.refunded_fen > c.refunded_fen
limit 100
""",
        why="somebody complains about a charge that they did not pay, or knows of more refunds",
    ),
    Invariant(
        name="complaints.begin_with_a_step",
        sql="""
select o.merchant_id, o.complaint_id
from complaints.complaints as o
where o.times <> (
    select count(*) from complaints.steps as s
    where s.merchant_id = o.merchant_id and s.complaint_id = o.complaint_id
        and s.kind in ('made', 'continued')
)
limit 100
""",
        why="a complaint does not know how often it was made",
    ),
)
