"""Every SQL statement on schema `refunds`."""

from collections.abc import Sequence

from banyan.books.work import Connection
from banyan.pay.collect import PaymentId, PaymentMethod
from banyan.pay.refunds.types import PaymentRefund, RefundId

INSERT_REFUND = """
insert into refunds.refunds (
    merchant_id, refund_id, payment_id, person_id, method, currency, amount_fen, reason,
    refunded_by, refunded_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""

LIST_REFUNDS = """
select merchant_id, refund_id, payment_id, person_id, method, currency, amount_fen, reason,
    refunded_by, refunded_at
from refunds.refunds
where merchant_id = $1 and payment_id = $2
order by refund_id
limit $3
"""


async def insert_refund(db: Connection, refund: PaymentRefund) -> None:
    """Insert a refund."""
    await db.execute(
        INSERT_REFUND,
        refund.merchant_id,
        refund.refund_id,
        refund.payment_id,
        refund.person_id,
        refund.method,
        refund.currency,
        refund.amount_fen,
        refund.reason,
        refund.refunded_by,
        refund.refunded_at,
    )


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
