"""What always holds of consents; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="consents.tokens_are_granted",
        sql="""
select t.channel_id, t.person_id, t.scope
from consents.tokens as t
left join consents.grants as g
    on t.channel_id = g.channel_id and t.person_id = g.person_id and t.scope = g.scope
where t.scope <> 'base' and g.channel_id is null
limit 100
""",
        why="a token tells a channel what its person never allowed, or took back",
    ),
)
