"""Ids, structs, ledger codes and events of remittances: what a merchant sends a person."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import LINE
from banyan.books.journal import Event


class RemittanceId(Id):
    """One amount on its way to one person."""


class BatchId(Id):
    """Remittances that were ordered together."""


class ReceiptId(Id):
    """A receipt that was asked for."""


class TransferCode(IntEnum):
    """Why money moved. Stored: never renumbered."""

    RESERVED = 871
    """Purse to wallet, set aside until the remittance has ended."""
    REMITTED = 872
    """It came to the person."""
    RELEASED = 873
    """It stays with the merchant after all."""


class Way(StrEnum):
    """How a remittance reaches a person. Stored: never renamed."""

    CONFIRM = "confirm"
    """They confirm on their phone that they take it."""
    BATCH = "batch"
    """At once, as one of a batch."""
    DIRECT = "direct"
    """At once, alone."""


class RemittanceState(StrEnum):
    """How far a remittance is. Stored: never renamed."""

    WAITING = "waiting"
    """For the person to confirm."""
    PROCESSING = "processing"
    """Accepted with its batch."""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    """By the merchant, before the person confirmed."""


class BatchState(StrEnum):
    """How far a batch is. Stored: never renamed."""

    ACCEPTED = "accepted"
    FINISHED = "finished"
    """Each of its remittances has ended, one way or another."""
    CLOSED = "closed"


class ReceiptKind(StrEnum):
    """What a receipt is of. Stored: never renamed."""

    REMITTANCE = "remittance"
    BATCH = "batch"


OutNo = Annotated[
    str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_|*@-]+$(?!\n)")
]
"""A number that the merchant chose."""
Token = Annotated[str, msgspec.Meta(min_length=8, max_length=64, pattern=r"^[0-9A-Za-z_-]+$(?!\n)")]
"""What a link to a remittance or a receipt says."""
Remark = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=LINE)]
Scene = Annotated[str, msgspec.Meta(max_length=36, pattern=r"^[0-9A-Za-z_]*$(?!\n)")]
NotifyUrl = Annotated[str, msgspec.Meta(max_length=256)]
RealName = Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)]


class Report(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a merchant says about why it sends money, as its scene demands."""

    info_type: Annotated[str, msgspec.Meta(min_length=1, max_length=15, pattern=LINE)]
    info_content: Annotated[str, msgspec.Meta(min_length=1, max_length=32, pattern=LINE)]


class Remittance(msgspec.Struct, frozen=True, kw_only=True):
    """What a merchant sends a person, as its own people see it."""

    merchant_id: Id
    remittance_id: RemittanceId
    batch_id: BatchId
    way: Way
    out_no: str
    protocol: str
    channel_id: Id
    openid: str
    currency: str
    amount_fen: int
    remark: str
    scene: str
    perception: str
    style: str
    reports: list[Report]
    notify_url: str
    token: str
    """Opens it on the phone; empty where nobody confirms."""
    state: RemittanceState
    fail_reason: str
    created_at: datetime
    updated_at: datetime
    expires_at: datetime | None


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Remittances that were ordered together, and how many of them have ended."""

    merchant_id: Id
    batch_id: BatchId
    out_no: str
    protocol: str
    channel_id: Id
    name: str
    remark: str
    scene: str
    currency: str
    total_fen: int
    total_count: int
    notify_url: str
    state: BatchState
    close_reason: str
    created_at: datetime
    updated_at: datetime
    done_fen: int = 0
    done_count: int = 0
    failed_fen: int = 0
    failed_count: int = 0


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt: a paper about a remittance or a batch; `token` opens it."""

    merchant_id: Id
    receipt_id: ReceiptId
    kind: ReceiptKind
    subject_id: Id
    token: str
    is_ready: bool
    asked_at: datetime
    updated_at: datetime


class MoneyOffer(msgspec.Struct, frozen=True, kw_only=True):
    """Money that waits for the person who asks, or came to them, as they see it."""

    token: str
    merchant_id: Id
    merchant_name: str
    currency: str
    amount_fen: int
    remark: str
    perception: str
    is_red_packet: bool
    state: RemittanceState
    created_at: datetime
    updated_at: datetime
    expires_at: datetime | None


class RemittanceSent(Event, frozen=True, kw_only=True, tag="remit.sent"):
    """A merchant set money aside for a person, who is to confirm; `subject_id` names it."""

    currency: str
    amount_fen: int
    token: str


class Remitted(Event, frozen=True, kw_only=True, tag="remit.remitted"):
    """Money of a merchant came to a person; `subject_id` is the remittance."""

    currency: str
    amount_fen: int
    batch_id: BatchId


class RemittanceEnded(Event, frozen=True, kw_only=True, tag="remit.ended"):
    """Money stays with the merchant: nobody confirmed, it was cancelled, or nobody was there."""

    currency: str
    amount_fen: int
    state: RemittanceState
    fail_reason: str


class BatchSent(Event, frozen=True, kw_only=True, tag="remit.batch_sent"):
    """A merchant ordered many remittances together; `subject_id` is the batch."""

    currency: str
    total_fen: int
    total_count: int


class BatchFinished(Event, frozen=True, kw_only=True, tag="remit.batch_finished"):
    """Each remittance of a batch has ended; `subject_id` is the batch."""

    done_fen: int
    done_count: int
    failed_fen: int
    failed_count: int
