"""Every SQL statement on schema `collect`."""

from collections.abc import Mapping, Sequence

from banyan.base import json
from banyan.books.work import Connection
from banyan.pay.collect.types import Payment, PaymentId, PaymentMethod

# The rows travel as one JSON text, with the columns' names: an eighth of the work of eight arrays.
INSERT_PAYMENTS = """
insert into collect.payments (
    merchant_id, payment_id, person_id, method, currency, amount_fen, taken_by, paid_at
)
select merchant_id, payment_id, person_id, method, currency, amount_fen, taken_by, paid_at
from json_to_recordset($1::text::json) as p (
    merchant_id bigint, payment_id bigint, person_id bigint, method text, currency text,
    amount_fen bigint, taken_by bigint, paid_at timestamptz
)
"""

READ_PAYMENT = """
select merchant_id, payment_id, person_id, method, currency, amount_fen, refunded_fen, taken_by,
    paid_at
from collect.payments
where merchant_id = $1 and payment_id = $2
"""

ADD_REFUNDED = """
update collect.payments as p
set refunded_fen = p.refunded_fen + u.amount_fen
from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as u (merchant_id, payment_id, amount_fen)
where p.merchant_id = u.merchant_id and p.payment_id = u.payment_id
    and p.refunded_fen + u.amount_fen <= p.amount_fen
returning p.merchant_id, p.payment_id, p.person_id, p.method, p.currency, p.amount_fen,
    p.refunded_fen, p.taken_by, p.paid_at
"""


async def insert_payments(db: Connection, payments: Sequence[Payment]) -> None:
    """Insert payments, of which nothing has gone back yet."""
    await db.execute(INSERT_PAYMENTS, json.encode(payments).decode())


async def find_payment(db: Connection, merchant_id: int, payment_id: int) -> Payment | None:
    """Return a payment if it is there."""
    return _payment(await db.fetchrow(READ_PAYMENT, merchant_id, payment_id))


async def add_refunded(
    db: Connection, amounts: Mapping[tuple[int, int], int]
) -> dict[tuple[int, int], Payment]:
    """Lock payments and note that so much of each goes back, by merchant and payment.

    Those of which there is not so much left stay as they are, and are left out of the answer.
    """
    keys = sorted(amounts)
    merchants, payments = zip(*keys, strict=True)
    rows = await db.fetch(ADD_REFUNDED, merchants, payments, [amounts[key] for key in keys])
    found = (_payment(row) for row in rows)
    return {(one.merchant_id, int(one.payment_id)): one for one in found if one}


def _payment(row: object) -> Payment | None:
    if row is None:
        return None
    fields = dict(row)  # type: ignore[call-overload]
    fields["payment_id"] = PaymentId(fields["payment_id"])
    fields["method"] = PaymentMethod(fields["method"])
    return Payment(**fields)
