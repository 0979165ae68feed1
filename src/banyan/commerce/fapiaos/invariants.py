"""What always holds of taxed invoices; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="fapiaos.in_hands",
        sql="""
select f.merchant_id, f.apply_no
from fapiaos.fapiaos as f
left join invoices.invoices as i on f.channel_id = i.channel_id and f.code = i.code
where i.person_id is distinct from f.person_id
    or (i.state = 'reversed') is distinct from (f.state = 'reversed')
limit 100
""",
        why="what somebody holds is not what was issued to them",
    ),
    Invariant(
        name="fapiaos.of_payments",
        sql="""
select f.merchant_id, f.apply_no
from fapiaos.fapiaos as f
left join fapiaos.applications as a
    on f.merchant_id = a.merchant_id and f.apply_no = a.apply_no
where a.channel_id is distinct from f.channel_id
limit 100
""",
        why="an invoice is of no payment that somebody asked one for",
    ),
)
