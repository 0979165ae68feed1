"""What a room hands to the building: its operations, its checks, and what it does later."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from banyan.books.journal.types import Event, Fact, Follower
from banyan.books.timers.types import Timer
from banyan.books.work import Operation, Work

__all__ = ["Fact", "Follower", "Invariant", "Money", "Room", "Timer", "TimerHandler"]

TimerHandler = Callable[[Work, Timer], Awaitable[None]]


class Invariant(msgspec.Struct, frozen=True, kw_only=True):
    """A promise as a query: `sql` must return no rows. `why` says what a row would mean."""

    name: str
    sql: str
    why: str


class Money(msgspec.Struct, frozen=True, kw_only=True):
    """How rows of a room explain what is on the money accounts of the ledger.

    `sql` returns `currency` (its code), account `code`, `owner` and `amount_fen`: by how much a row
    raised the account's posted balance, or lowered it if below zero. Each movement shows on both
    of its accounts.
    """

    name: str
    sql: str


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A package that owns tables; its name is also its schema and the prefix of its events."""

    name: str
    migrations: Path
    operations: tuple[Operation[Any, Any], ...] = ()
    events: tuple[type[Event], ...] = ()
    invariants: tuple[Invariant, ...] = ()
    money: tuple[Money, ...] = ()
    followers: tuple[Follower, ...] = ()
    timers: Mapping[str, TimerHandler] = {}
