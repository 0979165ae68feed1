"""What the room needs from outside itself: the server's key, and who is behind an openid."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence

from banyan.base.db import Connection
from banyan.base.errors import NotFound, Trouble
from banyan.base.ids import Id
from banyan.base.seal import Seal
from banyan.base.secret import Secret

FindPeople = Callable[[Connection, int, Sequence[str]], Awaitable[Mapping[str, int]]]
"""(channel, openids) -> the person behind each openid that the channel knows."""
FindOwner = Callable[[Connection, int], Awaitable[int]]
"""A channel -> whose it is; 0 if nobody has it."""


class Ports:
    """Filled once, when the process is built."""

    def __init__(self) -> None:
        self._seal: Seal | None = None
        self._find_people: FindPeople | None = None
        self._find_owner: FindOwner | None = None

    def connect(self, *, key: Secret) -> None:
        """Use this key; all processes of an installation share it."""
        self._seal = Seal(key, "remit")

    def connect_people(self, *, find: FindPeople, find_owner: FindOwner) -> None:
        """Ask these who is behind an openid, and whose a channel is."""
        self._find_people, self._find_owner = find, find_owner

    @property
    def seal(self) -> Seal:
        """The seal under the server's key. Raises Trouble `remit.no_key`."""
        if self._seal is None:
            raise Trouble("remit.no_key")
        return self._seal

    @staticmethod
    def draw_token() -> str:
        """A text that nobody can guess."""
        return secrets.token_urlsafe(24)

    async def find_people(
        self, db: Connection, channel_id: Id, openids: Sequence[str]
    ) -> Mapping[str, int]:
        """The person behind each openid that the channel knows."""
        assert self._find_people is not None
        return await self._find_people(db, channel_id, openids)

    async def check_owner(self, db: Connection, merchant_id: int, channel_id: int) -> None:
        """Let a merchant use its own channel. Raises NotFound `channels.not_found`."""
        assert self._find_owner is not None
        if await self._find_owner(db, channel_id) != merchant_id:
            raise NotFound("channels.not_found")


PORTS = Ports()
