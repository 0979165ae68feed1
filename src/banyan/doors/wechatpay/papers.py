"""Pictures and films that providers show of merchants whom they bring."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from banyan.doors.wechatpay.endpoint import Call, endpoint
from banyan.doors.wechatpay.errors import bad
from banyan.pay.enrolments import AddPaper, PaperKind, add_paper

_SHA256 = 64
_IMAGE_MAX, _VIDEO_MAX = 2 << 20, 5 << 20
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"BM")
_FILMS = (b"RIFF", b"\x30\x26\xb2\x75", b"\x00\x00\x01", b"FLV", b"\x1a\x45\xdf\xa3", b".RMF")
_ftyp = b"ftyp"
"""Stands behind the length, in films of the kind of MP4."""


class PaperBody(msgspec.Struct, frozen=True, kw_only=True):
    """What the file is called, and its sum."""

    filename: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    sha256: Annotated[str, msgspec.Meta(min_length=_SHA256, max_length=_SHA256)]


@endpoint("POST", "/v3/merchant/media/upload")
async def upload_paper(call: Call, body: PaperBody) -> dict[str, Any]:
    """Take in a picture."""
    content = _check(call, body, _IMAGE_MAX)
    if not content.startswith(_PICTURES):
        raise bad("图片格式须为jpg、png或bmp", "file")
    return await _add(call, body, PaperKind.IMAGE, content)


@endpoint("POST", "/v3/merchant/media/video_upload")
async def upload_film(call: Call, body: PaperBody) -> dict[str, Any]:
    """Take in a film."""
    content = _check(call, body, _VIDEO_MAX)
    if not (content.startswith(_FILMS) or content[4:8] == _ftyp):
        raise bad("视频格式不支持", "file")
    return await _add(call, body, PaperKind.VIDEO, content)


def _check(call: Call, body: PaperBody, most: int) -> bytes:
    content = call.read_upload(body.sha256)
    if not content or len(content) > most:
        raise bad(f"文件大小不能超过{most >> 20}M", "file")
    return content


async def _add(call: Call, body: PaperBody, kind: PaperKind, content: bytes) -> dict[str, Any]:
    command = call.command(AddPaper, kind=kind, name=body.filename, content=content)
    return {"media_id": (await call.run(add_paper, command)).paper_id}
