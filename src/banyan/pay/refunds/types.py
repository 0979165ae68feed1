"""Ids, structs and ledger codes of refunds."""

from datetime import datetime
from enum import IntEnum

import msgspec

from banyan.base.ids import Id
from banyan.pay.collect import PaymentId, PaymentMethod


class RefundId(Id):
    """One giving back of money."""


class TransferCode(IntEnum):
    """Why money moved. Stored: never renumbered."""

    REFUND = 301
    """Purse back to wallet."""
    TILL_REFUND = 302
    """Till back to the outside."""


class PaymentRefund(msgspec.Struct, frozen=True, kw_only=True):
    """What went back of one payment, at one time."""

    merchant_id: int
    refund_id: RefundId
    payment_id: PaymentId
    person_id: int
    method: PaymentMethod
    currency: str
    amount_fen: int
    reason: str
    refunded_by: int
    refunded_at: datetime
