"""What always holds of pushes; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="pushes.attempt_of_push",
        sql="""
select a.channel_id, a.push_id
from pushes.attempts a
left join pushes.pushes p on p.channel_id = a.channel_id and p.push_id = a.push_id
where p.push_id is null or a.number > p.tries
limit 100
""",
        why="a try was made that nobody had taken the push for",
    ),
    Invariant(
        name="pushes.answered_was_tried",
        sql="""
select p.channel_id, p.push_id
from pushes.pushes p
where p.state = 'answered' and not exists (
    select from pushes.attempts a
    where a.channel_id = p.channel_id and a.push_id = p.push_id
        and a.outcome in ('replied', 'acknowledged', 'garbage')
)
limit 100
""",
        why="a push counts as answered though no server took it",
    ),
)
