"""What the room needs from outside itself: somewhere to keep the bytes of files, and chance."""

import secrets
from typing import Protocol

from banyan.base.errors import Trouble

_chance_bytes = 48


class MediaFiles(Protocol):
    """Keeps files by names that say what is in them: equal names, equal bytes."""

    async def put(self, name: str, content: bytes) -> None:
        """Keep the bytes under the name; keeping them again does nothing. Raises Trouble."""
        ...

    async def find(self, name: str) -> bytes | None:
        """The bytes of that name, if there are any."""
        ...


class Ports:
    """Filled once, when the process is built."""

    def __init__(self) -> None:
        self._files: MediaFiles | None = None
        self._public_url = ""

    def connect(self, *, files: MediaFiles, public_url: str = "") -> None:
        """Keep files there; all processes of an installation share it."""
        self._files = files
        self._public_url = public_url

    def link(self, file: str) -> str:
        """Where anybody may load a file who knows its name."""
        return f"{self._public_url}/files/{file}"

    @property
    def files(self) -> MediaFiles:
        """Where files are kept. Raises Trouble `media.no_files`."""
        if self._files is None:
            raise Trouble("media.no_files")
        return self._files

    @staticmethod
    def draw_id() -> str:
        """What a file is called: 64 characters that nobody can guess."""
        return secrets.token_urlsafe(_chance_bytes)


PORTS = Ports()
