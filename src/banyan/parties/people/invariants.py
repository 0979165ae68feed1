"""What must always hold of people."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="people.phones_agree",
        sql="""
            select one.phone, owned.phone as owned, one.person_id, owned.person_id as owner
            from people.people as one
            full join people.phones as owned on owned.phone = one.phone
            where (one.phone is not null or owned.phone is not null)
            and one.person_id is distinct from owned.person_id
        """,
        why="A phone leads to the person who has it, and to nobody else.",
    ),
)
