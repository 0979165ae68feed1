"""Every style, script and picture of the pages, in memory, at addresses cached for ever."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

pages_folder = Path(__file__).resolve().parents[1]
prefix = "/assets"
forever = "public, max-age=31536000, immutable"
compressed_bytes_min = 1000

media_types = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
"""Only these leave the folder: templates and Python stay inside."""

root_files = {
    "/sw.js": "static/sw.js",
    "/manifest.webmanifest": "static/manifest.webmanifest",
    "/app-192.png": "static/icons/app-192.png",
    "/app-512.png": "static/icons/app-512.png",
}
"""Files that browsers want at fixed addresses; a door serves them uncached."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file as it goes over the wire."""

    content: bytes
    packed: bytes | None
    """The same gzipped, when that is worth it."""
    media_type: str


class Assets:
    """All static files, read once at start.

    An address is `/assets/<version>/<path below doors/pages>`, where the version is a digest of
    all of them: relative imports between modules work the same in a browser and in an editor, and
    a new release changes every address at once.
    """

    def __init__(self, folder: Path = pages_folder) -> None:
        """Reads every file of a known media type below the folder."""
        self._found = {
            path.relative_to(folder).as_posix(): read_asset(path)
            for path in sorted(folder.rglob("*"))
            if path.suffix in media_types and path.is_file()
        }
        digest = hashlib.sha256()
        for name, asset in self._found.items():
            digest.update(name.encode() + b"\0" + asset.content)
        self.version = digest.hexdigest()[:12]

    def address(self, name: str) -> str:
        """Answers the address of a file; raises `KeyError` for one that is not there."""
        if name not in self._found:
            raise KeyError(f"no static file {name}")
        return f"{prefix}/{self.version}/{name}"

    def find(self, name: str) -> Asset | None:
        """Answers a file by its path below `doors/pages`, or none; never looks at the disk."""
        return self._found.get(name)

    def names(self) -> tuple[str, ...]:
        """Answers the path of every file."""
        return tuple(self._found)


def read_asset(path: Path) -> Asset:
    """Answers one file with its media type and, when it shrinks, its gzipped form."""
    content = path.read_bytes()
    is_picture = path.suffix == ".png"
    packed = (
        None
        if is_picture or len(content) < compressed_bytes_min
        else gzip.compress(content, 6, mtime=0)
    )
    return Asset(content=content, packed=packed, media_type=media_types[path.suffix])
