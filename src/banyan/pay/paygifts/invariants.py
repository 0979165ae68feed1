"""What always holds of gifts for payments."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="paygifts.gifts_are_of_activities",
        sql="""
select g.merchant_id, g.activity_id, g.charge_id
from paygifts.gifts as g
left join paygifts.activities as a
    on g.merchant_id = a.merchant_id and g.activity_id = a.activity_id
where a.activity_id is null or not (g.stock_id = any(a.stock_ids))
limit 100
""",
        why="a coupon was given that no activity promised",
    ),
)
