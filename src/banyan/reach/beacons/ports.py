"""What the room needs from outside itself: chance, and where the stores are."""

import secrets
from typing import Protocol

from banyan.base.db import Connection


class FindStore(Protocol):
    """Knows the merchant's stores, in a room above this one."""

    async def __call__(self, db: Connection, merchant_id: int, poi_id: int) -> str | None:
        """The name of a store; None if the merchant has none of that number."""


class Ports:
    """Filled once, where the rooms are listed."""

    def __init__(self) -> None:
        self._find_store: FindStore | None = None

    def connect(self, *, find_store: FindStore) -> None:
        """Look stores up so."""
        self._find_store = find_store

    @property
    def find_store(self) -> FindStore:
        """Looks up a store."""
        assert self._find_store is not None, "the rooms are connected where they are listed"
        return self._find_store


PORTS = Ports()


def draw(count: int) -> bytes:
    """So many bytes that nobody can guess."""
    return secrets.token_bytes(count)


def choose(count: int) -> int:
    """One of so many, by chance."""
    return secrets.randbelow(count)
