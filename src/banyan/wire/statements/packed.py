"""Takes a file out of what it came packed in, unless it is too large, and reads its table."""

import csv
import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence

from banyan.wire.statements.row import BadStatement

UNPACKED_MAX = 64 * 1024 * 1024
"""Bytes of a file that we unpack: some two hundred thousand lines."""
_lines_max = 500_000
_values_max = 6_000_000
"""Each costs many times the comma that ends it, once it is taken out of its line."""
_zip, _gzip = b"PK\x03\x04", b"\x1f\x8b"
_gzip_window = 31


def list_texts(content: bytes) -> list[str]:
    """The texts of a file: of each within a zip file, else of the one. Raises BadStatement."""
    if content.startswith(_zip):
        return [_decode(one) for one in _unzip(content)]
    return [_decode(gunzip(content) if content.startswith(_gzip) else content)]


def _unzip(content: bytes) -> list[bytes]:
    left = UNPACKED_MAX
    found = []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for info in archive.infolist():
                # What an archive says of its sizes may be a lie: no more is read than may be.
                with archive.open(info) as stream:
                    file = stream.read(left + 1)
                left -= len(file)
                if left < 0:
                    raise BadStatement("it is too large")
                found.append(file)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise BadStatement("it cannot be unpacked") from error
    return found


def gunzip(content: bytes) -> bytes:
    """What is in a gzip file. Raises BadStatement for too much, too little, or none."""
    try:
        stream = zlib.decompressobj(_gzip_window)
        found = stream.decompress(content, UNPACKED_MAX + 1)
    except zlib.error as error:
        raise BadStatement("it cannot be unpacked") from error
    if len(found) > UNPACKED_MAX:
        raise BadStatement("it is too large")
    if not stream.eof:
        raise BadStatement("it ends too soon")
    return found


def _decode(content: bytes) -> str:
    if len(content) > UNPACKED_MAX:
        raise BadStatement("it is too large")
    for charset in ("utf-8-sig", "gb18030"):
        try:
            # What no database keeps is no part of a number, and of other words nothing is kept.
            return content.decode(charset).replace("\0", " ")
        except UnicodeDecodeError:
            continue
    raise BadStatement("it is no text")


def list_cells(text: str) -> list[list[str]]:
    """The values of each line that has any, trimmed. Raises BadStatement."""
    if text.count("\n") + text.count("\r") > _lines_max or text.count(",") > _values_max:
        raise BadStatement("it is too large")
    try:
        rows = [[one.strip() for one in row] for row in csv.reader(io.StringIO(text, newline=""))]
    except csv.Error as error:
        raise BadStatement("it is no table") from error
    return [row for row in rows if any(row)]


def name_cells(names: Sequence[str], row: Sequence[str]) -> Mapping[str, str]:
    """The values of a line by their columns. Raises BadStatement."""
    if len(row) != len(names):
        raise BadStatement(f"a line has {len(row)} values instead of {len(names)}")
    return dict(zip(names, row, strict=True))
