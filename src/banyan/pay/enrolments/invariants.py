"""What must always hold of enrolments."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="enrolments.finished_shops_are_there",
        sql="""
            select e.merchant_id, e.enrolment_id
            from enrolments.enrolments as e
            where e.state = 'finished' and e.kind <> 'subject' and not exists (
                select from payees.payees as p where p.merchant_id = e.shop_id
            )
            limit 100
        """,
        why="Whoever was enrolled can be paid over the wire.",
    ),
)
