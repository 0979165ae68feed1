"""Where files are kept: a folder on this machine."""

import asyncio
import os
import re
import tempfile
from pathlib import Path

from banyan.base.errors import Trouble

_name = re.compile(r"[0-9a-f]{64}\.[a-z0-9]{1,8}")


class FolderFiles:
    """Keeps files in a folder, by names that say what is in them: a digest and a kind.

    A file is there as a whole or not at all, whatever is killed, and is never changed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, name: str, content: bytes) -> None:
        """Keep the bytes, on the disk when this returns; keeping them again does nothing.

        Raises Trouble `storage.unwritable`.
        """
        path = self._path(name)
        try:
            await asyncio.to_thread(_write, path, content)
        except OSError as error:
            raise Trouble("storage.unwritable", why=error.strerror) from error

    async def find(self, name: str) -> bytes | None:
        """The bytes of that name; None if there are none, or it is no name of ours."""
        if not _name.fullmatch(name):
            return None
        try:
            return await asyncio.to_thread(self._path(name).read_bytes)
        except FileNotFoundError:
            return None

    def _path(self, name: str) -> Path:
        assert _name.fullmatch(name), "a file is named by its digest"
        # Two levels, so that no folder grows beyond what file systems and people like.
        return self._folder / name[:2] / name


def _write(path: Path, content: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own: others, here or in another process, may be writing the same file.
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
