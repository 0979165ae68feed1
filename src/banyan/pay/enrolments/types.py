"""Ids, states, structs and events of enrolments: merchants whom providers bring along."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import END, LINE
from banyan.books.journal import Event
from banyan.parties.ids import MerchantId

DETAILS_MAX = 100_000
PAPERS_MAX = 200


class EnrolmentId(Id):
    """One wish of a provider that a merchant be paid over the wire."""


class ChangeId(Id):
    """One wish that a merchant's money go to another account."""


class EnrolmentKind(StrEnum):
    """What is wished for. Stored: never renamed."""

    SHOP = "shop"
    """A merchant that the provider looks after."""
    PLATFORM = "platform"
    """A merchant that sells on the provider's platform."""
    SUBJECT = "subject"
    """That merchants who are there already confirm who they are."""


class EnrolmentState(StrEnum):
    """How far an enrolment is. Stored: never renamed."""

    AUDITING = "auditing"
    REJECTED = "rejected"
    SIGNING = "signing"
    """Whoever is to answer for the merchant must still sign."""
    FINISHED = "finished"
    CANCELLED = "cancelled"


class PaperKind(StrEnum):
    """What a paper is. Stored: never renamed."""

    IMAGE = "image"
    VIDEO = "video"


class ChangeState(StrEnum):
    """How far a change of account is. Stored: never renamed."""

    AUDITING = "auditing"
    DONE = "done"
    FAILED = "failed"


OutNo = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=rf"^[0-9A-Za-z_-]+{END}")]
PaperId = Annotated[str, msgspec.Meta(min_length=1, max_length=256, pattern=LINE)]
Token = Annotated[str, msgspec.Meta(min_length=8, max_length=64, pattern=rf"^[0-9A-Za-z_-]+{END}")]


class Reason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must be mended."""

    field: Annotated[str, msgspec.Meta(max_length=128, pattern=LINE)] = ""
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=256, pattern=LINE)]


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """A wish of a provider, and what became of it."""

    merchant_id: MerchantId
    """The provider."""
    enrolment_id: EnrolmentId
    kind: EnrolmentKind
    out_no: str
    name: str
    confirmed_mchids: list[str]
    state: EnrolmentState
    reasons: list[Reason]
    token: str
    shop_id: MerchantId
    """The merchant that came of it; 0 until then."""
    created_at: datetime
    updated_at: datetime


class AuditedEnrolment(msgspec.Struct, frozen=True, kw_only=True):
    """An enrolment with all that was said, for whoever decides."""

    enrolment: Enrolment
    details: str


class SettlementChange(msgspec.Struct, frozen=True, kw_only=True):
    """A wish that a merchant's money go to another account."""

    merchant_id: MerchantId
    change_id: ChangeId
    provider_id: MerchantId
    kind: str
    bank: str
    branch: str
    branch_id: str
    number_shown: str
    """The number with its middle hidden."""
    state: ChangeState
    fail_reason: str
    asked_at: datetime
    decided_at: datetime | None


class EnrolmentChanged(Event, frozen=True, kw_only=True, tag="enrolments.changed"):
    """An enrolment came to another state; `subject_id` names it."""

    enrolment_kind: EnrolmentKind
    state: EnrolmentState
    shop_id: Id
