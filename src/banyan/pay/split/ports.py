"""What the room needs from above: who is behind an openid."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from banyan.base.db import Connection

FindPeople = Callable[[Connection, int, Sequence[str]], Awaitable[Mapping[str, int]]]
"""(channel, openids) -> the person behind each openid that the channel knows."""


class Ports:
    """Filled once, where the rooms are listed."""

    def __init__(self) -> None:
        self._find_people: FindPeople | None = None

    def connect(self, *, find_people: FindPeople) -> None:
        """Ask this one who is behind an openid."""
        self._find_people = find_people

    async def find_people(
        self, db: Connection, channel_id: int, openids: Sequence[str]
    ) -> Mapping[str, int]:
        """The person behind each openid that the channel knows."""
        assert self._find_people is not None, "the rooms are connected where they are listed"
        return await self._find_people(db, channel_id, openids)


PORTS = Ports()
