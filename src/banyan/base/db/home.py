"""The folder of an embedded PostgreSQL, and the user that its programs run as."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from banyan.base.errors import Trouble

_folder_name = "postgresql"
_spare_uids = range(60706, 61184)
"""Ids that neither Debian nor systemd gives away; below 65536, so that containers have them."""


@dataclass(frozen=True)
class Owner:
    """A user and group of the operating system, by number: they need not have names."""

    user: int
    group: int

    def has_name(self) -> bool:
        """Tell whether the machine knows this user by a name."""
        return _has_name(self.user)


@dataclass(frozen=True)
class Home:
    """A folder for a server's files and our locks, and the files' owner (None: ourselves)."""

    folder: Path
    owner: Owner | None

    @property
    def files(self) -> Path:
        """The folder that PostgreSQL calls its data directory."""
        return self.folder / "cluster"

    def place(self, files: Path) -> str:
        """Return the name by which a program that `run` started in these files finds them.

        As root we step into the folder and only then drop our rights; by this name the program
        finds the folder even where it may not walk the path, such as below /root.
        """
        return str(files) if self.owner is None else "/proc/self/cwd"

    def run(
        self,
        command: Sequence[str],
        where: Path,
        *,
        owner: Owner | None,
        lock: int,
        said: str = "",
    ) -> None:
        """Run a program inside a folder, as this owner, with an environment of its own.

        The lock's descriptor is theirs too: whatever the program leaves running, and the program
        itself if we are killed, holds the lock to its end.
        Raises Trouble if the program fails.
        """
        log = self.open_file("start.log")
        os.ftruncate(log, 0)
        try:
            done = subprocess.run(
                command,
                cwd=where,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                user=None if owner is None else owner.user,
                group=None if owner is None else owner.group,
                extra_groups=None if owner is None else [],
                umask=0o077,
                start_new_session=True,
                pass_fds=(lock,),
                input=said.encode(),
                stdout=log,
                stderr=log,
                check=False,
            )
        finally:
            os.close(log)
        if done.returncode != 0:
            raise Trouble("database.program_failed", program=command[0], said=self.read_log())

    def open_file(self, name: str) -> int:
        """Return the descriptor of a file of ours in the folder; make it, for the folder's owner.

        Follows no link: as root we may be working in a folder that is an ordinary user's.
        """
        flags = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            file = os.open(self.folder / name, flags | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return os.open(self.folder / name, flags)
        if os.geteuid() == 0:
            owner = self.folder.stat()
            os.fchown(file, owner.st_uid, owner.st_gid)
        return file

    def read_log(self) -> str:
        """Return the end of what the last program said."""
        log = self.folder / "start.log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else ""


def has_server(data: Path) -> bool:
    """Tell whether a data folder holds the files of an embedded server; makes nothing."""
    return Home(data / _folder_name, None).files.is_dir()


def find_home(data: Path) -> Home:
    """Return the server's home inside a data folder; make the folders if needed.

    The files belong to the owner of the data folder; where that is root, to a user of their own,
    since PostgreSQL refuses to run as root.
    Raises Trouble if the folder is somebody else's, or cannot be made.
    """
    data = data.absolute()
    folder = data / _folder_name
    try:
        data.mkdir(parents=True, exist_ok=True)
        if not folder.exists():
            _make(folder, data.stat())
    except OSError as error:
        raise Trouble(
            "database.folder_unusable", folder=str(data), why=str(error.strerror)
        ) from error
    if os.geteuid() != 0:
        if (owner := folder.stat().st_uid) != os.geteuid():
            raise Trouble("database.not_ours", folder=str(folder), owner=owner)
        return Home(folder, None)
    files = folder / "cluster"
    found = (files if files.exists() else folder).stat()
    if found.st_uid != 0:
        return Home(folder, Owner(found.st_uid, found.st_gid))
    spare = next(uid for uid in _spare_uids if not _has_name(uid))
    return Home(folder, Owner(spare, spare))


def _make(folder: Path, data: os.stat_result) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(folder, data.st_uid, data.st_gid, follow_symlinks=False)


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True
