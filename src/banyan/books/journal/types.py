"""Facts: as an operation records them, and as a follower reads them."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from banyan.base import json

if TYPE_CHECKING:
    from banyan.books.work import Work

LANES = 16
"""How many independent sequences the journal has. Fixed at the first migration."""

E = TypeVar("E", bound="Event")


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """Something that happened, in the past tense. Rooms subclass it with a tag `room.fact`.

    The fields here are the journal's columns, by which facts of all rooms are joined.
    """

    merchant_id: int = 0
    person_id: int = 0
    store_id: int = 0
    code_id: int = 0
    channel_id: int = 0
    subject_id: int = 0


class Fact(msgspec.Struct, frozen=True, gc=False):
    """A recorded event: `number` is its place in its lane, without gaps, in order of commit."""

    lane: int
    number: int
    kind: str
    at: datetime
    actor_kind: str
    actor_id: int
    merchant_id: int
    person_id: int
    store_id: int
    code_id: int
    channel_id: int
    subject_id: int
    data: bytes

    def decode(self, kind: type[E]) -> E:
        """The event itself; fields that it lacks take their defaults, unknown ones are ignored."""
        # The columns are declared as numbers; a typed id in one of them was written as a string.
        event: E = msgspec.json.decode(
            self.data, type=kind, strict=False, dec_hook=json.decode_special
        )
        return event


class Follower(msgspec.Struct, frozen=True, kw_only=True):
    """A reader of the journal: `handle` gets facts of these kinds, of one lane, in order.

    It runs in one transaction with the cursor that remembers how far it read: its effect happens
    once, whatever is killed.
    """

    name: str
    kinds: tuple[str, ...]
    handle: Callable[["Work", Sequence[Fact]], Awaitable[None]]
    batch_max: int = 500


def kind_of(event: Event) -> str:
    """The tag under which an event is recorded."""
    tag: Any = type(event).__struct_config__.tag
    return str(tag)
