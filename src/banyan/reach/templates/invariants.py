"""What always holds of template messages; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="templates.arrived_once",
        sql="""
with arrived as (
    select person_id, (fields ->> 'send_id')::bigint as send_id, count(*) as count
    from notices.notices
    where kind = 'templates.message'
    group by 1, 2
)
select s.channel_id, s.send_id
from templates.sends as s
left join arrived as a on s.person_id = a.person_id and s.send_id = a.send_id
where a.count is distinct from 1
limit 100
""",
        why="a template message is not in the inbox, or more than once",
    ),
    Invariant(
        name="templates.so_many",
        sql="""
select channel_id from templates.templates group by channel_id having count(*) > 25 limit 100
""",
        why="rivals added more templates than an account may have",
    ),
)
