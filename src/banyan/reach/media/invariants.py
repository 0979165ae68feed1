"""What always holds of files of accounts; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="media.counts_equal_items",
        sql="""
with counted as (
    select channel_id, kind, count(*) as kept
    from media.items
    where expires_at is null
    group by channel_id, kind
)
select coalesce(c.channel_id, i.channel_id) as channel_id, coalesce(c.kind, i.kind) as kind
from media.counts as c
full join counted as i on c.channel_id = i.channel_id and c.kind = i.kind
where coalesce(c.kept, 0) <> coalesce(i.kept, 0)
limit 100
""",
        why="an account could keep more files than it may, or fewer",
    ),
)
