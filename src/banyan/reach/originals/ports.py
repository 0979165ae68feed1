"""What the room needs from outside itself: somebody who compares texts."""

from typing import Protocol


class Likeness(Protocol):
    """Compares texts."""

    def bands(self, text: str) -> list[int]:
        """What texts like this one have some of in common."""

    def share(self, one: str, other: str) -> float:
        """How much two texts have in common, from 0 to 1."""


class Ports:
    """Filled once, where the rooms are listed."""

    def __init__(self) -> None:
        self._likeness: Likeness | None = None

    def connect(self, *, likeness: Likeness) -> None:
        """Compare texts so."""
        self._likeness = likeness

    @property
    def likeness(self) -> Likeness:
        """Who compares texts."""
        assert self._likeness is not None, "it is connected where the rooms are listed"
        return self._likeness


PORTS = Ports()
