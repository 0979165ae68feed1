"""The sandbox's power over everything: forgetting it, moving time, checking what must hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid
from banyan.doors.sandbox.calls import Empty, call
from banyan.doors.sandbox.ports import Playground

_years_ahead = 50
_earliest = datetime(2000, 1, 1, tzinfo=UTC)


class Clock(msgspec.Struct, frozen=True):
    """The instant of business."""

    now: datetime


class SetClock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Move time: by some seconds, or to an instant."""

    advance_s: Annotated[float, msgspec.Meta(ge=0, le=_years_ahead * 366 * 86_400)] | None = None
    now: Annotated[datetime, msgspec.Meta(tz=True)] | None = None

    def __post_init__(self) -> None:
        """Refuse neither and both."""
        if (self.advance_s is None) == (self.now is None):
            raise ValueError("give either advance_s or now")


class BrokenInvariant(msgspec.Struct, frozen=True):
    """A promise that does not hold."""

    name: str
    why: str
    rows: list[str]


class Invariants(msgspec.Struct, frozen=True):
    """Whether everything holds."""

    checked: int
    broken: list[BrokenInvariant]


@call
async def reset(playground: Playground, command: Empty) -> Empty:
    """Empty everything; time is the real time again. Raises Trouble `sandbox.not_emptied`."""
    del command
    await playground.empty()
    return Empty()


@call
async def read_clock(playground: Playground, command: Empty) -> Clock:
    """Tell the instant of business."""
    del command
    return Clock(playground.office.clock.now())


@call
async def set_clock(playground: Playground, command: SetClock) -> Clock:
    """Move time; what falls due has happened when this answers.

    Raises Invalid `sandbox.out_of_time`, Trouble `sandbox.restless`.
    """
    if command.now is not None:
        now = command.now.astimezone(UTC)
    else:
        now = playground.office.clock.now() + timedelta(seconds=command.advance_s or 0)
    if not _earliest <= now <= _earliest + timedelta(days=366 * (25 + _years_ahead)):
        raise Invalid("sandbox.out_of_time", earliest=_earliest.isoformat())
    await playground.set_clock(now)
    return Clock(playground.office.clock.now())


@call
async def check_invariants(playground: Playground, command: Empty) -> Invariants:
    """Check every promise of every room, after all that is under way is done.

    Raises Trouble `sandbox.restless`.
    """
    del command
    await playground.settle()
    broken = [
        BrokenInvariant(one.name, one.why, list(one.rows)) for one in await playground.check()
    ]
    return Invariants(playground.count_invariants(), broken)
