"""The nouns of places: a spot in the world, the codes that name it, and a touch."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import NONE, Id
from banyan.base.text import Name, Note, OptionalName
from banyan.books.journal import Event
from banyan.commerce.stores import StoreId
from banyan.parties.merchants import MerchantId

TOKEN_LENGTH = 12
"""Characters of a code's token: 30 to the 12th, so that guessing finds nothing."""
PLACES_MAX = 500
"""Most places that one command adds."""
CODES_MAX = 50
"""Most codes of one place."""

CodeToken = Annotated[str, msgspec.Meta(pattern=r"^[2-9A-Z]{10,32}$(?!\n)")]
Scene = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[A-Za-z0-9_.:/=&-]*$(?!\n)")]
"""A parameter for programs: what a door's page or a channel should do with the scan."""
VisitorToken = Annotated[
    str, msgspec.Meta(min_length=16, max_length=128, pattern=r"^[A-Za-z0-9_.~-]+$(?!\n)")
]
"""What a device remembers to be known again; unguessable, kept here only as a digest."""
Device = Note
"""What the device says it is."""


class PlaceId(Id):
    """A spot in the world."""


class CodeId(Id):
    """A code; its printed text is its token."""


class TouchId(Id):
    """A recorded meeting of a person and a place."""


class PlaceKind(StrEnum):
    """What a code hangs on. Stored: never renamed."""

    DOOR = "door"
    TABLE = "table"
    POSTER = "poster"
    """Anywhere: in the metro, on another shop's counter."""
    SHELF = "shelf"
    ITEM = "item"
    """One thing for sale; the subject is its product."""
    TILL = "till"


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """What is printed for a place."""

    code_id: CodeId
    token: str
    scene: str
    source: str
    """For people: `poster at metro exit B`."""
    is_active: bool
    issued_at: datetime


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A spot in the world."""

    merchant_id: MerchantId
    place_id: PlaceId
    store_id: StoreId
    kind: PlaceKind
    name: str
    subject_id: Id
    added_at: datetime


class CodedPlace(Place, frozen=True, kw_only=True):
    """A place with its codes, the first one first."""

    codes: list[Code]


class CodeFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said about a code."""

    scene: Scene = ""
    source: OptionalName = ""


class PlaceFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said about a place."""

    name: Name
    subject_id: Id = NONE
    """What it is about, such as the product of a shelf; zero: nothing in particular."""


class TouchResult(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where a scan leads."""

    touch_id: TouchId
    merchant_id: MerchantId
    store_id: StoreId
    place_id: PlaceId
    kind: PlaceKind
    place_name: str
    subject_id: Id
    code_id: CodeId
    scene: str


class PlacesAdded(Event, frozen=True, kw_only=True, tag="places.added"):
    """A store has new places, each with a code."""

    place_ids: list[PlaceId]


class CodeIssued(Event, frozen=True, kw_only=True, tag="places.code_issued"):
    """A place has one more code."""

    source: str


class CodeSwitched(Event, frozen=True, kw_only=True, tag="places.code_switched"):
    """A code leads nowhere from now on, or leads to its place again."""

    is_active: bool


class PlaceTouched(Event, frozen=True, kw_only=True, tag="places.touched"):
    """Somebody scanned a code; the subject is the touch. person_id is zero for a visitor."""

    place_id: PlaceId
    place_kind: PlaceKind
    scene: str
    visitor: str
    """Tells one unknown device from another; nothing else can be learned from it."""


class TouchJoined(Event, frozen=True, kw_only=True, tag="places.touch_joined"):
    """The visitor of an earlier touch, the subject, turned out to be this person."""

    touched_at: datetime
