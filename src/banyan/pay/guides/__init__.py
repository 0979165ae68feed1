"""Guides: who of a shop's people looks after its customers, and which charges they bring about."""

from pathlib import Path

from banyan.books.room import Room
from banyan.pay.guides.assign_charge import (
    AssignCharge,
    FindMyGuide,
    FoundGuide,
    assign_charge,
    find_my_guide,
)
from banyan.pay.guides.keep_guides import (
    AddGuide,
    ChangeGuide,
    Guides,
    ListGuides,
    SeenGuide,
    add_guide,
    change_guide,
    list_guides,
)
from banyan.pay.guides.ports import (
    PORTS,
    Ports,
)
from banyan.pay.guides.types import (
    PART_MAX,
    Guide,
    GuideAdded,
    GuideAssigned,
    GuideChanged,
    GuideId,
)

ROOM = Room(
    name="guides",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        assign_charge,
        find_my_guide,
        add_guide,
        change_guide,
        list_guides,
    ),
    events=(
        GuideAdded,
        GuideChanged,
        GuideAssigned,
    ),
)

__all__ = (
    "PART_MAX",
    "PORTS",
    "ROOM",
    "AddGuide",
    "AssignCharge",
    "ChangeGuide",
    "FindMyGuide",
    "FoundGuide",
    "Guide",
    "GuideAdded",
    "GuideAssigned",
    "GuideChanged",
    "GuideId",
    "Guides",
    "ListGuides",
    "Ports",
    "SeenGuide",
    "add_guide",
    "assign_charge",
    "change_guide",
    "find_my_guide",
    "list_guides",
)
