"""What the room needs from outside itself: the server's key, and chance."""

import base64
import secrets

from banyan.base.errors import Trouble
from banyan.base.seal import Seal
from banyan.base.secret import Secret
from banyan.pay.paycodes.rules import SECRET_BYTES, SEEDS


class Ports:
    """Filled once, when the process is built."""

    def __init__(self) -> None:
        self._seal: Seal | None = None

    def connect(self, *, key: Secret) -> None:
        """Use this key; all processes of an installation share it."""
        self._seal = Seal(key, "paycodes")

    def draw(self) -> tuple[int, bytes]:
        """The number of a seed, which may be taken already, and a secret for it."""
        return secrets.randbelow(SEEDS), secrets.token_bytes(SECRET_BYTES)

    def close(self, seed_number: int, secret: bytes) -> bytes:
        """A secret as it is kept."""
        return self._open_seal().close(base64.b64encode(secret).decode(), str(seed_number))

    def open(self, seed_number: int, sealed: bytes) -> bytes:
        """What was kept."""
        return base64.b64decode(self._open_seal().open(sealed, str(seed_number)))

    def _open_seal(self) -> Seal:
        if self._seal is None:
            raise Trouble("paycodes.no_key")
        return self._seal


PORTS = Ports()
