"""What always holds of official accounts; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="channels.tallies_equal_deliveries",
        sql="""
with counted as (
    select message_id, result, count(*) as count
    from channels.deliveries
    where result is not null
    group by message_id, result
)
select coalesce(t.message_id, c.message_id) as message_id, coalesce(t.result, c.result) as result
from channels.tallies as t
full join counted as c on t.message_id = c.message_id and t.result = c.result
where t.count is distinct from c.count
limit 100
""",
        why="the report of a message does not say what became of it",
    ),
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
    Invariant(
        name="channels.delivered_once",
        sql="""
with arrived as (
    select (fields ->> 'message_id')::bigint as message_id, count(*) as count,
        count(distinct person_id) as people
    from notices.notices
    where kind = 'channels.message'
    group by 1
)
select a.message_id
from arrived as a
left join channels.tallies as t on a.message_id = t.message_id and t.result = 'delivered'
where a.count > coalesce(t.count, 0) or a.count <> a.people
limit 100
""",
        why="somebody got a message twice, or one that is not said to have arrived",
    ),
    Invariant(
        name="channels.quota_counts_deliveries",
        sql="""
with counted as (
    select m.channel_id, d.openid, m.quota_month as month_on, count(*) as used
    from channels.deliveries as d
    inner join channels.messages as m on d.message_id = m.message_id
    inner join channels.channels as c on m.channel_id = c.channel_id
    where d.result = 'delivered' and c.kind = 'service'
    group by m.channel_id, d.openid, m.quota_month
)
select coalesce(q.channel_id, c.channel_id) as channel_id, coalesce(q.openid, c.openid) as openid
from channels.quotas as q
full join counted as c
    on q.channel_id = c.channel_id and q.openid = c.openid and q.month_on = c.month_on
where q.used is distinct from c.used
limit 100
""",
        why="a follower's quota is not what they got",
    ),
    Invariant(
        name="channels.sent_leaves_nobody",
        sql="""
select m.message_id
from channels.messages as m
inner join channels.deliveries as d on m.message_id = d.message_id
where m.state = 'sent' and d.result is null
limit 100
""",
        why="a message was called sent before it was tried for all",
    ),
)
