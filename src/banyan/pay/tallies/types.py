"""Statements of providers, their lines, what may differ, and what merchants say to that."""

from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Annotated

import msgspec

from banyan.base.limits import AMOUNT_MAX
from banyan.base.text import LINE
from banyan.parties.ids import MerchantId
from banyan.pay.gateways import GatewayId, GatewayKind, StatementLine

LINES_MAX = 200_000
"""Most lines of one statement."""
_Number = Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)]
OutNo = _Number
"""A number under which a provider knows a payment or a refund; empty where there is none."""
Side = Annotated[int, msgspec.Meta(ge=-1, le=AMOUNT_MAX)]
"""What one side tells in fen; -1 if it tells nothing."""
RateBp = Annotated[int, msgspec.Meta(ge=0, le=10_000)]


class StatementState(StrEnum):
    """How far a statement is. Stored: never renamed."""

    WANTED = "wanted"
    """The provider is asked for it."""
    READY = "ready"
    ABSENT = "absent"
    """The provider has none: nothing happened, as it says."""
    FAILED = "failed"
    """The provider did not give it; the merchant asks again, or gives the file."""


class Source(StrEnum):
    """Where a statement came from. Stored: never renamed."""

    FETCHED = "fetched"
    """From the provider."""
    GIVEN = "given"
    """From the merchant, as a file."""


class Disagreement(StrEnum):
    """What is wrong between a statement and our books. Stored: never renamed."""

    MISSING_HERE = "missing_here"
    """Paid there under a number that is none of ours."""
    UNPAID_HERE = "unpaid_here"
    """Paid there; here we do not know that it was."""
    MISSING_THERE = "missing_there"
    """Paid here; no statement tells of it."""
    AMOUNT_DIFFERS = "amount_differs"
    """Paid on both sides, but not the same; also of a payment that is not counted for that."""
    TWICE_THERE = "twice_there"
    """One number was paid more than once there."""
    NUMBER_DIFFERS = "number_differs"
    """The provider's own number is another one."""
    DAY_DIFFERS = "day_differs"
    """Both sides have it, on different days."""
    FEE_DIFFERS = "fee_differs"
    """The fee is not what was agreed upon."""
    STRAY = "stray"
    """Paid twice or too late, and not given back yet."""
    REFUND_MISSING_HERE = "refund_missing_here"
    """Given back there under a number that is none of ours."""
    REFUND_UNDONE_HERE = "refund_undone_here"
    """Given back there; here it is not done, or was done by hand."""
    REFUND_MISSING_THERE = "refund_missing_there"
    """Given back here; no statement tells of it."""
    REFUND_UNDONE_THERE = "refund_undone_there"
    """Given back here; there it is still on its way."""
    REFUND_AMOUNT_DIFFERS = "refund_amount_differs"
    REFUND_TWICE_THERE = "refund_twice_there"
    """One number was given back more than once there."""
    REFUND_DAY_DIFFERS = "refund_day_differs"


class TransferCode(IntEnum):
    """Why money moved. Stored: never renumbered."""

    FEE = 955
    """The provider kept its fee."""
    FEE_BACK = 956
    """It was less than had been booked, or came back."""


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider says of a day."""

    merchant_id: MerchantId
    gateway_id: GatewayId
    kind: GatewayKind
    day: date
    state: StatementState
    source: Source | None
    why: str
    line_count: int
    changed_at: datetime


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """What a merchant says of a difference."""

    note: str
    actor_id: int
    at: datetime


Lines = Annotated[list[StatementLine], msgspec.Meta(max_length=LINES_MAX)]
