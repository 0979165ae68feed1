"""Files that programs upload: what is signed is the text beside the file."""

from __future__ import annotations

import io
from dataclasses import dataclass

from multipart import MultipartError, MultipartParser, parse_options_header

from banyan.doors.wechatpay.errors import bad

_parts_max = 10
_boundary_max = 200
_name_max = 200


@dataclass(frozen=True, slots=True)
class Upload:
    """What was uploaded; the name is only what the program says it is."""

    meta: bytes
    name: str
    content: bytes


def is_upload(media_type: str) -> bool:
    """Whether a body is a form of several parts."""
    return media_type.lower().startswith("multipart/form-data")


def parse_upload(media_type: str, body: bytes) -> Upload:
    """The parts of a form; where the header names no boundary the first line does.

    Raises WireError `PARAM_ERROR`.
    """
    _, options = parse_options_header(media_type)
    boundary = options.get("boundary", "")
    if not boundary:
        first = body[: _boundary_max + 2].partition(b"\r\n")[0]
        boundary = first.removeprefix(b"--").decode("latin-1")
    meta, name, content = b"", "", None
    limit = len(body) + 1
    try:
        parser = MultipartParser(
            io.BytesIO(body),
            boundary,
            len(body),
            partsize_limit=limit,
            memory_limit=limit,
            spool_limit=limit,
            part_limit=_parts_max,
        )
        for part in parser:
            if part.name == "meta":
                meta = part.raw
            elif part.name == "file":
                name, content = (part.filename or "")[:_name_max], part.raw
    except (MultipartError, UnicodeError, LookupError, ValueError):
        raise bad("无法解析上传内容") from None
    if not meta or content is None:
        raise bad("缺少meta或file")
    return Upload(meta, name, content)
