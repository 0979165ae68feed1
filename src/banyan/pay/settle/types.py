"""Ids, ledger codes, structs and events of settling: what merchants were paid becomes theirs."""

from datetime import date, datetime
from enum import IntEnum

import msgspec

from banyan.base.ids import Id
from banyan.books.journal import Event


class SettlementId(Id):
    """One settling of what a merchant was paid."""


class TransferCode(IntEnum):
    """Why money moved. Stored: never renumbered."""

    SETTLED = 881
    """Unsettled to purse."""


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """What was settled at once."""

    settlement_id: SettlementId
    currency: str
    amount_fen: int
    paid_until: date
    """The last day whose payments are in it, by China's clock."""
    settled_at: datetime


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """What a merchant holds in one currency, by what it may do with it."""

    currency: str
    available_fen: int
    """Its own: it may be sent to the bank or to people."""
    pending_fen: int
    """Paid over the wire, and settled on the next day."""
    frozen_fen: int
    """Paid over the wire, and not to be touched until it is shared with others."""
    leaving_fen: int
    """Set aside for what is on its way to banks and people."""

    @property
    def total_fen(self) -> int:
        """All of it."""
        return self.available_fen + self.pending_fen + self.frozen_fen + self.leaving_fen


class SettlementMade(Event, frozen=True, kw_only=True, tag="settle.settled"):
    """What a merchant was paid up to yesterday became its own; the subject is the settlement."""

    currency: str
    amount_fen: int
    paid_until: date
