"""What a picture is, judged by its bytes alone: PNG, JPEG and WebP, and how large."""

import hashlib
import struct

from banyan.base.errors import Invalid
from banyan.commerce.catalogue.types import PICTURE_BYTES_MAX, PICTURE_SIDE_MAX, Picture

_marker = 0xFF
_jpeg_frames = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The JPEG segments that carry the size."""


def check_picture(content: bytes) -> Picture:
    """Tell kind and size from the bytes; the file's name or stated type count for nothing.

    SVG and everything else that a browser might run is refused. Raises Invalid
    `catalogue.picture_too_large`, `catalogue.picture_unknown`, `catalogue.picture_malformed`,
    `catalogue.picture_dimensions`.
    """
    if len(content) > PICTURE_BYTES_MAX:
        raise Invalid("catalogue.picture_too_large", bytes_max=PICTURE_BYTES_MAX)
    kind = _kind_of(content)
    try:
        width, height = _SIZES[kind](content)
    except (struct.error, IndexError, ValueError):
        raise Invalid("catalogue.picture_malformed") from None
    if not (0 < width <= PICTURE_SIDE_MAX and 0 < height <= PICTURE_SIDE_MAX):
        raise Invalid("catalogue.picture_dimensions", side_max=PICTURE_SIDE_MAX)
    file = f"{hashlib.sha256(content).hexdigest()}.{kind}"
    return Picture(file=file, width=width, height=height)


def _kind_of(content: bytes) -> str:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    raise Invalid("catalogue.picture_unknown")


def _size_of_png(content: bytes) -> tuple[int, int]:
    length, name, width, height = struct.unpack_from(">I4sII", content, 8)
    if (length, name) != (13, b"IHDR") or b"IEND" not in content[-16:]:
        raise ValueError(name)
    return width, height


def _size_of_jpeg(content: bytes) -> tuple[int, int]:
    at = 2
    while True:
        marker, kind, length = struct.unpack_from(">BBH", content, at)
        if marker != _marker or length < struct.calcsize(">H"):
            raise ValueError(kind)
        if kind in _jpeg_frames:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        at += 2 + length


def _size_of_webp(content: bytes) -> tuple[int, int]:
    if struct.unpack_from("<I", content, 4)[0] + 8 > len(content):
        raise ValueError("cut off")
    chunk = content[12:16]
    if chunk == b"VP8X":
        low = struct.unpack_from("<HBHB", content, 24)
        return 1 + low[0] + (low[1] << 16), 1 + low[2] + (low[3] << 16)
    if chunk == b"VP8L" and content[20:21] == b"\x2f":
        (bits,) = struct.unpack_from("<I", content, 21)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", content, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError(chunk)


_SIZES = {"png": _size_of_png, "jpg": _size_of_jpeg, "webp": _size_of_webp}
