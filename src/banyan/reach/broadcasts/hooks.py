"""Lets the room that brings a message's recipients know when to bring them."""

from typing import Protocol

from banyan.books.work import Work
from banyan.reach.broadcasts.types import Message


class Bringer(Protocol):
    """Brings the people of a segment, part by part, to `deliver_to_people`."""

    async def __call__(self, work: Work, message: Message) -> None:
        """Begin: the message may go, or its reason is everybody's result."""


class Hooks:
    """Filled once, where the rooms are listed."""

    def __init__(self) -> None:
        self._bringer: Bringer | None = None

    def connect(self, bringer: Bringer) -> None:
        """Let segments be brought by a room above this one."""
        self._bringer = bringer

    async def tell(self, work: Work, message: Message) -> None:
        """Have the recipients brought."""
        assert self._bringer is not None, "the rooms are connected where they are listed"
        await self._bringer(work, message)


HOOKS = Hooks()
