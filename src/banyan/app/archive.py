"""The file of a backup: a tar with a manifest, the database, the key and the files."""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO

import msgspec

from banyan.app.secret_key import KEY_FILE
from banyan.app.settings import Settings
from banyan.base.clock import Clock
from banyan.base.db import Migration
from banyan.base.errors import Invalid

DUMP = "database.dump"
"""The database's name in an archive."""

_manifest_name = "banyan.json"
_files_name = "files"
_format = 1
_chunk_bytes = 1 << 20


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What an archive says of itself."""

    format: int
    banyan: str
    made_at: datetime
    files_count: int
    database_sha256: str = ""
    """Empty in an archive of a version that did not tell."""
    migrations: list[Migration] = []
    """What its database had had; nothing in an archive of a version that did not tell."""


def pack_archive(
    settings: Settings, folder: Path, target: Path, migrations: list[Migration]
) -> Manifest:
    """Write the dump in the folder, and what lies in the data folder, into a new archive.

    It appears under its name when it is complete, and only we can read it.
    """
    root, key = settings.files.resolve(), settings.data / KEY_FILE
    # Business goes on: what is listed now is counted and packed, what comes after is neither.
    files = _list_files(root)
    with (folder / DUMP).open("rb") as dump:
        digest = hashlib.file_digest(dump, "sha256").hexdigest()
    manifest = Manifest(
        format=_format,
        banyan=version("banyan"),
        made_at=Clock().now(),
        files_count=len(files),
        database_sha256=digest,
        migrations=migrations,
    )
    (folder / _manifest_name).write_bytes(msgspec.json.encode(manifest))
    draft = folder / "archive"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w") as archive:
        archive.add(folder / _manifest_name, _manifest_name)
        archive.add(folder / DUMP, DUMP)
        if key.exists():
            archive.add(key, KEY_FILE)
        if root.exists():
            archive.add(root, _files_name, recursive=False)
        for path in files:
            archive.add(path, f"{_files_name}/{path.relative_to(root)}", recursive=False)
        # Closing writes the end, so that nothing may be missing when it gets its name.
        archive.close()
        file.flush()
        os.fsync(file.fileno())
    draft.rename(target)
    return manifest


def check_archive(source: Path) -> Manifest:
    """Read an archive to its end without writing anything; return what it says of itself.

    Raises Invalid `backup.unreadable` unless it is whole, and only holds what may be unpacked.
    """
    try:
        with tarfile.open(source) as archive:
            manifest, found = _read_members(archive)
    except (OSError, EOFError, tarfile.TarError, msgspec.DecodeError) as error:
        raise _unreadable(source, str(error).splitlines()[0] if str(error) else "") from error
    if manifest is None or manifest.format != _format:
        raise _unreadable(source, "of another format")
    # Versions that did not tell the digest also packed files that came after they had counted.
    is_short = found.files_count < manifest.files_count
    wanted = manifest.database_sha256 or found.database_sha256
    if is_short or not found.database_sha256 or wanted != found.database_sha256:
        raise _unreadable(source, "a part is missing or has changed")
    return manifest


def unpack_archive(source: Path, folder: Path) -> None:
    """Lay out the contents of an archive that was checked."""
    with tarfile.open(source) as archive:
        archive.extractall(folder, filter="data")


def put_back(folder: Path, settings: Settings) -> None:
    """Move key and files from where an archive was unpacked to where the settings want them."""
    places = {KEY_FILE: settings.data / KEY_FILE, _files_name: settings.files}
    for name, place in places.items():
        kept = folder / name
        if not kept.exists():
            continue
        if place.exists():
            # What was here is set aside, not deleted: files cannot be made again.
            place.rename(place.with_name(f"{place.name}.before-{Clock().now():%Y%m%dT%H%M%S%f}"))
        shutil.move(kept, place)


def _list_files(root: Path) -> list[Path]:
    """What is kept, without the hidden drafts of what is being written."""
    found = (path for path in root.rglob("*") if not path.name.startswith("."))
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


class _Found(msgspec.Struct):
    """What is really in an archive."""

    files_count: int = 0
    database_sha256: str = ""


def _read_members(archive: tarfile.TarFile) -> tuple[Manifest | None, _Found]:
    manifest, found = None, _Found()
    for member in archive:
        # The filter refuses names that lead out of the folder, links and devices.
        tarfile.data_filter(member, "/nowhere")
        body = archive.extractfile(member) if member.isreg() else None
        if body is None:
            continue
        if member.name == _manifest_name:
            manifest = msgspec.json.decode(body.read(), type=Manifest)
        elif member.name == DUMP:
            found.database_sha256 = _digest(body, member)
        else:
            _digest(body, member)
            found.files_count += member.name.startswith(f"{_files_name}/")
    return manifest, found


def _digest(body: IO[bytes], member: tarfile.TarInfo) -> str:
    digest, left = hashlib.sha256(), member.size
    while chunk := body.read(_chunk_bytes):
        digest.update(chunk)
        left -= len(chunk)
    if left:
        raise tarfile.ReadError("it ends too early")
    return digest.hexdigest()


def _unreadable(source: Path, why: str) -> Invalid:
    return Invalid("backup.unreadable", path=str(source), why=why.rstrip(":. ") or "it is empty")
