"""What always holds of things with codes; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="barcodes.visits_of_goods",
        sql="""
select v.token from barcodes.visits as v
left join channels.channels as c on v.channel_id = c.channel_id
where c.channel_id is null
limit 100
""",
        why="somebody saw what an account says that does not exist",
    ),
)
