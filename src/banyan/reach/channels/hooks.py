"""Lets rooms above take part in what happens to a channel, in the same transaction."""

from collections.abc import Sequence
from typing import Protocol

from banyan.books.work import Work
from banyan.reach.channels.types import (
    Channel,
    ChannelFollowed,
    ChannelUnfollowed,
    MenuTapped,
)

Happening = ChannelFollowed | ChannelUnfollowed | MenuTapped


class OnHappening(Protocol):
    """A room's part in what happens; a reaction would come later than what the person does next."""

    async def __call__(self, work: Work, channel: Channel, happening: Happening) -> None:
        """Take part: what is raised undoes the happening."""


class Hooks:
    """Filled once, where the rooms are listed."""

    def __init__(self) -> None:
        self._takers: Sequence[OnHappening] = ()

    def connect(self, *takers: OnHappening) -> None:
        """Let these take part, in this order."""
        self._takers = takers

    async def tell(self, work: Work, channel: Channel, happening: Happening) -> None:
        """Record what happens, and let every taker take its part."""
        work.record(happening)
        for take in self._takers:
            await take(work, channel, happening)


HOOKS = Hooks()
