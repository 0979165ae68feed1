"""Ids, ledger codes, structs and events of money that leaves for a bank."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import NONE, Id
from banyan.base.text import END, LINE, TRIMMED
from banyan.books.journal import Event

AccountNumber = Annotated[
    str, msgspec.Meta(min_length=6, max_length=32, pattern=rf"^[0-9]{{6,32}}{END}")
]
AccountName = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=TRIMMED)]
OutNo = Annotated[str, msgspec.Meta(max_length=64, pattern=rf"^[0-9A-Za-z_*@|-]*{END}")]
Remark = Annotated[str, msgspec.Meta(max_length=100, pattern=LINE)]

BELL = "payouts"
"""Rings when there is a bank to be asked."""


class PayoutId(Id):
    """Money on its way to a bank."""


class TransferCode(IntEnum):
    """Why money moved. Stored: never renumbered."""

    HELD = 886
    """Set aside when a payout was accepted."""
    PAID = 887
    """The bank took it."""
    RELEASED = 888
    """The bank did not."""


class HolderKind(StrEnum):
    """Whose money it is. Stored: never renamed."""

    PERSON = "person"
    """From a wallet."""
    MERCHANT = "merchant"
    """From a purse."""


class PayoutState(StrEnum):
    """How far a payout is. Stored: never renamed."""

    ACCEPTED = "accepted"
    """Set aside; the bank is asked."""
    PAID = "paid"
    FAILED = "failed"
    """The bank said no, and the money is the holder's again."""


class BankAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Where a holder has their money sent, as they see it."""

    bank_id: str
    is_test: bool
    """The built-in test bank: nothing real arrives there."""
    name: str
    number_tail: str
    changed_at: datetime


class Payout(msgspec.Struct, frozen=True, kw_only=True):
    """Money on its way to a bank, and what became of it."""

    payout_id: PayoutId
    holder_kind: HolderKind
    holder_id: Id
    out_no: str
    """The number that the holder's program gave it; empty for none."""
    currency: str
    amount_fen: int
    remark: str
    bank_memo: str
    """What stands on the bank's statement."""
    notify_url: str
    bank_id: str
    is_test: bool
    bank_name: str
    number_tail: str
    state: PayoutState
    bank_no: str
    """Under which the bank took it."""
    why: str
    """Why it failed, or why it takes so long."""
    created_at: datetime
    changed_at: datetime


class PayoutAccepted(Event, frozen=True, kw_only=True, tag="payouts.accepted"):
    """Money was set aside for a holder's bank account; `subject_id` is the payout."""

    amount_fen: int
    currency: str


class PayoutPaid(Event, frozen=True, kw_only=True, tag="payouts.paid"):
    """A bank took the money; `subject_id` is the payout."""

    amount_fen: int
    currency: str


class PayoutFailed(Event, frozen=True, kw_only=True, tag="payouts.failed"):
    """A bank refused the money, and its holder has it again; `subject_id` is the payout."""

    amount_fen: int
    currency: str
    why: str


class Verdict(StrEnum):
    """What a bank says of an order to pay."""

    TAKEN = "taken"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """It has never heard of this number, when it was asked."""


class BankAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a bank answered. No answer at all is a Trouble."""

    verdict: Verdict
    bank_no: str = ""
    why: str = ""


class BankOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What a bank is asked to pay. Whoever sends the same number again is paid once."""

    number: str
    account_name: str
    account_number: str
    currency: str
    amount_fen: int
    memo: str
    holder_kind: HolderKind
    holder_id: Id = Id(NONE)
