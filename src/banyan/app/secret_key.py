"""The server's own key: from the settings, or made once and kept in the data folder."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from banyan.app.settings import Settings
from banyan.base.errors import Invalid, Trouble
from banyan.base.secret import Secret

_characters_min = 32
KEY_FILE = "secret.key"
"""Its name in the data folder."""


def read_secret_key(settings: Settings) -> Secret:
    """The key that all processes of this installation share.

    Raises Invalid `settings.secret_key_short`, Trouble `settings.secret_key_open` when others
    could read the file.
    """
    given = settings.secret_key
    key = given.reveal() or _read_file(settings.data / KEY_FILE)
    if len(key) < _characters_min:
        raise Invalid("settings.secret_key_short", characters_min=_characters_min)
    return Secret(key)


def _read_file(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _make(path)
    if path.stat().st_mode & 0o077:
        raise Trouble("settings.secret_key_open", path=str(path))
    return path.read_text().strip()


def _make(path: Path) -> None:
    """Write a new key whole or not at all; of several processes one wins and all read its key."""
    descriptor, draft = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
