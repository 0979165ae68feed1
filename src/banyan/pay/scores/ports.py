"""What the room needs from rooms above it: what a channel knows a person by."""

from collections.abc import Awaitable, Callable

from banyan.base.errors import Trouble
from banyan.books.work import Work

NameOpenid = Callable[[Work, int, int], Awaitable[str]]
"""What a channel knows a person by, from now on if it never met them."""


class Ports:
    """Filled once, when the rooms are listed."""

    def __init__(self) -> None:
        self._name: NameOpenid | None = None

    def connect(self, *, name_openid: NameOpenid) -> None:
        """Ask this what a channel knows somebody by."""
        self._name = name_openid

    async def name_openid(self, work: Work, channel_id: int, person_id: int) -> str:
        """What the channel knows the person by. Raises Trouble `scores.no_channels`."""
        if self._name is None:
            raise Trouble("scores.no_channels")
        return await self._name(work, channel_id, person_id)


PORTS = Ports()
