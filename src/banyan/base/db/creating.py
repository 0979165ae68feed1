"""Makes the files of an embedded PostgreSQL: whole, or not at all."""

import os
import pwd
import shutil
from pathlib import Path

from banyan.base.db.binaries import server_programs
from banyan.base.db.home import Home, Owner
from banyan.base.db.store import create_database
from banyan.base.errors import Trouble

ROLE = "banyan"
"""The role, and the database, that Banyan uses in its own server."""

_initdb = (
    f"--username={ROLE}",
    # Whoever reaches the socket is the owner or root: the folder's permissions are the password.
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
)


def create_files(home: Home, lock: int) -> None:
    """Make the server's files with Banyan's database in them.

    They appear under their name by one rename; what a killed attempt left is cleared. The lock
    must be held: it says that no such attempt's programs are still at work.
    Raises Trouble if PostgreSQL's programs fail.
    """
    draft = home.folder / "cluster.new"
    if draft.exists():
        shutil.rmtree(draft)
    draft.mkdir(mode=0o700)
    maker = _maker(home.owner)
    if maker is not None:
        os.chown(draft, maker.user, maker.group, follow_symlinks=False)
    place = home.place(draft)
    programs = server_programs(maker)
    home.run([str(programs / "initdb"), "-D", place, *_initdb], draft, owner=maker, lock=lock)
    single = [str(programs / "postgres"), "--single", "-D", place, "postgres"]
    home.run(single, draft, owner=maker, lock=lock, said=create_database)
    if home.owner is not None and home.owner != maker:
        _give(draft, home.owner)
    draft.rename(home.files)
    _sync(home.folder)


def _maker(owner: Owner | None) -> Owner | None:
    # initdb insists on a user with a name and the owner may have none: then `nobody` makes the
    # files, and they are handed over before there is anything in them.
    if owner is None or owner.has_name():
        return owner
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        why = "PostgreSQL will not run as root, and there is no user `nobody`"
        raise Trouble("database.no_user", why=why) from error
    return Owner(nobody.pw_uid, nobody.pw_gid)


def _give(folder: Path, owner: Owner) -> None:
    # By descriptor and without following links, so that nothing outside can be given away.
    for _, folders, files, place in os.fwalk(folder):
        for name in (*folders, *files):
            os.chown(name, owner.user, owner.group, dir_fd=place, follow_symlinks=False)
    os.chown(folder, owner.user, owner.group, follow_symlinks=False)


def _sync(folder: Path) -> None:
    # PostgreSQL has written its files to disk; their new name and owner must get there too.
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
