"""What the room needs from outside itself: the server's key."""

import base64
import secrets

from banyan.base.errors import Trouble
from banyan.base.seal import Seal
from banyan.base.secret import Secret


class Ports:
    """Filled once, when the process is built."""

    def __init__(self) -> None:
        self._seal: Seal | None = None

    def connect(self, *, key: Secret) -> None:
        """Use this key; all processes of an installation share it."""
        self._seal = Seal(key, "enrolments")

    @property
    def seal(self) -> Seal:
        """The seal under the server's key. Raises Trouble `enrolments.no_key`."""
        if self._seal is None:
            raise Trouble("enrolments.no_key")
        return self._seal

    def close_paper(self, content: bytes, paper_id: str) -> bytes:
        """A paper that only this server reads."""
        return self.seal.close(base64.b64encode(content).decode(), f"paper {paper_id}")

    @staticmethod
    def draw_token() -> str:
        """A text that nobody can guess."""
        return secrets.token_urlsafe(24)


PORTS = Ports()
