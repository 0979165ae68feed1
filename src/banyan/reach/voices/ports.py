"""What the room needs from outside itself: whoever hears, and whoever is told of it."""

from collections.abc import Awaitable, Callable, Collection

from banyan.books.work import Work
from banyan.reach.voices.types import Hearing

Tell = Callable[[Work, Hearing], Awaitable[None]]
"""Told of what was said in a conversation, in the transaction that ends the hearing."""


async def _tell_nobody(work: Work, hearing: Hearing) -> None:
    del work, hearing


class Ports:
    """Filled once: where the rooms are listed, and when the process is built."""

    def __init__(self) -> None:
        self.languages: Collection[str] = ()
        """What can be heard."""
        self.tell: Tell = _tell_nobody

    def connect(self, *, languages: Collection[str]) -> None:
        """Let these languages be heard."""
        self.languages = languages

    def connect_talks(self, tell: Tell) -> None:
        """Tell the conversations so."""
        self.tell = tell


PORTS = Ports()
