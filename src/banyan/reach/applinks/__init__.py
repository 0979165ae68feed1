"""Ways into mini programs: codes with a parameter, and links of every sort."""

from pathlib import Path

from banyan.books.room import Room
from banyan.reach.applinks.count_code import CountCode, CountedCodes, count_code
from banyan.reach.applinks.create_link import (
    CreateLink,
    LinkInFull,
    ReadLink,
    create_link,
    read_link,
)
from banyan.reach.applinks.follow_link import Followed, FollowLink, follow_link
from banyan.reach.applinks.invariants import INVARIANTS
from banyan.reach.applinks.rules import check_scene
from banyan.reach.applinks.types import AppLink, LinkCreated, LinkKind, LinkToken, Shape

ROOM = Room(
    name="applinks",
    migrations=Path(__file__).parent / "migrations",
    operations=(count_code, create_link, read_link, follow_link),
    events=(LinkCreated,),
    invariants=INVARIANTS,
)

__all__ = (
    "ROOM",
    "AppLink",
    "CountCode",
    "CountedCodes",
    "CreateLink",
    "FollowLink",
    "Followed",
    "LinkCreated",
    "LinkInFull",
    "LinkKind",
    "LinkToken",
    "ReadLink",
    "Shape",
    "check_scene",
    "count_code",
    "create_link",
    "follow_link",
    "read_link",
)
