"""The files of one embedded PostgreSQL: who owns them, how they are made, how the server on them is started."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from banyan.base.db.binaries import MAJOR, binary, server_programs
from banyan.base.db.settings import server_settings
from banyan.base.errors import Trouble

USER = "banyan"
"""The role and the database that Banyan uses in its own server."""

_socket_name = ".s.PGSQL.5432"
_socket_path_max = 103
_spare_uids = range(60706, 61184)
"""User ids that neither Debian nor systemd hands out; below 65536, so that containers have them too."""

_shell = '"$0" "$@" &'
"""Starts the server as nobody's child: it outlives us, and leaves no zombie when it ends."""


@dataclass(frozen=True)
class Cluster:
    """A folder with the server's files and our locks, and the user that the server runs as.

    `user` and `group` are None when the server runs as ourselves.
    """

    folder: Path
    user: int | None
    group: int | None

    @property
    def files(self) -> Path:
        """The folder that PostgreSQL calls its data directory."""
        return self.folder / "cluster"

    def prepare(self) -> None:
        """Make the files if they are not there, and clear what a killed server left behind.

        May only be called when no process of a server on these files is alive.
        Raises Trouble if they cannot be made or are of another major version.
        """
        if not self.files.exists():
            self._create()
        found = (self.files / "PG_VERSION").read_text().strip()
        if found != str(MAJOR):
            raise Trouble(
                "database.other_version", folder=str(self.files), found=found, needed=str(MAJOR)
            )
        # PostgreSQL would trust the process ids in these; by now they may belong to any program.
        for name in ("postmaster.pid", _socket_name, f"{_socket_name}.lock"):
            (self.files / name).unlink(missing_ok=True)

    def launch(self, lock: int, settings: Mapping[str, str]) -> None:
        """Start the server; it and its children keep the lock's descriptor until the last one ends."""
        programs = server_programs(self.user)
        options = [
            f"--{name}={value}" for name, value in (server_settings() | dict(settings)).items()
        ]
        command = [
            "/bin/sh",
            "-c",
            _shell,
            str(programs / "postgres"),
            "-D",
            self._place(),
            *options,
        ]
        self._run(command, self.files, user=self.user, group=self.group, pass_fds=(lock,))

    def read_log(self) -> str:
        """Return the end of what the server said before it had its own log file."""
        log = self.folder / "start.log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else ""

    def postmaster(self) -> int | None:
        """Return the process id that the server's own lock file names, whether alive or not."""
        lines = self._lock_file()
        return int(lines[0]) if lines and lines[0].strip().isdigit() else None

    def is_ready(self) -> bool:
        """Tell whether the server says that it is ready and listens."""
        lines = self._lock_file()
        if len(lines) < 8 or lines[7].strip() != "ready":
            return False
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.socket_folder() / _socket_name))
            except OSError:
                return False
        return True

    def processes(self) -> set[int]:
        """Return the ids of all live server processes that work in these files."""
        if not sys.platform.startswith("linux"):
            named = self.postmaster()
            return {named} if named else set()
        home = self.files.stat()
        return {
            int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit() and _is_server(p, home)
        }

    def socket_folder(self) -> Path:
        """Return a path of the socket's folder that is short enough for every client."""
        if len(os.fsencode(self.files / _socket_name)) <= _socket_path_max:
            return self.files
        return _short_path(self.files)

    def _lock_file(self) -> list[str]:
        try:
            return (self.files / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _place(self) -> str:
        # As root we start the server inside its folder and drop our rights there: by this name it
        # finds the folder even where it may not walk the path, such as below /root.
        return str(self.files) if self.user is None else "/proc/self/cwd"

    def _create(self) -> None:
        draft = self.folder / "cluster.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        user, group = self._creator()
        if user is not None and group is not None:
            os.chown(draft, user, group)
        place = str(draft) if self.user is None else self._place()
        programs = server_programs(user)
        for command, said in (
            (_initdb(programs, place), b""),
            (
                [str(programs / "postgres"), "--single", "-D", place, "postgres"],
                f"create database {USER}\n".encode(),
            ),
        ):
            self._run(command, draft, user=user, group=group, said=said)
        if user != self.user and self.user is not None and self.group is not None:
            _give(draft, self.user, self.group)
        draft.rename(self.files)

    def _creator(self) -> tuple[int | None, int | None]:
        # initdb insists on a user with a name. Ours may have none, so nobody makes the files and
        # they are handed over before anything is in them.
        if self.user is None or _has_name(self.user):
            return self.user, self.group
        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError as error:
            raise Trouble(
                "database.no_unprivileged_user", why="no user `nobody` on this machine"
            ) from error
        return nobody.pw_uid, nobody.pw_gid

    def _run(
        self,
        command: Sequence[str],
        where: Path,
        *,
        user: int | None,
        group: int | None,
        pass_fds: Sequence[int] = (),
        said: bytes = b"",
    ) -> None:
        with (self.folder / "start.log").open("wb") as log:
            done = subprocess.run(  # noqa: S603 - programs and options of our own
                command,
                cwd=where,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                user=user,
                group=group,
                extra_groups=None if user is None else [],
                umask=0o077,
                start_new_session=True,
                pass_fds=pass_fds,
                input=said,
                stdout=log,
                stderr=log,
                check=False,
            )
        if done.returncode != 0:
            raise Trouble("database.not_created", program=command[0], said=self.read_log())


def open_cluster(data: Path) -> Cluster:
    """Return the cluster inside a data folder; make the folder if needed.

    The server runs as the owner of the files; where that is root, as a user of its own.
    Raises Trouble if the folder is somebody else's.
    """
    folder = data.absolute() / "postgresql"
    data.mkdir(parents=True, exist_ok=True)
    owner = data.stat()
    try:
        folder.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(folder, owner.st_uid, owner.st_gid, follow_symlinks=False)
    except FileExistsError:
        pass
    files = folder / "cluster"
    found = (files if files.exists() else folder).stat()
    if os.geteuid() != 0:
        if found.st_uid != os.geteuid():
            raise Trouble("database.not_ours", folder=str(folder), owner=found.st_uid)
        return Cluster(folder, None, None)
    if found.st_uid != 0:
        return Cluster(folder, found.st_uid, found.st_gid)
    spare = next(uid for uid in _spare_uids if not _has_name(uid))
    return Cluster(folder, spare, spare)


def _initdb(programs: Path, place: str) -> list[str]:
    options = (
        "--username",
        USER,
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--no-instructions",
    )
    locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    return [str(programs / "initdb"), "-D", place, *options, *locale, "--sync-method=syncfs"]


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _give(folder: Path, user: int, group: int) -> None:
    # By descriptor and without following links, so that nothing outside can be given away.
    for _, folders, files, place in os.fwalk(folder):
        for name in (*folders, *files):
            os.chown(name, user, group, dir_fd=place, follow_symlinks=False)
    os.chown(folder, user, group, follow_symlinks=False)


def _is_server(process: Path, home: os.stat_result) -> bool:
    try:
        return (
            os.path.samestat((process / "cwd").stat(), home)
            and (process / "comm").read_text().strip() == "postgres"
        )
    except OSError:
        # It ended while we looked, or is not ours to see, and then it is not our server.
        return False


def _short_path(files: Path) -> Path:
    """Return a link to the files in a folder that only we can write to."""
    uid = os.geteuid()
    base = Path("/run") if uid == 0 and Path("/run").is_dir() else Path(tempfile.gettempdir())
    room = base / f"banyan-{uid}"
    room.mkdir(mode=0o700, exist_ok=True)
    found = room.lstat()
    if found.st_uid != uid or found.st_mode & 0o077 or not room.is_dir() or room.is_symlink():
        raise Trouble("database.socket_folder_unsafe", folder=str(room))
    link = room / sha256(os.fsencode(files)).hexdigest()[:16]
    if not link.is_symlink() or Path(os.readlink(link)) != files:
        draft = link.with_suffix(f".{os.getpid()}")
        draft.symlink_to(files)
        draft.replace(link)
    return link


__all__ = ("USER", "Cluster", "binary", "open_cluster")
