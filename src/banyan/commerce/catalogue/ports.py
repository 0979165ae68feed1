"""What the room needs from outside itself: somewhere to keep the bytes of pictures."""

from typing import Protocol

from banyan.base.errors import Trouble


class PictureFiles(Protocol):
    """Keeps files by names that say what is in them: equal names, equal bytes."""

    async def put(self, name: str, content: bytes) -> None:
        """Keep the bytes under the name; keeping them again does nothing. Raises Trouble."""
        ...


class Ports:
    """Filled once, when the process is built."""

    def __init__(self) -> None:
        self._files: PictureFiles | None = None

    def connect(self, *, files: PictureFiles) -> None:
        """Keep pictures there; all processes of an installation share it."""
        self._files = files

    @property
    def files(self) -> PictureFiles:
        """Where pictures are kept. Raises Trouble `catalogue.no_files`."""
        if self._files is None:
            raise Trouble("catalogue.no_files")
        return self._files


PORTS = Ports()
