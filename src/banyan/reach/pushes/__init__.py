"""The servers of accounts' own programs: what they are told, in order, and what they answer."""

from pathlib import Path

from banyan.books.room import Room
from banyan.reach.pushes.kinds import MESSAGES, PushKind, may_answer
from banyan.reach.pushes.note_push import note_push
from banyan.reach.pushes.ports import PORTS, ReplyTaker
from banyan.reach.pushes.store import has_server
from banyan.reach.pushes.tell import tell_happening
from banyan.reach.pushes.types import (
    Article,
    Attempt,
    Outcome,
    Push,
    PushFinished,
    PushId,
    PushMode,
    PushState,
    Reply,
    ReplyKind,
    Server,
    ServerSet,
)

ROOM = Room(
    name="pushes",
    migrations=Path(__file__).parent / "migrations",
    operations=(),
    events=(ServerSet, PushFinished),
)

__all__ = (
    "MESSAGES",
    "PORTS",
    "ROOM",
    "Article",
    "Attempt",
    "Outcome",
    "Push",
    "PushFinished",
    "PushId",
    "PushKind",
    "PushMode",
    "PushState",
    "Reply",
    "ReplyKind",
    "ReplyTaker",
    "Server",
    "ServerSet",
    "has_server",
    "may_answer",
    "note_push",
    "tell_happening",
)
