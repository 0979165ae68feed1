"""What always holds of official accounts; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="channels.sizes_equal_followers",
        sql="""
with counted as (
    select channel_id, count(*) as count
    from channels.followers
    where state = 'following'
    group by channel_id
),

told as (
    select channel_id, sum(followers_count) as count from channels.sizes group by channel_id
)

select coalesce(c.channel_id, t.channel_id) as channel_id
from counted as c
full join told as t on c.channel_id = t.channel_id
where coalesce(c.count, 0) <> coalesce(t.count, 0)
limit 100
""",
        why="an account does not know how many follow it",
    ),
)
