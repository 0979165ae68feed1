"""What always holds of penalties and suspicions; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="penalties.settled_when",
        sql="""
select channel_id, suspicion_id
from penalties.suspicions
where (state = 'open') <> (settled_at is null)
limit 100
""",
        why="a suspicion was settled at no time, or has a time and is open",
    ),
    Invariant(
        name="penalties.punished_by_a_penalty",
        sql="""
select s.channel_id, s.suspicion_id
from penalties.suspicions as s
left join penalties.penalties as p
    on s.channel_id = p.channel_id and s.kind = p.reason and s.settled_at = p.begins_at
where s.state = 'punished' and p.penalty_id is null
limit 100
""",
        why="an account was called punished, and nothing was forbidden or said to it",
    ),
)
