"""Files that programs upload, as forms of several parts."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import unquote

from multipart import MultipartError, MultipartParser, MultipartPart, parse_options_header

from banyan.doors.wechat.errors import WireError

_kind = "multipart/form-data"
_parts_max = 20
_name_characters_max = 200
# The name as RFC 5987 writes one that is not ASCII: libraries do so for Chinese names.
_extended = re.compile(r"filename\*=(?:utf-8|UTF-8)''([^;\s]+)")
_unreadable = WireError(47001, "data format error")


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was uploaded; its name is only what the program says it is."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Upload:
    """The fields and files of a form."""

    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    files: Mapping[str, File] = field(default_factory=lambda: MappingProxyType({}))

    def take(self) -> File:
        """The file, under whatever name. Raises WireError 41005."""
        found = next(iter(self.files.values()), None)
        if found is None:
            raise WireError(41005, "media data missing")
        return found


NO_UPLOAD = Upload()


def is_upload(media_type: str) -> bool:
    """Whether a body is a form of several parts."""
    return media_type.lower().startswith(_kind)


def parse_upload(media_type: str, body: bytes) -> Upload:
    """The fields and files of a form of several parts. Raises WireError 47001."""
    _, options = parse_options_header(media_type)
    fields: dict[str, str] = {}
    files: dict[str, File] = {}
    limit = len(body) + 1
    try:
        parser = MultipartParser(
            io.BytesIO(body),
            options.get("boundary", ""),
            len(body),
            partsize_limit=limit,
            memory_limit=limit,
            spool_limit=limit,
            part_limit=_parts_max,
        )
        for part in parser:
            name = _file_name(part)
            if name is None:
                fields[part.name] = part.value
            else:
                files[part.name] = File(name[:_name_characters_max], part.raw)
    except (MultipartError, UnicodeError, LookupError, ValueError):
        raise _unreadable from None
    return Upload(fields, files)


def _file_name(part: MultipartPart) -> str | None:
    if part.filename is not None:
        return str(part.filename)
    disposition = part.headers.get("Content-Disposition", "")
    found = _extended.search(disposition)
    return unquote(found[1]) if found else None
