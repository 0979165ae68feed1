"""Places: doors, tables, posters, shelves, items and tills, the codes on them, and who met them."""

from pathlib import Path

from banyan.books.room import Room
from banyan.commerce.places.add_places import AddedPlaces, AddPlaces, NewPlace, add_places
from banyan.commerce.places.change_place import (
    ChangePlace,
    IssueCode,
    SwitchCode,
    change_place,
    issue_code,
    switch_code,
)
from banyan.commerce.places.invariants import INVARIANTS
from banyan.commerce.places.join_touches import JoinedTouches, JoinTouches, join_touches
from banyan.commerce.places.list_places import (
    CodeStatistics,
    ListPlaces,
    ListStatistics,
    PlacedCode,
    ReadCode,
    find_coded_place,
    find_last_touch,
    list_places,
    list_statistics,
    read_code,
)
from banyan.commerce.places.record_touches import RecordTouch, record_touches
from banyan.commerce.places.store import (
    find_last_touches,
    find_own_codes,
    find_places,
    find_targets,
)
from banyan.commerce.places.types import (
    PLACES_MAX,
    Code,
    CodedPlace,
    CodeFacts,
    CodeId,
    CodeIssued,
    CodeSwitched,
    CodeToken,
    Place,
    PlaceId,
    PlaceKind,
    PlacesAdded,
    PlaceTouched,
    TouchId,
    TouchJoined,
    TouchResult,
    VisitorToken,
)

ROOM = Room(
    name="places",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        add_places,
        change_place,
        issue_code,
        switch_code,
        list_places,
        read_code,
        list_statistics,
        record_touches,
        join_touches,
    ),
    events=(PlacesAdded, CodeIssued, CodeSwitched, PlaceTouched, TouchJoined),
    invariants=INVARIANTS,
)

__all__ = (
    "PLACES_MAX",
    "ROOM",
    "AddPlaces",
    "AddedPlaces",
    "ChangePlace",
    "Code",
    "CodeFacts",
    "CodeId",
    "CodeIssued",
    "CodeStatistics",
    "CodeSwitched",
    "CodeToken",
    "CodedPlace",
    "IssueCode",
    "JoinTouches",
    "JoinedTouches",
    "ListPlaces",
    "ListStatistics",
    "NewPlace",
    "Place",
    "PlaceId",
    "PlaceKind",
    "PlaceTouched",
    "PlacedCode",
    "PlacesAdded",
    "ReadCode",
    "RecordTouch",
    "SwitchCode",
    "TouchId",
    "TouchJoined",
    "TouchResult",
    "VisitorToken",
    "add_places",
    "change_place",
    "find_coded_place",
    "find_last_touch",
    "find_last_touches",
    "find_own_codes",
    "find_places",
    "find_targets",
    "issue_code",
    "join_touches",
    "list_places",
    "list_statistics",
    "read_code",
    "record_touches",
    "switch_code",
)
