"""What the room needs from outside itself: somewhere to keep the bytes of pictures."""

from typing import Protocol

from banyan.base.errors import Trouble


class ImageFiles(Protocol):
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
        self._files: ImageFiles | None = None

    def connect(self, *, files: ImageFiles) -> None:
        """Keep pictures there; all processes of an installation share it."""
        self._files = files

    @property
    def files(self) -> ImageFiles:
        """Where pictures are kept. Raises Trouble `complaints.no_files`."""
        if self._files is None:
            raise Trouble("complaints.no_files")
        return self._files


PORTS = Ports()
