"""What must always hold of places, codes and touches."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="places.coded",
        sql="""
            select p.place_id from places.places as p
            where not exists (
                select from places.codes as c
                where c.merchant_id = p.merchant_id and c.place_id = p.place_id
            )
        """,
        why="A place without a code can't be met.",
    ),
    Invariant(
        name="places.code_in_its_store",
        sql="""
            select c.code_id from places.codes as c
            left join places.places as p using (merchant_id, place_id)
            where p.store_id is distinct from c.store_id
        """,
        why="A scan would count for another store than the one it happened in.",
    ),
    Invariant(
        name="places.touch_of_own_code",
        sql="""
            select t.touch_id from places.touches as t
            where not exists (
                select from places.codes as c
                where c.merchant_id = t.merchant_id and c.code_id = t.code_id
                    and c.store_id = t.store_id
            )
        """,
        why="A touch must be of a code of the merchant it counts for.",
    ),
    Invariant(
        name="places.touches_recorded",
        sql="""
            select coalesce(t.touch_id, e.subject_id) as touch_id
            from places.touches as t
            full join (
                select subject_id, merchant_id from journal.events where kind = 'places.touched'
            ) as e on e.merchant_id = t.merchant_id and e.subject_id = t.touch_id
            where t.touch_id is null or e.subject_id is null
        """,
        why="Insight counts events, the console counts touches: they are the same meetings.",
    ),
)
