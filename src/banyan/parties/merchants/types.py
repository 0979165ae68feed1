"""Merchants, how far they have proved who they are, and the facts about them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import LINES
from banyan.books.journal import Event
from banyan.parties.ids import MerchantId
from banyan.parties.staff import Role


class MerchantState(StrEnum):
    """How far a merchant has proved who it is. Stored: never renamed."""

    UNVERIFIED = "unverified"
    """Nobody has claimed anything yet."""
    SUBMITTED = "submitted"
    """Licence and legal name wait for the operator."""
    VERIFIED = "verified"
    """The operator has seen that they are true."""
    REJECTED = "rejected"
    """The operator has not; the merchant may submit again."""


TimeZone = Annotated[
    str, msgspec.Meta(max_length=60, pattern=r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$(?!\n)")
]
LicenceNumber = Annotated[
    str, msgspec.Meta(min_length=6, max_length=30, pattern=r"^[0-9A-Z-]+$(?!\n)")
]
"""Of the business licence; in China the eighteen characters of the unified social credit code."""
Note = Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=LINES)]
"""Why, in a sentence that the merchant will read."""


class Merchant(msgspec.Struct, frozen=True, kw_only=True):
    """A legal seller, as its own people see it."""

    merchant_id: MerchantId
    name: str
    currency: str
    time_zone: str
    state: MerchantState
    licence_number: str
    legal_name: str
    decision_note: str
    """Why it was rejected."""
    opened_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None


class PublicMerchant(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant as everybody may see it."""

    merchant_id: MerchantId
    name: str
    currency: str
    time_zone: str
    is_verified: bool


class MyMerchant(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant that a person acts for, and what they may do there."""

    merchant: PublicMerchant
    role: Role
    store_ids: list[Id] | None
    permissions: list[str]


class MerchantOpened(Event, frozen=True, kw_only=True, tag="merchants.opened"):
    """A person opened a merchant and became its owner."""

    currency: str


class MerchantChanged(Event, frozen=True, kw_only=True, tag="merchants.changed"):
    """The merchant's name or time zone is another now."""


class MerchantSubmitted(Event, frozen=True, kw_only=True, tag="merchants.submitted"):
    """The merchant said who it is, and waits for the operator."""


class MerchantVerified(Event, frozen=True, kw_only=True, tag="merchants.verified"):
    """The operator confirmed who the merchant is."""


class MerchantRejected(Event, frozen=True, kw_only=True, tag="merchants.rejected"):
    """The operator did not confirm who the merchant is; the note is with the merchant."""
