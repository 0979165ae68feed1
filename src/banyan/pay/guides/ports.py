"""What the room needs from rooms above it: which stores a merchant has."""

from collections.abc import Awaitable, Callable

from banyan.base.db import Connection
from banyan.base.errors import Trouble

FindStore = Callable[[Connection, int, int], Awaitable[str | None]]
"""The name of a merchant's store, or None."""


class Ports:
    """Filled once, when the rooms are listed."""

    def __init__(self) -> None:
        self._find: FindStore | None = None

    def connect(self, *, find_store: FindStore) -> None:
        """Ask this for a store."""
        self._find = find_store

    async def find_store(self, db: Connection, merchant_id: int, store_id: int) -> str | None:
        """The name of a merchant's store, or None. Raises Trouble `guides.no_stores`."""
        if self._find is None:
            raise Trouble("guides.no_stores")
        return await self._find(db, merchant_id, store_id)


PORTS = Ports()
