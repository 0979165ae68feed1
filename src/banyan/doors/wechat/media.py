"""Files of accounts: temporary ones, pictures for texts, and films to send."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from banyan.base.errors import Invalid
from banyan.doors.papers.posters import ORIGIN
from banyan.doors.wechat.endpoint import SPEAKERS, Bytes, Wire, endpoint
from banyan.doors.wechat.errors import WireError
from banyan.reach.media import (
    AddMedia,
    AddPicture,
    DescribeVideo,
    Item,
    ItemContent,
    MediaKind,
    ReadMedia,
    add_media,
    add_picture,
    describe_video,
    read_item,
    read_media,
)

_kinds = frozenset(one.value for one in MediaKind)
_characters_max = 128
_too_large = {
    MediaKind.IMAGE: WireError(40009, "invalid image size"),
    MediaKind.VOICE: WireError(40010, "invalid voice size"),
    MediaKind.VIDEO: WireError(40011, "invalid video size"),
    MediaKind.THUMB: WireError(40012, "invalid thumb size"),
}
_file_bytes_max = 10 << 20


class TypeQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What a file is to be."""

    type: str = ""


class MediaIdQuery(msgspec.Struct, frozen=True, kw_only=True):
    """One of the account's files."""

    media_id: str = ""


class VideoBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/media/uploadvideo`."""

    media_id: str = ""
    title: str = ""
    description: str = ""


@endpoint("POST", "/cgi-bin/media/upload", kinds=SPEAKERS, daily_max=100_000, is_said_ok=False)
async def upload(wire: Wire, query: TypeQuery) -> dict[str, object]:
    """Take a file in for three days."""
    item = await add_file(wire, query.type)
    name = "thumb_media_id" if item.kind is MediaKind.THUMB else "media_id"
    return {
        "type": item.kind.value,
        name: item.media_id,
        "created_at": int(item.created_at.timestamp()),
    }


@endpoint("GET POST", "/cgi-bin/media/get", kinds=SPEAKERS, daily_max=200_000, is_said_ok=False)
async def download(wire: Wire, query: MediaIdQuery) -> Bytes | dict[str, object]:
    """A file as it is; of a film where it is."""
    command = ReadMedia(**wire.own, media_id=read_media_id(query.media_id))
    item = await wire.run(read_item, command)
    if item.kind is MediaKind.VIDEO:
        return {"video_url": ORIGIN.file_link(item.file)}
    return render_content(await wire.run(read_media, command))


@endpoint("POST", "/cgi-bin/media/uploadimg", is_said_ok=False)
async def upload_picture(wire: Wire) -> dict[str, object]:
    """Take in a picture for texts."""
    content = _read_file(wire, MediaKind.IMAGE)[1]
    with sized(MediaKind.IMAGE):
        picture = await wire.run(add_picture, AddPicture(**wire.own, content=content))
    return {"url": ORIGIN.file_link(picture.file)}


@endpoint("POST", "/cgi-bin/media/uploadvideo", is_said_ok=False)
async def upload_video(wire: Wire, body: VideoBody) -> dict[str, object]:
    """A film once more, with words to send it by."""
    command = wire.command(
        DescribeVideo,
        media_id=read_media_id(body.media_id),
        title=body.title,
        introduction=body.description,
    )
    item = await wire.run(describe_video, command)
    return {
        "type": "video",
        "media_id": item.media_id,
        "created_at": int(item.created_at.timestamp()),
    }


async def add_file(
    wire: Wire, kind: str, *, is_kept: bool = False, title: str = "", introduction: str = ""
) -> Item:
    """Take in the file that the call brought.

    Raises WireError 40004, 41005, the code of its kind when it is too large.
    """
    if kind not in _kinds:
        raise WireError(40004, "invalid media type")
    name, content = _read_file(wire, MediaKind(kind))
    command = wire.command(
        AddMedia,
        kind=kind,
        content=content,
        is_kept=is_kept,
        name=_shown(name),
        title=title,
        introduction=introduction,
    )
    with sized(command.kind):
        return await wire.run(add_media, command)


def read_media_id(given: str) -> str:
    """What the account calls a file. Raises WireError 41006, 40007."""
    if not given:
        raise WireError(41006, "media_id missing")
    if len(given) > _characters_max or not given.isprintable():
        raise WireError(40007, "invalid media_id")
    return given


def render_content(found: ItemContent) -> Bytes:
    """The file as its bytes."""
    ending = found.item.file.rpartition(".")[2]
    return Bytes(found.content, found.media_type, f"{found.item.media_id}.{ending}")


@contextmanager
def sized(kind: MediaKind) -> Iterator[None]:
    """Say of which kind a file is that is too large."""
    try:
        yield
    except Invalid as failure:
        if failure.code == "media.too_large":
            raise _too_large[kind] from None
        raise


def _read_file(wire: Wire, kind: MediaKind) -> tuple[str, bytes]:
    file = wire.upload.take()
    if len(file.content) > _file_bytes_max:
        raise _too_large[kind]
    return file.name, file.content


def _shown(name: str) -> str:
    return "".join(one for one in name.replace("\\", "/").rpartition("/")[2] if one.isprintable())
