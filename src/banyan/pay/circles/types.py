"""Ids, structs and events of business circles."""

from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import LINE
from banyan.books.journal import Event

SHOWN_MAX = 50

Points = Annotated[int, msgspec.Meta(ge=0, le=10**9)]
Remark = Annotated[str, msgspec.Meta(max_length=128, pattern=LINE)]


class CircleMember(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom a mall gives points for what they pay, or gave."""

    merchant_id: Id
    person_id: Id
    joined_at: datetime
    left_at: datetime | None = None

    @property
    def is_in(self) -> bool:
        """Whether they still want it."""
        return self.left_at is None


class GivenPoints(msgspec.Struct, frozen=True, kw_only=True):
    """What a mall gave for one charge."""

    merchant_id: Id
    charge_id: Id
    person_id: Id
    is_earned: bool
    points: int
    total_points: int | None
    """How many they have now, as far as the mall said so."""
    remark: str
    given_at: datetime


class CircleJoined(Event, frozen=True, kw_only=True, tag="circles.joined"):
    """Somebody lets a mall give points for what they pay; the subject is the mall."""


class CircleLeft(Event, frozen=True, kw_only=True, tag="circles.left"):
    """Somebody wants no points of a mall any more; the subject is the mall."""


class PointsGiven(Event, frozen=True, kw_only=True, tag="circles.points_given"):
    """A mall said what somebody got for a charge; the subject is the charge."""

    is_earned: bool
    points: int
