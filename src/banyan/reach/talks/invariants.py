"""What always holds of conversations; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="talks.answers_arrived_once",
        sql="""
with arrived as (
    select person_id, (fields ->> 'message_id')::bigint as message_id, count(*) as count
    from notices.notices
    where kind = 'talks.message'
    group by 1, 2
)
select m.channel_id, m.message_id
from talks.messages as m
left join arrived as a on m.person_id = a.person_id and m.message_id = a.message_id
where m.origin not in ('said', 'unheard') and a.count is distinct from 1
limit 100
""",
        why="what an account said is not in the inbox, or more than once",
    ),
    Invariant(
        name="talks.last_is_last",
        sql="""
select t.channel_id, t.person_id
from talks.talks as t
inner join talks.messages as m on t.channel_id = m.channel_id and t.person_id = m.person_id
where m.message_id > t.last_id and m.origin <> 'unheard'
limit 100
""",
        why="a list of conversations does not show what was said last",
    ),
    Invariant(
        name="talks.attended_by_someone",
        sql="""
select t.channel_id, t.person_id
from talks.talks as t
left join talks.agents as a on t.channel_id = a.channel_id and t.agent_id = a.agent_id
where t.agent_id <> 0 and a.agent_id is null
limit 100
""",
        why="a person talks to an agent who is gone",
    ),
    Invariant(
        name="talks.known_by_openid",
        sql="""
select t.channel_id, t.person_id
from talks.talks as t
left join channels.followers as f on t.channel_id = f.channel_id and t.person_id = f.person_id
where f.openid is distinct from t.openid
limit 100
""",
        why="a conversation is with somebody whom the account does not know",
    ),
    Invariant(
        name="talks.rating_was_asked",
        sql="""
select r.channel_id, r.rating_id
from talks.ratings as r
left join talks.messages as m
    on r.channel_id = m.channel_id and r.person_id = m.person_id and r.message_id = m.message_id
where m.message_id is null
limit 100
""",
        why="somebody rated an agent without having been asked",
    ),
)
