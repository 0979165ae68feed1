"""What stores say to whoever looks for one, and the facts about that."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import END, LINE, LINES
from banyan.books.journal import Event
from banyan.commerce.stores import StoreId
from banyan.reach.channels import ChannelId

LISTINGS_MAX = 10_000
"""Most listings of an account."""
PHOTOS_MAX = 20

Line = Annotated[str, msgspec.Meta(max_length=100, pattern=LINE)]
Lines = Annotated[str, msgspec.Meta(max_length=600, pattern=LINES)]
Sid = Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)]
"""What the merchant's own program calls a store."""
File = Annotated[str, msgspec.Meta(pattern=rf"^[0-9a-f]{{64}}\.[a-z0-9]{{1,8}}{END}")]


class ListingState(StrEnum):
    """Whether others see a listing. Stored: never renamed."""

    CHECKING = "checking"
    SHOWN = "shown"
    REFUSED = "refused"


class ListingFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a store says of itself, beyond where it is."""

    photos: Annotated[list[File], msgspec.Meta(max_length=PHOTOS_MAX)] = []
    recommend: Lines = ""
    """What one should try."""
    special: Lines = ""
    """What it offers besides, such as free parking."""
    introduction: Lines = ""
    open_time: Line = ""
    """In words, such as `8:00-20:00`."""
    average_yuan: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    """What one person usually spends."""


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """A store as an account shows it."""

    merchant_id: Id
    store_id: StoreId
    channel_id: ChannelId
    sid: str
    name: str
    branch_name: str
    province: str
    city: str
    district: str
    address: str
    telephone: str
    latitude: float
    longitude: float
    categories: list[str]
    facts: ListingFacts
    is_changing: bool
    """Other facts are being checked, and will stand in place of these."""
    state: ListingState
    why: str
    """Why it is not shown."""
    created_at: datetime


class Listings(msgspec.Struct, frozen=True, kw_only=True):
    """Some listings in the order in which they were made, and how many there are."""

    items: list[Listing]
    total: int


class ListingAdded(Event, frozen=True, kw_only=True, tag="listings.added"):
    """An account has a store that it will show once that is checked."""

    sid: str


class ListingChecked(Event, frozen=True, kw_only=True, tag="listings.checked"):
    """What a store says of itself is shown, or refused."""

    is_shown: bool
    why: str


class ListingRemoved(Event, frozen=True, kw_only=True, tag="listings.removed"):
    """An account shows a store no more; the store itself stays."""

    sid: str
