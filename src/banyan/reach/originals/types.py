"""Who wrote something first, who repeats it, and what is said against that."""

from datetime import datetime
from enum import StrEnum

import msgspec

from banyan.base.ids import Id
from banyan.books.journal import Event
from banyan.reach.channels import ChannelId

CHARACTERS_MIN = 300
"""Shorter texts can't be declared original: too many say the same."""
COMPARED_MIN = 100
"""Shorter texts are compared with nothing."""
LIKE = 0.6
"""From this share on a text counts as a copy."""
SAME = 0.85
"""From this share on nobody need look at it."""


class ComplaintId(Id):
    """A complaint that something was copied."""


class ComplaintState(StrEnum):
    """How far a complaint is. Stored: never renamed."""

    WAITING = "waiting"
    UPHELD = "upheld"
    """The copy is seen no more."""
    REJECTED = "rejected"


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """An article that was published, as it is compared with others."""

    merchant_id: Id
    channel_id: ChannelId
    publish_number: int
    place: int
    article_id: str
    title: str
    published_at: datetime
    declared_at: datetime | None = None
    """Since when its writer says that it is original."""
    may_reprint: bool = False
    """Its writer lets others publish it, too."""


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """What a text repeats, and how much of it."""

    original: Published
    share: float


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """An account says that another one copied an original of its own."""

    complaint_id: ComplaintId
    merchant_id: Id
    channel_id: ChannelId
    publish_number: int
    place: int
    against_channel_id: ChannelId
    against_number: int
    against_place: int
    share: float
    """How much the two have in common."""
    why: str
    state: ComplaintState
    created_at: datetime
    decided_at: datetime | None = None
    note: str = ""
    title: str = ""
    against_title: str = ""


class OriginalDeclared(Event, frozen=True, kw_only=True, tag="originals.declared"):
    """An account says that an article is original; `subject_id` is its publication."""

    article_id: str
    place: int


class ComplaintMade(Event, frozen=True, kw_only=True, tag="originals.complained"):
    """An account complained about a copy; `subject_id` is the complaint."""

    against_channel_id: ChannelId


class ComplaintDecided(Event, frozen=True, kw_only=True, tag="originals.complaint_decided"):
    """A complaint was decided; `subject_id` is the complaint."""

    against_channel_id: ChannelId
    state: ComplaintState
