"""What must always hold of merchants."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="merchants.staff_have_merchants",
        sql="""
            select s.merchant_id, s.staff_id
            from staff.staff as s
            left join merchants.merchants as m on m.merchant_id = s.merchant_id
            where m.merchant_id is null
        """,
        why="Nobody acts for a merchant that does not exist.",
    ),
)
