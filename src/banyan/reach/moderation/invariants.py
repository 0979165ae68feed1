"""What always holds of checks; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="moderation.decided_when",
        sql="""
select channel_id, check_id
from moderation.checks
where (state in ('passed', 'refused', 'appealed')) <> (decided_at is not null)
limit 100
""",
        why="a check was decided at no time, or has a time and no decision",
    ),
)
