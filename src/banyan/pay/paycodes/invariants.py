"""What always holds of payment codes; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="paycodes.taken_from_a_seed",
        sql="""
select t.seed_number, t.code
from paycodes.takings as t
where t.seed_number <> (t.code::bigint - 100000000000000000) / 1000000000
limit 100
""",
        why="a code is kept under another seed than it was made from, and could be taken twice",
    ),
)
