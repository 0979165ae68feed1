"""Short paths for long ones: a socket's path may have no more than some hundred bytes."""

import os
import tempfile
from hashlib import sha256
from pathlib import Path

from banyan.base.errors import Trouble

SOCKET_NAME = ".s.PGSQL.5432"

_path_max = 103
"""What macOS allows; Linux has four bytes more."""


def short_folder(folder: Path) -> Path:
    """Return the folder, or a link to it if a socket in it had too long a path.

    Raises Trouble if others can write where the link has to lie.
    """
    if len(os.fsencode(folder / SOCKET_NAME)) <= _path_max:
        return folder
    uid = os.geteuid()
    base = Path("/run") if uid == 0 and Path("/run").is_dir() else Path(tempfile.gettempdir())
    links = base / f"banyan-{uid}"
    links.mkdir(mode=0o700, exist_ok=True)
    found = links.lstat()
    if found.st_uid != uid or found.st_mode & 0o077 or links.is_symlink():
        raise Trouble("database.socket_folder_unsafe", folder=str(links))
    link = links / sha256(os.fsencode(folder)).hexdigest()[:16]
    if not link.is_symlink() or link.readlink() != folder:
        _clear_dead(links)
        draft = link.with_suffix(f".{os.getpid()}")
        draft.symlink_to(folder)
        draft.replace(link)
    return link


def _clear_dead(links: Path) -> None:
    """Remove the links to folders that are gone."""
    for link in links.iterdir():
        if not link.exists():
            link.unlink(missing_ok=True)
