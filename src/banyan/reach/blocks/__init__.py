"""Whom an official account shuts out: they hear nothing of it, and it hears nothing of them."""

from pathlib import Path

from banyan.books.room import Room
from banyan.reach.blocks.block_people import block_people, unblock_people
from banyan.reach.blocks.store import (
    count_blocked,
    find_blocked,
    find_blocked_between,
    is_blocked,
    list_blocked,
)
from banyan.reach.blocks.types import PersonBlocked, PersonUnblocked

ROOM = Room(
    name="blocks",
    migrations=Path(__file__).parent / "migrations",
    events=(PersonBlocked, PersonUnblocked),
)

__all__ = (
    "ROOM",
    "PersonBlocked",
    "PersonUnblocked",
    "block_people",
    "count_blocked",
    "find_blocked",
    "find_blocked_between",
    "is_blocked",
    "list_blocked",
    "unblock_people",
)
