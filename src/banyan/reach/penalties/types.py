"""What accounts may not do for a while, what makes people suspect them, and the facts about it."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from banyan.base.ids import Id
from banyan.books.journal import Event
from banyan.reach.channels import ChannelId


class PenaltyId(Id):
    """A penalty of an account."""


class SuspicionId(Id):
    """Something that people should look at."""


class PenaltyKind(StrEnum):
    """What an account may not do. Stored: never renamed."""

    WARNING = "warning"
    """It may do everything, and has been told."""
    SENDING_STOPPED = "sending_stopped"
    """It may not send to many."""
    API_LIMITED = "api_limited"
    """Its program may call nothing."""


class SuspicionKind(StrEnum):
    """What an account is suspected of. Stored: never renamed."""

    BOUGHT_FOLLOWERS = "bought_followers"
    FORCED_SHARING = "forced_sharing"


class SuspicionState(StrEnum):
    """How far it is. Stored: never renamed."""

    OPEN = "open"
    PUNISHED = "punished"
    DISMISSED = "dismissed"


class Sign(StrEnum):
    """Why somebody is suspected. Stored: never renamed."""

    BURST = "burst"
    """Far more in one hour than in any of the days before."""
    FRESH = "fresh"
    """Most joined Banyan within a day of following."""
    UNTOUCHED = "untouched"
    """Hardly anybody came by a code."""
    LEAVING = "leaving"
    """Many left within three days."""
    REPEATED = "repeated"
    """It was refused for it again and again."""


class Crowd(msgspec.Struct, frozen=True, kw_only=True):
    """Who began to follow an account within a day."""

    follows_count: int = 0
    hour_max: int = 0
    """In the busiest hour."""
    hour_before_max: int = 0
    """In the busiest hour of the seven days before."""
    fresh_count: int = 0
    code_count: int = 0
    left_count: int = 0


class Penalty(msgspec.Struct, frozen=True, kw_only=True):
    """What an account may not do, from when to when, and why."""

    merchant_id: Id
    channel_id: ChannelId
    penalty_id: PenaltyId
    kind: PenaltyKind
    reason: str
    """A `Reason` of moderation, or what it was suspected of."""
    facts: dict[str, int]
    note: str
    begins_at: datetime
    ends_at: datetime
    lifted_at: datetime | None = None
    """When it ended, by itself or because somebody lifted it."""


class Suspicion(msgspec.Struct, frozen=True, kw_only=True):
    """What makes people look at an account, with the figures."""

    merchant_id: Id
    channel_id: ChannelId
    suspicion_id: SuspicionId
    kind: SuspicionKind
    day: date
    facts: dict[str, int]
    signs: list[Sign]
    state: SuspicionState
    noted_at: datetime
    channel_name: str = ""


class PenaltyGiven(Event, frozen=True, kw_only=True, tag="penalties.given"):
    """An account may not do something for a while; `subject_id` is the penalty."""

    penalty_kind: PenaltyKind
    reason: str
    ends_at: datetime


class PenaltyLifted(Event, frozen=True, kw_only=True, tag="penalties.lifted"):
    """An account may do it again; `subject_id` is the penalty."""

    penalty_kind: PenaltyKind
    is_early: bool


class SuspicionNoted(Event, frozen=True, kw_only=True, tag="penalties.suspected"):
    """People should look at an account; `subject_id` is the suspicion."""

    suspicion_kind: SuspicionKind
    signs: list[Sign]
