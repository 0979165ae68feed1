"""The nouns of stores: a store, its hours, and what is recorded about it."""

from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.limits import NAME_MAX
from banyan.base.text import Name, OptionalName, Phone
from banyan.books.journal import Event
from banyan.parties.merchants import MerchantId

HOURS_MAX = 28
"""Openings in a week: four a day, for those who close at noon."""

TimeOfDay = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$(?!\n)")]
Latitude = Annotated[float, msgspec.Meta(ge=-90, le=90)]
Longitude = Annotated[float, msgspec.Meta(ge=-180, le=180)]
ZoneName = Annotated[
    str, msgspec.Meta(min_length=1, max_length=NAME_MAX, pattern=r"^[A-Za-z0-9_+/-]+$(?!\n)")
]


class StoreId(Id):
    """A store of a merchant."""


class Opening(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One span in which a store serves; `closes` at or before `opens` means after midnight."""

    weekday: Annotated[int, msgspec.Meta(ge=1, le=7)]
    """Of the beginning: 1 is Monday."""
    opens: TimeOfDay
    closes: TimeOfDay


Hours = Annotated[list[Opening], msgspec.Meta(max_length=HOURS_MAX)]


class StoreFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a merchant says about a store."""

    name: Name
    address: OptionalName = ""
    phone: Phone | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    time_zone: ZoneName = "Asia/Shanghai"
    hours: Hours = []
    """Empty: always, as long as `is_open`."""
    is_open: bool = True
    """Off while the store does not trade at all, whatever its hours say."""


class Store(StoreFacts, frozen=True, kw_only=True):
    """A place of business."""

    merchant_id: MerchantId
    store_id: StoreId
    opened_at: datetime


class StoreOpened(Event, frozen=True, kw_only=True, tag="stores.opened"):
    """A merchant has a new place of business."""

    name: str


class StoreChanged(Event, frozen=True, kw_only=True, tag="stores.changed"):
    """What is said about a store is different now."""

    name: str
    is_open: bool
