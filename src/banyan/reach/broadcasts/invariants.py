"""What always holds of messages to many; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="broadcasts.tallies_equal_deliveries",
        sql="""
with counted as (
    select message_id, result, count(*) as count
    from broadcasts.deliveries
    group by message_id, result
)
select coalesce(t.message_id, c.message_id) as message_id, coalesce(t.result, c.result) as result
from broadcasts.tallies as t
full join counted as c on t.message_id = c.message_id and t.result = c.result
where t.count is distinct from c.count
limit 100
""",
        why="the report of a message does not say what became of it",
    ),
    Invariant(
        name="broadcasts.quota_kept",
        sql="""
select m.channel_id, d.openid, m.quota_month
from broadcasts.deliveries as d
inner join broadcasts.messages as m on d.message_id = m.message_id
inner join channels.channels as c on m.channel_id = c.channel_id
where d.result = 'delivered' and c.kind = 'service' and m.audience <> 'preview'
group by m.channel_id, d.openid, m.quota_month
having count(*) > 4
limit 100
""",
        why="a follower got more messages in a month than they may",
    ),
    Invariant(
        name="broadcasts.held_back_from_all",
        sql="""
select m.message_id, t.result
from broadcasts.messages as m
inner join broadcasts.tallies as t on m.message_id = t.message_id
where m.state = 'refused' and t.result <> m.reason
    or m.state in ('waiting', 'cancelled')
limit 100
""",
        why="a message that was held back went to somebody, or not all know why it did not",
    ),
    Invariant(
        name="broadcasts.sent_leaves_nobody",
        sql="""
select m.message_id
from broadcasts.messages as m
inner join broadcasts.lists as l on m.message_id = l.message_id
where m.finished_at is not null
limit 100
""",
        why="a message was called sent before it was tried for all",
    ),
    Invariant(
        name="broadcasts.states",
        sql="""
select message_id
from broadcasts.messages
where (state in ('waiting', 'sending')) <> (finished_at is null) and state <> 'deleted'
    or state in ('waiting', 'cancelled', 'refused') and begun_at is not null
    or state = 'refused' and reason = ''
limit 100
""",
        why="a message is said to be at two places at once",
    ),
)
