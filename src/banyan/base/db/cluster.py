"""The files of one embedded PostgreSQL and the server that works on them."""

import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from banyan.base.db.binaries import MAJOR, server_programs
from banyan.base.db.creating import create_files
from banyan.base.db.home import Home
from banyan.base.db.settings import server_settings
from banyan.base.db.sockets import SOCKET_NAME, short_folder
from banyan.base.errors import Trouble

_shell = '"$0" "$@" &'
"""Starts the server as nobody's child: it outlives us, and leaves no zombie when it ends."""

_status_line = 7
"""Where postmaster.pid says whether the server is ready."""


@dataclass(frozen=True)
class Cluster:
    """The server of a home, seen from outside: through its files, its socket and /proc."""

    home: Home

    @property
    def folder(self) -> Path:
        """Where our locks lie, and the files."""
        return self.home.folder

    @property
    def files(self) -> Path:
        """The folder that PostgreSQL calls its data directory."""
        return self.home.files

    def prepare(self, lock: int) -> None:
        """Make the files if they are not there, and clear what a killed server left behind.

        The lock must be held: no process of a server on these files is alive then.
        Raises Trouble if they cannot be made or are of another major version.
        """
        if not self.files.exists():
            create_files(self.home, lock)
        found = (self.files / "PG_VERSION").read_text().strip()
        if found != str(MAJOR):
            raise Trouble(
                "database.other_version", folder=str(self.files), found=found, needed=str(MAJOR)
            )
        # PostgreSQL would trust the process ids in these; by now they may belong to any program.
        for name in ("postmaster.pid", SOCKET_NAME, f"{SOCKET_NAME}.lock"):
            (self.files / name).unlink(missing_ok=True)

    def launch(self, lock: int, settings: Mapping[str, str]) -> None:
        """Start the server; it and its children hold the lock until the last of them ends."""
        postgres = str(server_programs(self.home.owner) / "postgres")
        chosen = {**server_settings(), **settings, "cluster_name": self._name()}
        options = [f"--{name}={value}" for name, value in chosen.items()]
        command = ["/bin/sh", "-c", _shell, postgres, "-D", self.home.place(self.files), *options]
        self.home.run(command, self.files, owner=self.home.owner, lock=lock)

    def postmaster(self) -> int | None:
        """Return the process id that the server's own lock file names, whether alive or not."""
        lines = self._lock_file()
        return int(lines[0]) if lines and lines[0].strip().isdigit() else None

    def is_ready(self) -> bool:
        """Tell whether the server says that it is ready, and listens."""
        lines = self._lock_file()
        if len(lines) <= _status_line or lines[_status_line].strip() != "ready":
            return False
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1)
            try:
                probe.connect(str(self.socket_folder() / SOCKET_NAME))
            except OSError:
                return False
        return True

    def processes(self) -> set[int]:
        """Return the ids of all live server processes that work in these files."""
        if not sys.platform.startswith("linux"):
            named = self.postmaster()
            return {named} if named else set()
        entries = (entry for entry in Path("/proc").iterdir() if entry.name.isdigit())
        return {int(entry.name) for entry in entries if _has_title(entry, self._name())}

    def socket_folder(self) -> Path:
        """Return a path of the socket's folder that is short enough for every client."""
        return short_folder(self.files)

    def _name(self) -> str:
        # Shown in the title of each of the server's processes, which, unlike the folder that a
        # process works in, even a root without its special rights (in a container) may read.
        files = self.files.stat()
        return f"banyan-{files.st_dev:x}-{files.st_ino:x}"

    def _lock_file(self) -> list[str]:
        try:
            return (self.files / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []


def _has_title(process: Path, name: str) -> bool:
    try:
        is_postgres = (process / "comm").read_text().strip() == "postgres"
        return is_postgres and name.encode() in (process / "cmdline").read_bytes()
    except OSError:
        # It ended while we looked.
        return False
