"""Lets rooms above add to inboxes what they keep once for many people, not once for each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from banyan.base.db import Connection
from banyan.reach.notices.types import Notice

NEWS_FOR = timedelta(days=30)
"""What somebody has not read of a source so long after it came counts as read."""


class InboxQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of whose inbox is asked for."""

    person_id: int
    now: datetime
    before: tuple[datetime, int]
    """Instant and id: what stands there or later is left out."""
    merchant_id: int | None = None
    channel_id: int | None = None
    is_unread: bool = False
    limit: int


class Source(Protocol):
    """What a room adds to inboxes."""

    async def list_notices(self, db: Connection, query: InboxQuery) -> list[Notice]:
        """Those of a person, the latest first."""

    async def find_place(
        self, db: Connection, person_id: int, notice_id: int
    ) -> tuple[datetime, int] | None:
        """Where one stands among the others; None if it is none of the source's."""

    async def mark_read(self, db: Connection, query: InboxQuery, ids: Sequence[int] | None) -> None:
        """Note that a person has read some, or all that `query` finds."""


class Sources:
    """Filled once, where the rooms are listed."""

    def __init__(self) -> None:
        self._all: Sequence[Source] = ()

    def connect(self, *sources: Source) -> None:
        """Let these add to inboxes."""
        self._all = sources

    async def list_notices(self, db: Connection, query: InboxQuery) -> list[Notice]:
        """What they add, in no order."""
        return [one for source in self._all for one in await source.list_notices(db, query)]

    async def find_place(
        self, db: Connection, person_id: int, notice_id: int
    ) -> tuple[datetime, int] | None:
        """Where a notice of theirs stands."""
        for source in self._all:
            place = await source.find_place(db, person_id, notice_id)
            if place is not None:
                return place
        return None

    async def mark_read(self, db: Connection, query: InboxQuery, ids: Sequence[int] | None) -> None:
        """Note that a person has read some."""
        for source in self._all:
            await source.mark_read(db, query, ids)


SOURCES = Sources()
