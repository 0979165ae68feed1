"""Ids, structs and events of beacons, the pages that a shake shows, and how often one does."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import LINE, LINES, TRIMMED
from banyan.books.journal import Event
from banyan.reach.channels import ChannelId

BEACONS_MAX = 100_000
AT_ONCE_MAX = 500
"""Most beacons that an account has without anybody's looking at what it wants them for."""
APPLIED_MAX = 10_000
ASKED_MAX = 50
"""Most beacons or pages that are asked for at once."""
DELETED_MAX = 10
SHOWN_MAX = 30
"""Most pages of a beacon."""
HEARD_MAX = 20
AROUND_MAX = 5
"""Most beacons around that an account's server is told of."""
TICKET_LIFE = timedelta(minutes=30)
DAYS_MAX = 31
TOKEN_LENGTH = 32

Comment = Annotated[str, msgspec.Meta(max_length=30, pattern=TRIMMED)]
Reason = Annotated[str, msgspec.Meta(max_length=100, pattern=LINES)]
GroupName = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=TRIMMED)]
Url = Annotated[str, msgspec.Meta(min_length=8, max_length=1_024, pattern=LINE)]
Number = Annotated[int, msgspec.Meta(ge=0, le=2**62)]
"""What a beacon, a page, a group or an application is called within its account."""
Numbers = Annotated[list[Number], msgspec.Meta(max_length=ASKED_MAX)]
Uuid = Annotated[str, msgspec.Meta(max_length=36)]
ShakeTicket = Annotated[str, msgspec.Meta(pattern=rf"^[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}$(?!\n)")]


class ApplicationState(StrEnum):
    """What became of the wish for beacons. Stored: never renamed."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"


class Registration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who answers for an account's beacons, and what for."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=20, pattern=TRIMMED)]
    phone_number: Annotated[str, msgspec.Meta(min_length=5, max_length=20, pattern=LINE)]
    email: Annotated[str, msgspec.Meta(min_length=3, max_length=100, pattern=LINE)]
    industry_id: Annotated[str, msgspec.Meta(max_length=10, pattern=LINE)] = ""
    certificate_urls: Annotated[list[Url], msgspec.Meta(max_length=20)] = []
    reason: Annotated[str, msgspec.Meta(max_length=500, pattern=LINES)] = ""


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """A registration and what became of it: it is as good as the merchant's own verification."""

    registration: Registration
    registered_at: datetime
    state: ApplicationState


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """A wish for so many beacons, and what became of it."""

    channel_id: ChannelId
    apply_id: int
    quantity: int
    reason: str
    comment: str
    poi_id: Id
    state: ApplicationState
    note: str
    applied_at: datetime
    decided_at: datetime | None


class Beacon(msgspec.Struct, frozen=True, kw_only=True):
    """Something that says where it is to phones that pass."""

    channel_id: ChannelId
    device_id: int
    uuid: str
    major: int
    minor: int
    comment: str
    poi_id: Id
    """The store where it is; 0 where nobody said."""
    page_ids: list[int]
    created_at: datetime
    shaken_at: datetime | None
    """When it was last shaken at; null until it first is."""


class ShakePage(msgspec.Struct, frozen=True, kw_only=True):
    """What a shake shows, and where it leads."""

    page_id: int
    title: str
    description: str
    icon_url: str
    page_url: str
    comment: str


class BeaconGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Beacons that go together."""

    group_id: int
    name: str
    beacons_count: int


class ShakeCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How often, and by how many people, something was shaken up and opened."""

    shakes_count: int
    shakers_count: int
    clicks_count: int
    clickers_count: int


class ShakeDay(ShakeCounts, frozen=True, kw_only=True):
    """The counts of one day."""

    day_on: date


class CountedThing(ShakeCounts, frozen=True, kw_only=True):
    """The counts of one beacon or page."""

    number: int


class Heard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A beacon that a phone hears."""

    uuid: Uuid
    major: Annotated[int, msgspec.Meta(ge=0, le=65_535)]
    minor: Annotated[int, msgspec.Meta(ge=0, le=65_535)]
    distance: Annotated[float, msgspec.Meta(ge=0, le=1_000)] = 0.0
    """In metres."""


class Shake(msgspec.Struct, frozen=True, kw_only=True):
    """What a shake showed to somebody."""

    channel_id: ChannelId
    device_id: int
    uuid: str
    major: int
    minor: int
    distance: float
    poi_id: Id
    openid: str
    page: ShakePage
    ticket: str
    """By which the page learns who came, for half an hour."""


class BeaconsGranted(Event, frozen=True, kw_only=True, tag="beacons.granted"):
    """An account has more beacons; `subject_id` is the application."""

    quantity: int


class BeaconShaken(Event, frozen=True, kw_only=True, tag="beacons.shaken"):
    """Somebody shook their phone near a beacon; `store_id` is where, `subject_id` the beacon."""

    openid: str
    page_id: int
    distance: float


class ShakeOpened(Event, frozen=True, kw_only=True, tag="beacons.opened"):
    """Somebody opened the page that a shake showed; `subject_id` is the beacon."""

    openid: str
    page_id: int
