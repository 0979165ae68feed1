"""Ids, structs and ledger codes of payments."""

from datetime import datetime
from enum import IntEnum, StrEnum

import msgspec

from banyan.base.ids import Id


class PaymentId(Id):
    """A payment; it bears the number of what is paid for, so that one thing is paid once."""


class PaymentMethod(StrEnum):
    """How money came in. Stored: never renamed."""

    WALLET = "wallet"
    """From the payer's wallet into the merchant's purse."""
    CASH = "cash"
    """Over the counter, into the till."""
    OTHER = "other"
    """By means outside Banyan, such as a bank card at the merchant's own terminal."""
    WECHATPAY = "wechatpay"
    """Through the merchant's own account at the real WeChat Pay."""
    ALIPAY = "alipay"
    """Through the merchant's own account at the real Alipay."""

    @property
    def is_gateway(self) -> bool:
        """Whether an outside provider holds the money; then gateways move it, and nobody else."""
        return self in {PaymentMethod.WECHATPAY, PaymentMethod.ALIPAY}


class PaymentState(StrEnum):
    """How much of a payment is still the merchant's."""

    PAID = "paid"
    PART_REFUNDED = "part_refunded"
    REFUNDED = "refunded"


class TransferCode(IntEnum):
    """Why money moved. Stored: never renumbered."""

    PAYMENT = 201
    """Wallet to purse."""
    TAKING = 202
    """From outside into the till."""


class Payment(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What was paid for one thing, and how much of it went back."""

    merchant_id: int
    payment_id: PaymentId
    person_id: int
    """The payer; 0 for somebody at the till whom nobody knows."""
    method: PaymentMethod
    currency: str
    amount_fen: int
    refunded_fen: int = 0
    taken_by: int = 0
    """The actor at the till; 0 when the payer paid alone."""
    paid_at: datetime

    @property
    def state(self) -> PaymentState:
        """How much of the payment is left."""
        if not self.refunded_fen:
            return PaymentState.PAID
        if self.refunded_fen < self.amount_fen:
            return PaymentState.PART_REFUNDED
        return PaymentState.REFUNDED
