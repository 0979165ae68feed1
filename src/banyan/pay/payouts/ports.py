"""What the room needs from outside itself: banks, and the key under which numbers lie sealed."""

from typing import Protocol

from banyan.base.errors import Trouble
from banyan.base.seal import Seal
from banyan.base.secret import Secret
from banyan.pay.payouts.types import BankAnswer, BankOrder


class Bank(Protocol):
    """Another house that pays people's accounts. It is only called after a commit."""

    async def send(self, order: BankOrder) -> BankAnswer:
        """Pay. Raises Trouble if nobody knows whether that was done."""

    async def find(self, order: BankOrder) -> BankAnswer:
        """What became of an order. Raises Trouble if the bank gives no answer."""


class Ports:
    """Filled once, when the process is built."""

    def __init__(self) -> None:
        self._seal: Seal | None = None

    def connect(self, *, key: Secret) -> None:
        """Use this key; all processes of an installation share it."""
        self._seal = Seal(key, "payouts")

    @property
    def seal(self) -> Seal:
        """The seal under the server's key. Raises Trouble `payouts.no_key`."""
        if self._seal is None:
            raise Trouble("payouts.no_key")
        return self._seal


PORTS = Ports()
