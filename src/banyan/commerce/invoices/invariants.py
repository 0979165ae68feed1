"""What always holds of invoices; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="invoices.of_requests",
        sql="""
select i.channel_id, i.code
from invoices.invoices as i
left join invoices.requests as r
    on i.channel_id = r.channel_id and i.order_name = r.order_name and r.purpose = 'order'
where r.state is distinct from 'done' or r.person_id <> i.person_id
limit 100
""",
        why="an invoice is not that of whoever asked for it",
    ),
    Invariant(
        name="invoices.done_once",
        sql="""
select r.channel_id, r.order_name
from invoices.requests as r
left join invoices.invoices as i
    on r.channel_id = i.channel_id and r.order_name = i.order_name
where r.purpose = 'order' and r.state = 'done' and i.code is null
limit 100
""",
        why="a request is done without an invoice",
    ),
)
