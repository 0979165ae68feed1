"""Lets the room that brings a message's recipients know when to bring them."""

from typing import Protocol

import msgspec

from banyan.base.errors import NotFound
from banyan.books.work import Work
from banyan.reach.broadcasts.types import Message
from banyan.reach.channels import Channel


class Bringer(Protocol):
    """Brings the people of a segment, part by part, to `deliver_to_people`."""

    async def __call__(self, work: Work, message: Message) -> None:
        """Begin: the message may go, or its reason is everybody's result."""


class CardHead(msgspec.Struct, frozen=True, kw_only=True):
    """A card as a message shows it."""

    title: str
    link: str
    """Where it can be taken."""


class CardFinder(Protocol):
    """Knows the cards that an account may send."""

    async def __call__(self, work: Work, channel: Channel, card_id: str) -> CardHead | None:
        """Return the card, or None if the account has none that can be sent."""


class Hooks:
    """Filled once, where the rooms are listed."""

    def __init__(self) -> None:
        self._bringer: Bringer | None = None
        self._find_card: CardFinder | None = None

    def connect(self, bringer: Bringer) -> None:
        """Let segments be brought by a room above this one."""
        self._bringer = bringer

    def connect_cards(self, finder: CardFinder) -> None:
        """Let cards be found by a room above this one; without it there are none."""
        self._find_card = finder

    async def read_card(self, work: Work, channel: Channel, card_id: str) -> CardHead:
        """Return a card. Raises NotFound `broadcasts.no_such_card`."""
        head = await self._find_card(work, channel, card_id) if self._find_card else None
        if head is None:
            raise NotFound("broadcasts.no_such_card")
        return head

    async def tell(self, work: Work, message: Message) -> None:
        """Have the recipients brought."""
        assert self._bringer is not None, "the rooms are connected where they are listed"
        await self._bringer(work, message)


HOOKS = Hooks()
