"""What the room needs from outside itself: the server's key, chance, and fresh keys."""

import asyncio
import secrets

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from banyan.base.errors import Trouble
from banyan.base.seal import Seal
from banyan.base.secret import Secret

_bits = 2048
_exponent = 65_537


class Ports:
    """Filled once, when the process is built."""

    def __init__(self) -> None:
        self._seal: Seal | None = None

    def connect(self, *, key: Secret) -> None:
        """Use this key; all processes of an installation share it."""
        self._seal = Seal(key, "alipayapps")

    @property
    def seal(self) -> Seal:
        """The seal under the server's key. Raises Trouble `alipayapps.no_key`."""
        if self._seal is None:
            raise Trouble("alipayapps.no_key")
        return self._seal

    @staticmethod
    def draw(count: int) -> bytes:
        """So many bytes that nobody can guess."""
        return secrets.token_bytes(count)


async def make_key() -> Secret:
    """A fresh private key as PEM: made in a thread, as it takes long."""
    return Secret(await asyncio.to_thread(_make_key))


def _make_key() -> str:
    key = rsa.generate_private_key(public_exponent=_exponent, key_size=_bits)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


PORTS = Ports()
