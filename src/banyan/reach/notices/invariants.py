"""What always holds of notices; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="notices.say_something",
        sql="""
select person_id, notice_id
from notices.notices
where title = '' and body = '' and fields = '{}'::jsonb
limit 100
""",
        why="somebody was disturbed for nothing",
    ),
    Invariant(
        name="notices.read_after_arrival",
        sql="""
select person_id, notice_id
from notices.notices
where read_at < arrived_at
limit 100
""",
        why="a notice cannot be read before it was there",
    ),
)
