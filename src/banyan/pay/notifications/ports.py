"""How those who put notifications into words, and those who carry them, understand each other."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

import msgspec

from banyan.pay.notifications.types import Telling


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A notification as it goes over the wire."""

    body: bytes
    media_type: str
    headers: Mapping[str, str] = {}
    facts: Mapping[str, str] = {}
    """Whom and what it is about, by the protocol's own names, such as `mchid`."""


class Teller(Protocol):
    """Puts the notifications of one protocol into words; lives in that protocol's door."""

    async def write(self, telling: Telling, at: datetime) -> Written:
        """The notification, signed at that instant of the real clock.

        Raises Failure if it cannot be written now.
        """

    async def describe(self, telling: Telling) -> Mapping[str, Any]:
        """What it says by the protocol's own names, before it is hidden."""

    def forget(self) -> None:
        """Ask again for everything, as after a database has been emptied."""

    def is_taken(self, status: int, body: bytes | None) -> bool:
        """Whether a server that answers so has taken it; None stands for no readable body."""
