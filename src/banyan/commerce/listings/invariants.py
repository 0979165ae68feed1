"""What always holds of listings; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="listings.of_stores",
        sql="""
select l.merchant_id, l.store_id
from listings.listings as l
left join stores.stores as s on l.merchant_id = s.merchant_id and l.store_id = s.store_id
where s.store_id is null
limit 100
""",
        why="a listing is about no store of its merchant",
    ),
    Invariant(
        name="listings.checked",
        sql="""
select merchant_id, store_id from listings.listings
where state = 'checking' and wanted is null
limit 100
""",
        why="a listing waits for a check that nobody makes",
    ),
)
