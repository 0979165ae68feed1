"""Circles: malls give points for what people pay there, if these want them."""

from pathlib import Path

from banyan.books.room import Room
from banyan.pay.circles.keep_circle import (
    FindCircleMember,
    FoundCircleMember,
    GivePoints,
    JoinCircle,
    MyCircle,
    ReadMyCircle,
    find_circle_member,
    give_points,
    join_circle,
    read_my_circle,
)
from banyan.pay.circles.types import (
    CircleJoined,
    CircleLeft,
    CircleMember,
    GivenPoints,
    PointsGiven,
)

ROOM = Room(
    name="circles",
    migrations=Path(__file__).parent / "migrations",
    operations=(join_circle, read_my_circle, find_circle_member, give_points),
    events=(CircleJoined, CircleLeft, PointsGiven),
)

__all__ = (
    "ROOM",
    "CircleJoined",
    "CircleLeft",
    "CircleMember",
    "FindCircleMember",
    "FoundCircleMember",
    "GivePoints",
    "GivenPoints",
    "JoinCircle",
    "MyCircle",
    "PointsGiven",
    "ReadMyCircle",
    "find_circle_member",
    "give_points",
    "join_circle",
    "read_my_circle",
)
