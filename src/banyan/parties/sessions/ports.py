"""What the room needs from outside itself: the server's key, and somebody who sends codes."""

from collections.abc import Collection
from typing import Protocol

from banyan.base.errors import Trouble
from banyan.base.seal import Seal
from banyan.base.secret import Secret
from banyan.parties.people import Language


class CodeSender(Protocol):
    """Brings a one-time code to a phone."""

    async def send(self, phone: str, code: Secret, language: Language) -> None:
        """Hand the code to whoever delivers it. Raises Refusal or Trouble if that fails."""
        ...


class Ports:
    """Filled once, when the process is built; whoever needs a code before is told to come later."""

    def __init__(self) -> None:
        self._seal: Seal | None = None
        self._sender: CodeSender | None = None
        self.operators: frozenset[str] = frozenset()
        """Phones in E.164 form of those who look after the whole platform."""

    def connect(self, *, key: Secret, sender: CodeSender, operators: Collection[str] = ()) -> None:
        """Use this key and this sender; all processes of an installation share the key."""
        self.operators = frozenset(operators)
        self._seal = Seal(key, "sessions")
        self._sender = sender

    @property
    def seal(self) -> Seal:
        """The seal under the server's key. Raises Trouble `sessions.no_key`."""
        if self._seal is None:
            raise Trouble("sessions.no_key")
        return self._seal

    @property
    def sender(self) -> CodeSender:
        """Who sends codes. Raises Trouble `sessions.no_sender`."""
        if self._sender is None:
            raise Trouble("sessions.no_sender")
        return self._sender


PORTS = Ports()
