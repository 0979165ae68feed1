"""Ids, structs and events of complaints about charges."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import END, LINE, LINES
from banyan.books.journal import Event

TOLD_MAX = 200
"""Most characters that either side says at once."""
IMAGES_MAX = 4
"""Most pictures that come with what is said."""
IMAGE_BYTES_MAX = 2 << 20
STEPS_MAX = 300
"""Most steps of one list."""
PART_MAX = 50
"""Most complaints of one part of a list."""

Told = Annotated[str, msgspec.Meta(min_length=1, max_length=TOLD_MAX, pattern=LINES)]
OptionalTold = Annotated[str, msgspec.Meta(max_length=TOLD_MAX, pattern=LINES)]
ImageName = Annotated[
    str, msgspec.Meta(min_length=1, max_length=64, pattern=rf"^[A-Za-z0-9_-]+{END}")
]
Images = Annotated[list[ImageName], msgspec.Meta(max_length=IMAGES_MAX)]
Url = Annotated[
    str, msgspec.Meta(min_length=8, max_length=255, pattern=rf"^https?://[^\s?#\x00-\x1f]+{END}")
]
Link = Annotated[str, msgspec.Meta(max_length=512, pattern=LINE)]


class ComplaintId(Id):
    """What a person complains about: one charge."""


class StepId(Id):
    """Something that was said or done about a complaint."""


class Grievance(StrEnum):
    """What a person complains of. Stored: never renamed."""

    REFUND = "refund"
    """They want money back."""
    UNDELIVERED = "undelivered"
    """They did not get what they paid for."""
    OTHER = "other"


class ComplaintState(StrEnum):
    """How far a complaint is. Stored: never renamed."""

    PENDING = "pending"
    """The merchant has not answered."""
    PROCESSING = "processing"
    PROCESSED = "processed"


class RefundState(StrEnum):
    """What the merchant says to a wish for money back. Stored: never renamed."""

    NONE = ""
    AGREED = "agreed"
    REFUSED = "refused"


class StepKind(StrEnum):
    """What was said or done. Stored: never renamed."""

    MADE = "made"
    CONTINUED = "continued"
    """The person is not content with how it ended."""
    PERSON_SAID = "person_said"
    WITHDRAWN = "withdrawn"
    MERCHANT_SAID = "merchant_said"
    COMPLETED = "completed"
    REFUND_AGREED = "refund_agreed"
    REFUND_REFUSED = "refund_refused"
    REFUNDED_PART = "refunded_part"
    REFUNDED_ALL = "refunded_all"
    URGED = "urged"
    """Banyan asks the merchant to answer, or to give back what it said it would."""


OF_PERSON = frozenset({StepKind.MADE, StepKind.CONTINUED, StepKind.PERSON_SAID, StepKind.WITHDRAWN})
OF_BANYAN = frozenset({StepKind.URGED, StepKind.REFUNDED_PART, StepKind.REFUNDED_ALL})


class Links(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a merchant's answer leads: a page, or a page of a mini program."""

    url: Link = ""
    url_text: Annotated[str, msgspec.Meta(max_length=20, pattern=LINE)] = ""
    appid: Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)] = ""
    app_path: Link = ""
    app_text: Annotated[str, msgspec.Meta(max_length=20, pattern=LINE)] = ""


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint about a charge."""

    merchant_id: Id
    complaint_id: ComplaintId
    charge_id: Id
    transaction_no: str
    out_no: str
    charged_fen: int
    person_id: Id
    openid: str
    phone: str
    """Where the person can be reached, if they said so."""
    problem: Grievance
    told: str
    """What they said when they made it."""
    asked_fen: int
    """How much they want back; 0 if nothing."""
    refunded_fen: int = 0
    """How much of the charge went back."""
    state: ComplaintState
    refund_state: RefundState = RefundState.NONE
    is_withdrawn: bool = False
    has_unread: bool = False
    """Whether the person said something that the merchant has not answered."""
    times: int = 1
    """How often the person complained of this charge."""
    made_at: datetime
    changed_at: datetime


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was said or done about a complaint."""

    merchant_id: Id
    complaint_id: ComplaintId
    step_id: StepId
    kind: StepKind
    told: str = ""
    images: list[str] = []
    links: Links | None = None
    amount_fen: int = 0
    made_at: datetime


class ComplaintFact(Event, frozen=True, kw_only=True):
    """What all facts about a complaint say; `subject_id` is the complaint."""

    transaction_no: str


class ComplaintMade(ComplaintFact, frozen=True, kw_only=True, tag="complaints.made"):
    """A person complained about a charge, or went on complaining."""

    problem: Grievance
    times: int


class ComplaintAnswered(ComplaintFact, frozen=True, kw_only=True, tag="complaints.answered"):
    """A merchant answered a complaint."""


class ComplaintCompleted(ComplaintFact, frozen=True, kw_only=True, tag="complaints.completed"):
    """A merchant says that a complaint is settled, or everything went back."""


class ComplaintWithdrawn(ComplaintFact, frozen=True, kw_only=True, tag="complaints.withdrawn"):
    """A person complains no more."""


class RefundAnswered(ComplaintFact, frozen=True, kw_only=True, tag="complaints.refund_answered"):
    """A merchant said whether it gives money back."""

    refund_state: RefundState


class ComplaintUrged(ComplaintFact, frozen=True, kw_only=True, tag="complaints.urged"):
    """Banyan asked a merchant to answer, or to do what it said."""


class ComplaintAddressSet(Event, frozen=True, kw_only=True, tag="complaints.address_set"):
    """A merchant wants to be told of complaints elsewhere, or no more."""

    url: str
