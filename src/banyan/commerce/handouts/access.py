"""Finds what offers cards by the end of its address."""

from banyan.base.errors import NotFound
from banyan.books.work import Work
from banyan.commerce.cards import Card, CardStatus, find_cards, read_ref
from banyan.commerce.handouts import store
from banyan.commerce.handouts.rules import read_token
from banyan.commerce.handouts.types import Shelf


async def access_shelf(work: Work, token: str) -> Shelf:
    """Return what offers cards and is not over. Raises NotFound `handouts.no_such_shelf`."""
    shelf = await store.find_shelf(work.db, *read_token(token))
    if shelf is None or (shelf.expires_at is not None and work.now >= shelf.expires_at):
        raise NotFound("handouts.no_such_shelf")
    return shelf


async def find_items(work: Work, shelf: Shelf) -> list[Card]:
    """Return the cards of a shelf that are still given out."""
    found = await find_cards(work.db, [read_ref(item.ref) for item in shelf.items])
    return [card for card in found.values() if card.status is not CardStatus.DELETED]
