"""What must always hold of stores."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="stores.audited",
        sql="""
            select s.store_id from stores.stores as s
            where not exists (
                select from audit.entries as e
                where e.merchant_id = s.merchant_id
                    and e.subject = 'stores.store' and e.subject_id = s.store_id
            )
        """,
        why="Opening a store is a decision that somebody must answer for.",
    ),
)
