"""What the room needs from outside itself: the key, who calls servers, who passes replies on."""

from collections.abc import Mapping
from typing import Protocol

import msgspec

from banyan.base.errors import Trouble
from banyan.base.seal import Seal
from banyan.base.secret import Secret
from banyan.books.work import Work
from banyan.reach.channels import Channel
from banyan.reach.pushes.types import Outcome, Push, Reply


class ReplyTaker(Protocol):
    """Passes what an account's server answers on to people, in the transaction that ends a push."""

    async def take_reply(self, work: Work, channel: Channel, push: Push, reply: Reply) -> None:
        """Let the person of the push have the reply; one that cannot be had must not raise."""

    async def take_trouble(self, work: Work, channel: Channel, push: Push) -> None:
        """Tell the person of the push that the account's server is out of order."""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One request to an account's server."""

    url: str
    query: Mapping[str, str]
    body: bytes | None
    """None asks for something, else it is told."""
    media_type: str = "text/xml"
    """Of the body."""
    facts: Mapping[str, str]
    """What it is about: `appid`, `url`, `kind`, `openid`, `person`; of payments `mchid`, `kind`."""
    headers: Mapping[str, str] = {}
    """Further ones, such as signatures."""


class Delivered(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a letter."""

    body: bytes | None
    """What the server answered with a 200; None if there is no such answer."""
    outcome: Outcome
    """Why there is none; of an answer, what it is, is for others to say."""
    status: int
    took_ms: int


class Courier(Protocol):
    """Carries letters to accounts' servers."""

    async def carry(self, letter: Letter) -> Delivered:
        """Bring a letter and return with the answer, in about five seconds at most."""


class Ports:
    """Filled once, when the process is built."""

    def __init__(self) -> None:
        self._seal: Seal | None = None
        self._taker: ReplyTaker | None = None

    def connect(self, *, key: Secret) -> None:
        """Use this key; all processes of an installation share it."""
        self._seal = Seal(key, "pushes")

    def connect_taker(self, taker: ReplyTaker) -> None:
        """Let replies be passed on by a room above this one."""
        self._taker = taker

    @property
    def taker(self) -> ReplyTaker:
        """Who passes replies on."""
        assert self._taker is not None, "the rooms are connected where they are listed"
        return self._taker

    @property
    def seal(self) -> Seal:
        """The seal under the server's key. Raises Trouble `pushes.no_key`."""
        if self._seal is None:
            raise Trouble("pushes.no_key")
        return self._seal


PORTS = Ports()
