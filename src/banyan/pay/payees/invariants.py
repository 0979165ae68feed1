"""What always holds of payees; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="payees.bonds_of_payees",
        sql="""
select b.provider_id, b.merchant_id
from payees.bonds b
left join payees.payees p on p.merchant_id = b.provider_id
left join payees.payees m on m.merchant_id = b.merchant_id
where p.merchant_id is null or m.merchant_id is null
limit 100
""",
        why="somebody acts for a merchant, and one of the two cannot be paid over the wire",
    ),
    Invariant(
        name="payees.certificates_of_payees",
        sql="""
select c.merchant_id, c.serial_no
from payees.certificates c
left join payees.payees p on p.merchant_id = c.merchant_id
where p.merchant_id is null
limit 100
""",
        why="a program would be known that belongs to nobody who can be paid",
    ),
)
