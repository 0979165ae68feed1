"""timers: commands that are due later, durable, each taking effect once."""

from banyan.books.timers.store import (
    begin_timers,
    delete_timers,
    read_clock,
    set_clock,
    upsert_timers,
)
from banyan.books.timers.types import Timer

__all__ = [
    "Timer",
    "begin_timers",
    "delete_timers",
    "read_clock",
    "set_clock",
    "upsert_timers",
]
