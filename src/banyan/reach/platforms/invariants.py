"""What always holds of platforms; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="platforms.tokens_are_granted",
        sql="""
select t.channel_id, t.via_id
from tokens.tokens as t
left join platforms.authorizations as a
    on a.channel_id = t.channel_id and a.platform_id = t.via_id
where t.via_id <> 0 and a.channel_id is null
limit 100
""",
        why="a platform could act for an account whose owner has taken that back",
    ),
    Invariant(
        name="platforms.told_is_granted",
        sql="""
select r.channel_id, r.via_id
from pushes.relays as r
left join platforms.authorizations as a
    on a.channel_id = r.channel_id and a.platform_id = r.via_id and 'messages' = any(a.functions)
left join platforms.settings as s on s.channel_id = r.via_id
where a.channel_id is null or r.url is distinct from s.message_url
limit 100
""",
        why="a platform would be told of an account that did not let it, or at another address",
    ),
)
