"""Refunds: money of a payment given back, by the way it came, never more than was paid."""

from pathlib import Path

from banyan.books.room import Room
from banyan.pay.refunds.invariants import INVARIANTS, MONEY
from banyan.pay.refunds.refund_payment import RefundPayment, list_refunds, refund_payments
from banyan.pay.refunds.types import PaymentRefund, RefundId

ROOM = Room(
    name="refunds",
    migrations=Path(__file__).parent / "migrations",
    invariants=INVARIANTS,
    money=MONEY,
)

__all__ = (
    "ROOM",
    "PaymentRefund",
    "RefundId",
    "RefundPayment",
    "list_refunds",
    "refund_payments",
)
