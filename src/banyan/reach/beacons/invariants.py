"""What always holds of beacons; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="beacons.are_counted",
        sql="""
with counted as (
    select channel_id, count(*) as count from beacons.beacons group by channel_id
)
select b.channel_id
from beacons.books as b
left join counted as c on b.channel_id = c.channel_id
where b.beacons_count <> coalesce(c.count, 0)
limit 100
""",
        why="an account does not know how many beacons it has",
    ),
    Invariant(
        name="beacons.granted_are_there",
        sql="""
with counted as (
    select channel_id, apply_id, count(*) as count
    from beacons.beacons
    group by channel_id, apply_id
)
select a.channel_id, a.apply_id
from beacons.applications as a
left join counted as c on a.channel_id = c.channel_id and a.apply_id = c.apply_id
where coalesce(c.count, 0) <> case when a.state = 'approved' then a.quantity else 0 end
limit 100
""",
        why="an application brought another number of beacons than it was for",
    ),
)
