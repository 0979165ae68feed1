"""What the room needs from outside itself: the key that it seals by."""

from banyan.base.errors import Trouble
from banyan.base.seal import Seal
from banyan.base.secret import Secret


class Ports:
    """Filled once, when the process is built."""

    def __init__(self) -> None:
        self._seal: Seal | None = None

    def connect(self, *, key: Secret) -> None:
        """Use this key; all processes of an installation share it."""
        self._seal = Seal(key, "payees")

    @property
    def seal(self) -> Seal:
        """The seal under the server's key. Raises Trouble `payees.no_key`."""
        if self._seal is None:
            raise Trouble("payees.no_key")
        return self._seal


PORTS = Ports()
