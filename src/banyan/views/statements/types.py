"""The lines of a statement."""

from datetime import datetime
from enum import StrEnum

import msgspec

from banyan.base.ids import Id


class EntryKind(StrEnum):
    """Why money came or went."""

    TOP_UP = "top_up"
    """From a bank."""
    PAYMENT = "payment"
    """For an order."""
    REFUND = "refund"
    """Of an order, in part or whole."""


class WalletEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One change of a wallet."""

    entry_id: Id
    """The top-up, payment or refund."""
    kind: EntryKind
    currency: str
    amount_fen: int
    """Above zero what came in, below what went out."""
    merchant_id: Id
    """Whom it was paid to or came back from; 0 for a top-up."""
    merchant_name: str
    order_id: Id
    bank_id: str
    """The bank of a top-up: `test` hands out play money."""
    happened_at: datetime
