"""What must always hold of staff."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="staff.every_merchant_has_an_owner",
        sql="""
            select m.merchant_id
            from merchants.merchants as m
            left join staff.staff as s on s.merchant_id = m.merchant_id and s.role = 'owner'
            group by m.merchant_id
            having count(s.staff_id) = 0
        """,
        why="A merchant without an owner can never be run again.",
    ),
    Invariant(
        name="staff.people_exist",
        sql="""
            select s.merchant_id, s.staff_id
            from staff.staff as s
            left join people.people as p on p.person_id = s.person_id
            where p.person_id is null
        """,
        why="Whoever acts for a merchant is a person.",
    ),
)
