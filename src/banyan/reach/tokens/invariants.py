"""What always holds of tokens; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="tokens.one_stable",
        sql="""
select channel_id
from tokens.tokens
where kind = 'stable'
group by channel_id, issued_at, expires_at
having count(*) > 1
limit 100
""",
        why="two rivals were handed different stable tokens at once",
    ),
)
