"""Every SQL statement on schema `collect`."""

from collections.abc import Sequence

from banyan.books.work import Connection
from banyan.pay.collect.types import Payment, PaymentId, PaymentMethod

INSERT_PAYMENTS = """
insert into collect.payments (
    merchant_id, payment_id, person_id, method, currency, amount_fen, taken_by, paid_at
)
select * from unnest(
    $1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::bigint[],
    $8::timestamptz[]
)
"""

READ_PAYMENT = """
select merchant_id, payment_id, person_id, method, currency, amount_fen, refunded_fen, taken_by,
    paid_at
from collect.payments
where merchant_id = $1 and payment_id = $2
"""

ADD_REFUNDED = """
update collect.payments
set refunded_fen = refunded_fen + $3
where merchant_id = $1 and payment_id = $2 and refunded_fen + $3 <= amount_fen
returning merchant_id, payment_id, person_id, method, currency, amount_fen, refunded_fen, taken_by,
    paid_at
"""


async def insert_payments(db: Connection, payments: Sequence[Payment]) -> None:
    """Insert payments, of which nothing has gone back yet."""
    await db.execute(
        INSERT_PAYMENTS,
        [one.merchant_id for one in payments],
        [one.payment_id for one in payments],
        [one.person_id for one in payments],
        [one.method for one in payments],
        [one.currency for one in payments],
        [one.amount_fen for one in payments],
        [one.taken_by for one in payments],
        [one.paid_at for one in payments],
    )


async def find_payment(db: Connection, merchant_id: int, payment_id: int) -> Payment | None:
    """Return a payment if it is there."""
    return _payment(await db.fetchrow(READ_PAYMENT, merchant_id, payment_id))


async def add_refunded(
    db: Connection, merchant_id: int, payment_id: int, amount_fen: int
) -> Payment | None:
    """Lock a payment and note that so much of it goes back; None if there is not so much left."""
    return _payment(await db.fetchrow(ADD_REFUNDED, merchant_id, payment_id, amount_fen))


def _payment(row: object) -> Payment | None:
    if row is None:
        return None
    fields = dict(row)  # type: ignore[call-overload]
    fields["payment_id"] = PaymentId(fields["payment_id"])
    fields["method"] = PaymentMethod(fields["method"])
    return Payment(**fields)
