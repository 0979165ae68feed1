"""Whom the room tells that something was paid: what it is for lives in rooms above."""

from collections.abc import Awaitable, Callable

from banyan.books.work import Work
from banyan.pay.gateways.types import Attempt

TakePaid = Callable[[Work, Attempt], Awaitable[bool]]
"""Counts as paid what an attempt is for; False where that is paid or over already."""


class Hooks:
    """Filled once, where the rooms are listed."""

    def __init__(self) -> None:
        self._subjects: dict[str, TakePaid] = {}

    def connect(self, subject: str, take_paid: TakePaid) -> None:
        """Let a room be told of payments for what is its own."""
        self._subjects[subject] = take_paid

    async def take_paid(self, work: Work, attempt: Attempt) -> bool:
        """Tell the room of what was paid, in the transaction that learns it; see `TakePaid`."""
        return await self._subjects[attempt.subject](work, attempt)


HOOKS = Hooks()
