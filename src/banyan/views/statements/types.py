"""The lines of a statement."""

from datetime import date, datetime
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
    CHARGE = "charge"
    """Over the wire: by a page, a code or a link of a merchant's program."""
    CHARGE_REFUND = "charge_refund"
    """Of what was paid over the wire."""
    REMITTANCE = "remittance"
    """Sent by a merchant."""
    SHARE = "share"
    """A part of what a merchant was paid."""
    PAYOUT = "payout"
    """To a bank account."""
    PACKET_SENT = "packet_sent"
    """Into a red packet."""
    PACKET_TAKEN = "packet_taken"
    """Out of somebody's red packet."""
    PACKET_RETURNED = "packet_returned"
    """What nobody took of one's own red packet."""


class WalletEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One change of a wallet."""

    entry_id: Id
    """The top-up, payment, refund, share, payout or red packet."""
    kind: EntryKind
    currency: str
    amount_fen: int
    """Above zero what came in, below what went out."""
    merchant_id: Id
    """Whom it was paid to or came from; 0 where no merchant has a part."""
    merchant_name: str
    """The merchant's name, or that of whoever sent the red packet."""
    order_id: Id
    token: str
    """Of what was paid over the wire, to look at it again; empty for anything else."""
    bank_id: str
    """The bank of a top-up or payout: `test` has play money only."""
    happened_at: datetime


class WalletBill(msgspec.Struct, frozen=True, kw_only=True):
    """What changed a wallet on some days, the newest first."""

    currency: str
    since: date
    until: date
    """The last day."""
    opening_fen: int
    closing_fen: int
    entries: list[WalletEntry]
