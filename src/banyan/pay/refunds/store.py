"""Every SQL statement on schema `refunds`."""

from collections.abc import Sequence

import msgspec

from banyan.books.work import Connection
from banyan.pay.collect import PaymentId, PaymentMethod
from banyan.pay.refunds.types import PaymentRefund, RefundId

INSERT_REFUNDS = """
insert into refunds.refunds (
    merchant_id, refund_id, payment_id, person_id, method, currency, amount_fen, reason,
    refunded_by, refunded_at
)
select * from unnest(
    $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::bigint[],
    $8::text[], $9::bigint[], $10::timestamptz[]
)
"""

LIST_REFUNDS = """
select merchant_id, refund_id, payment_id, person_id, method, currency, amount_fen, reason,
    refunded_by, refunded_at
from refunds.refunds
where merchant_id = $1 and payment_id = $2
order by refund_id
limit $3
"""


async def insert_refunds(db: Connection, refunds: Sequence[PaymentRefund]) -> None:
    """Insert refunds."""
    columns = zip(*map(msgspec.structs.astuple, refunds), strict=True)
    await db.execute(INSERT_REFUNDS, *columns)


async def list_refunds(
    db: Connection, merchant_id: int, payment_id: int, limit: int
) -> Sequence[PaymentRefund]:
    """Return the refunds of one payment, the earliest first."""
    return [
        PaymentRefund(
            **{
                **row,
                "refund_id": RefundId(row["refund_id"]),
                "payment_id": PaymentId(row["payment_id"]),
                "method": PaymentMethod(row["method"]),
            }
        )
        for row in await db.fetch(LIST_REFUNDS, merchant_id, payment_id, limit)
    ]
