"""Ids, structs and events of parking that is paid for in passing."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import END, LINE
from banyan.books.journal import Event
from banyan.parties.ids import MerchantId

PLATES_MAX = 10
"""Most cars of one person."""

PlateNo = Annotated[
    str,
    msgspec.Meta(
        min_length=5, max_length=12, pattern=rf"^[\u4e00-\u9fff]?[A-Z0-9\u4e00-\u9fff]+{END}"
    ),
]
"""A plate as it is written, without dots and blanks."""
OutNo = Annotated[
    str, msgspec.Meta(min_length=1, max_length=32, pattern=rf"^[0-9A-Za-z_\-|*]+{END}")
]
Line = Annotated[str, msgspec.Meta(max_length=128, pattern=LINE)]
Url = Annotated[str, msgspec.Meta(max_length=256, pattern=LINE)]
Channel = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
"""The id of an account; a plain number, as it is kept in JSON."""
Seconds = Annotated[int, msgspec.Meta(ge=0, le=10**8)]


class PlateId(Id):
    """That a car is somebody's."""


class EntryId(Id):
    """A car came in."""


class DeductionId(Id):
    """What is taken for parking."""


class PlateColor(StrEnum):
    """What a plate looks like. Stored: never renamed."""

    BLUE = "blue"
    GREEN = "green"
    YELLOW = "yellow"
    BLACK = "black"
    WHITE = "white"
    LIMEGREEN = "limegreen"


class Obstacle(StrEnum):
    """Why a car can't pay in passing. Stored: never renamed."""

    NONE = ""
    PAUSED = "paused"
    """Its owner wants it so for now."""
    OVERDUE = "overdue"
    """Its owner has not paid for parking somewhere."""
    UNKNOWN = "unknown"
    """It is nobody's."""


class DeductionState(StrEnum):
    """How far it is with the money. Stored: never renamed."""

    ACCEPTED = "accepted"
    PAID = "paid"
    FAILED = "failed"
    """The wallet did not hold it: it is owed."""
    CLOSED = "closed"
    """The car park closed the charge: nothing is owed."""


class Plate(msgspec.Struct, frozen=True, kw_only=True):
    """A person's car."""

    plate_id: PlateId
    plate_no: str
    color: PlateColor
    person_id: Id
    is_paused: bool
    bound_at: datetime


class Park(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant as a car park."""

    is_admitted: bool
    """Whether an operator lets it take money for parking."""


class AdmittedPark(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant that may take money for parking."""

    merchant_id: MerchantId
    name: str
    admitted_at: datetime


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A car came in; whether it can pay in passing may change while it is there."""

    merchant_id: Id
    entry_id: EntryId
    provider_id: Id
    out_no: str
    plate_no: str
    color: PlateColor
    person_id: Id
    name: str
    """Of the car park."""
    began: str
    """When, in the words of the car park."""
    free_s: int
    notify_url: str
    obstacle: Obstacle
    is_left: bool = False
    entered_at: datetime
    changed_at: datetime


class DeductionTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the car park said of it."""

    description: Line
    plate_no: PlateNo
    color: PlateColor
    name: Line
    began: Line
    ended: Line
    charged_s: Seconds
    device_no: Line = ""
    attach: Line = ""
    goods_tag: Annotated[str, msgspec.Meta(max_length=32, pattern=LINE)] = ""
    notify_url: Url = ""
    is_shared: bool = False
    channel_id: Channel
    sub_channel_id: Channel = 0


class Deduction(msgspec.Struct, frozen=True, kw_only=True):
    """What is taken for parking."""

    merchant_id: Id
    deduction_id: DeductionId
    provider_id: Id
    entry_id: EntryId
    person_id: Id
    out_no: str
    terms: DeductionTerms
    total_fen: int
    charge_id: Id
    state: DeductionState
    is_repaid: bool = False
    """It was owed before it was paid."""
    tries: int = 0
    made_at: datetime
    paid_at: datetime | None = None


class PlateBound(Event, frozen=True, kw_only=True, tag="parkings.plate_bound"):
    """A person lets their car pay in passing."""

    plate_no: str


class PlateChanged(Event, frozen=True, kw_only=True, tag="parkings.plate_changed"):
    """A car pays in passing no more for now, or again."""

    plate_no: str
    is_paused: bool


class PlateDropped(Event, frozen=True, kw_only=True, tag="parkings.plate_dropped"):
    """A car is no more this person's."""

    plate_no: str


class CarEntered(Event, frozen=True, kw_only=True, tag="parkings.entered"):
    """A car came in; `subject_id` is the entry."""

    plate_no: str
    obstacle: Obstacle


class EntryChanged(Event, frozen=True, kw_only=True, tag="parkings.entry_changed"):
    """A car that is inside can pay in passing, or can't any more; `subject_id` is the entry."""

    plate_no: str
    obstacle: Obstacle


class ParkingAccepted(Event, frozen=True, kw_only=True, tag="parkings.accepted"):
    """A car park takes money for parking; `subject_id` is the deduction."""

    out_no: str
    total_fen: int


class ParkingPaid(Event, frozen=True, kw_only=True, tag="parkings.paid"):
    """Parking was paid for; `subject_id` is the deduction."""

    out_no: str
    total_fen: int
    is_repaid: bool


class ParkingFailed(Event, frozen=True, kw_only=True, tag="parkings.failed"):
    """A wallet did not hold what parking costs; `subject_id` is the deduction."""

    out_no: str
    total_fen: int
    tries: int
