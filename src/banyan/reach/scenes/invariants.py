"""What always holds of the accounts' own codes; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="scenes.lasting_are_counted",
        sql="""
with counted as (
    select channel_id, count(*) as count
    from scenes.codes
    where expires_at is null
    group by channel_id
)
select b.channel_id
from scenes.books as b
left join counted as c on b.channel_id = c.channel_id
where b.lasting_count <> coalesce(c.count, 0)
limit 100
""",
        why="an account does not know how many lasting codes it has",
    ),
)
