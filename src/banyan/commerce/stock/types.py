"""The nouns of stock: its accounts and transfers in the ledger, movements, and facts."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.limits import QUANTITY_MAX
from banyan.base.text import Note
from banyan.books.journal import Event
from banyan.commerce.catalogue import SkuId
from banyan.commerce.stores import StoreId

LINES_MAX = 500
"""Most SKUs that one command moves."""

Quantity = Annotated[int, msgspec.Meta(ge=1, le=QUANTITY_MAX)]
CountedQuantity = Annotated[int, msgspec.Meta(ge=0, le=QUANTITY_MAX)]
MovementNote = Note
"""Why: the delivery's number, what broke."""


class MovementId(Id):
    """A delivery, a write-off, a count or a carriage: up to 500 SKUs."""


class AccountCode(IntEnum):
    """Accounts of a SKU's book. Stored: never renumbered."""

    ON_HAND = 401
    """What a store has; reserved units are pending debits. Owner: the store. Never overdrawn."""
    RECEIVED = 402
    """Where units come from: suppliers, and counts that found more. Owner: the merchant."""
    SOLD = 403
    """What left a store with buyers, less what came back. Owner: the store."""
    WRITTEN_OFF = 404
    """What broke, went off, or a count missed. Owner: the store."""


class TransferCode(IntEnum):
    """Why units moved. Stored: never renumbered."""

    RECEIVED = 401
    WRITTEN_OFF = 402
    COUNTED_MORE = 403
    COUNTED_LESS = 404
    CARRIED = 405
    """From one store to another of the merchant."""
    RESERVED = 406
    """Set aside for an order until it is paid."""
    SOLD = 407
    RELEASED = 408
    """The order was not paid."""
    RETURNED = 409
    """A refund brought it back."""


class MovementKind(StrEnum):
    """What was done with units. Stored: never renamed."""

    RECEIVED = "received"
    WRITTEN_OFF = "written_off"
    COUNTED = "counted"
    """The quantity is what was found more, or less if negative."""
    CARRIED = "carried"


class StockLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many of a SKU."""

    sku_id: SkuId
    quantity: Quantity


class CountedLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many of a SKU lie there, reserved ones included."""

    sku_id: SkuId
    quantity: CountedQuantity


Lines = Annotated[list[StockLine], msgspec.Meta(min_length=1, max_length=LINES_MAX)]
CountedLines = Annotated[list[CountedLine], msgspec.Meta(min_length=1, max_length=LINES_MAX)]


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """One SKU's part of a delivery, write-off, count or carriage."""

    movement_id: MovementId
    kind: MovementKind
    store_id: StoreId
    to_store_id: StoreId
    """Where it was carried to, else zero."""
    sku_id: SkuId
    quantity: int
    note: str
    moved_at: datetime


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery, write-off, count or carriage that was recorded."""

    movement_id: MovementId
    movements: list[Movement]


class OnHand(msgspec.Struct, frozen=True):
    """A SKU in a store."""

    on_hand: int
    """What lies there."""
    reserved: int
    """Of that, what is set aside for orders."""

    @property
    def available(self) -> int:
        """What can be sold."""
        return self.on_hand - self.reserved


class StockReceived(Event, frozen=True, kw_only=True, tag="stock.received"):
    """A delivery came in."""

    lines: list[tuple[SkuId, int]]


class StockWrittenOff(Event, frozen=True, kw_only=True, tag="stock.written_off"):
    """Units broke, went off or were lost."""

    lines: list[tuple[SkuId, int]]


class StockCounted(Event, frozen=True, kw_only=True, tag="stock.counted"):
    """Somebody counted; only SKUs with a difference are listed, less is negative."""

    lines: list[tuple[SkuId, int]]


class StockCarried(Event, frozen=True, kw_only=True, tag="stock.carried"):
    """Units went from one store to another."""

    to_store_id: StoreId
    lines: list[tuple[SkuId, int]]
