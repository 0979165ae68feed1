"""What must hold of the audience's figures at every instant: queries that return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="audience.every_follower_counted",
        sql="""
with counted as (
    select channel_id, sum(gained - lost) as followers_count
    from audience.moves
    group by channel_id
),

passed as (
    select e.channel_id,
        sum(case when e.kind = 'channels.followed' then 1 else -1 end) as followers_count
    from journal.events as e
    inner join journal.cursors as c on e.lane = c.lane and e.number <= c.last_number
    where c.follower = 'audience.journal'
        and e.kind in ('channels.followed', 'channels.unfollowed')
    group by e.channel_id
)

select p.channel_id, p.followers_count, c.followers_count as counted
from passed as p
full join counted as c on p.channel_id = c.channel_id
where p.followers_count is distinct from c.followers_count
limit 100
""",
        why="A fact that the follower has passed is not counted, or twice.",
    ),
)
