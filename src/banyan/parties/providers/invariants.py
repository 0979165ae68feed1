"""What always holds of providers; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="providers.one_merchant",
        sql="""
select b.channel_id
from providers.bindings as b
left join providers.providers as p on p.provider_id = b.provider_id
left join channels.channels as c on c.channel_id = b.channel_id
where c.merchant_id is distinct from p.merchant_id
limit 100
""",
        why="a person would be known by one name at accounts of different merchants",
    ),
)
