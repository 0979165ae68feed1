"""What the sandbox asks of the app: power over time and over everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from banyan.books.office import Office
from banyan.doors.sandbox.faults import Faults
from banyan.pay.notifications import Telling
from banyan.pay.payees import PlatformKeys


class Broken(Protocol):
    """An invariant that does not hold."""

    @property
    def name(self) -> str:
        """Its name, `room.fact`."""

    @property
    def why(self) -> str:
        """What it promises."""

    @property
    def rows(self) -> Sequence[str]:
        """The first rows that show that it is broken."""


class Playground(Protocol):
    """A Banyan that may be played with."""

    @property
    def office(self) -> Office:
        """Where operations run."""

    @property
    def faults(self) -> Faults:
        """What will go wrong."""

    @property
    def public_url(self) -> str:
        """Where people reach this server."""

    async def empty(self) -> None:
        """Forget everybody and everything; time is the real time again."""

    async def set_clock(self, now: datetime) -> None:
        """Make `now` the instant of business, and let everything that falls due happen."""

    async def settle(self) -> None:
        """Let followers and timers finish what they have to do now."""

    async def deliver(self, channel_id: int, person_id: int | None = None) -> None:
        """Let an account's server be told all that waits, of one person or of all.

        Returns when that is done, or when there is little hope of it.
        """

    async def read_platform(self) -> PlatformKeys:
        """Banyan's own pairs, by which it signs to payment programs."""

    async def tell(self) -> None:
        """Let merchants' servers be told of payments all that is due."""

    async def describe(self, telling: Telling) -> Mapping[str, Any]:
        """What a merchant's server is told, by the protocol's own names."""

    async def check_servers(self) -> None:
        """Let the servers that are new be asked to prove themselves."""

    def count_invariants(self) -> int:
        """How many invariants there are."""

    async def check(self) -> Sequence[Broken]:
        """The invariants that do not hold."""
