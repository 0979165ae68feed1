"""What always holds of ways into mini programs; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="applinks.are_counted",
        sql="""
with codes as (
    select channel_id, count(*) as count from applinks.codes group by channel_id
),

lasting as (
    select channel_id, count(*) as count
    from applinks.links where expires_at is null group by channel_id
)

select b.channel_id
from applinks.books as b
left join codes as c on b.channel_id = c.channel_id
left join lasting as l on b.channel_id = l.channel_id
where b.codes_count <> coalesce(c.count, 0) or b.lasting_count <> coalesce(l.count, 0)
limit 100
""",
        why="a mini program does not know how many codes and lasting links it has",
    ),
)
