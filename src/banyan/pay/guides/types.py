"""Ids, structs and events of guides, who look after a shop's customers."""

from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import END, LINE
from banyan.books.journal import Event

PART_MAX = 10
"""Most guides of one part of a list."""

Key = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=LINE)]
Url = Annotated[str, msgspec.Meta(max_length=1_024, pattern=LINE)]
GuideName = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=LINE)]
GuidePhone = Annotated[
    str, msgspec.Meta(min_length=5, max_length=20, pattern=rf"^\+?[0-9 -]+{END}")
]
OutNo = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=LINE)]


class GuideId(Id):
    """One who looks after a shop's customers."""


class Guide(msgspec.Struct, frozen=True, kw_only=True):
    """One who looks after a shop's customers, and how they find them."""

    merchant_id: Id
    guide_id: GuideId
    store_id: Id
    corp_no: str
    """What the directory is called in which the merchant keeps its people."""
    staff_no: str
    """What that directory calls them."""
    work_no: str
    """Their number in the shop."""
    name: str
    phone: str
    code_url: str
    """The picture by which customers add them."""
    avatar_url: str
    group_url: str
    added_at: datetime
    changed_at: datetime


class GuideAdded(Event, frozen=True, kw_only=True, tag="guides.added"):
    """A shop has one more guide; `subject_id` is the guide."""

    staff_no: str


class GuideChanged(Event, frozen=True, kw_only=True, tag="guides.changed"):
    """A guide is called or found otherwise."""

    staff_no: str


class GuideAssigned(Event, frozen=True, kw_only=True, tag="guides.assigned"):
    """A charge is a guide's; `subject_id` is the guide."""

    out_no: str
