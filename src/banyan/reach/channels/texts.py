"""Lets a room above judge what a channel writes about itself, before anybody sees it."""

from collections.abc import Awaitable, Callable, Sequence

from banyan.books.work import Work
from banyan.reach.channels.types import Channel, LeafButton, MenuButton

CheckTexts = Callable[[Work, Channel, Sequence[str]], Awaitable[None]]


async def _accept(work: Work, channel: Channel, texts: Sequence[str]) -> None:
    del work, channel, texts


class Texts:
    """Filled once, where the rooms are listed; until then everything may be written."""

    def __init__(self) -> None:
        self.check: CheckTexts = _accept
        """Accept texts, or raise a Refusal that says why not."""

    def connect(self, check: CheckTexts) -> None:
        """Judge texts like that."""
        self.check = check


TEXTS = Texts()


def list_names(buttons: Sequence[MenuButton | LeafButton]) -> list[str]:
    """The names of a menu's buttons, those within others too."""
    found: list[str] = []
    for one in buttons:
        found.append(one.name)
        if isinstance(one, MenuButton):
            found += list_names(one.buttons)
    return found
