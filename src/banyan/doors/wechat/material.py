"""Files that accounts keep."""

from __future__ import annotations

import msgspec

from banyan.doors.papers.posters import ORIGIN
from banyan.doors.wechat.endpoint import Bytes, Wire, endpoint
from banyan.doors.wechat.errors import WireError
from banyan.doors.wechat.media import (
    MediaIdQuery,
    TypeQuery,
    add_file,
    read_media_id,
    render_content,
)
from banyan.reach.media import (
    CountKept,
    DeleteMedia,
    Item,
    ListKept,
    MediaKind,
    ReadMedia,
    count_kept,
    delete_media,
    list_kept,
    read_item,
    read_media,
)

_pictures = frozenset({MediaKind.IMAGE, MediaKind.THUMB})
_listed = frozenset({"image", "voice", "video"})
_part_max = 20


class MaterialQuery(TypeQuery, frozen=True, kw_only=True):
    """What a file is to be; of a film also what to call it, as JSON."""

    description: str = ""


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """What to call a film."""

    title: str = ""
    introduction: str = ""


class ListBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/material/batchget_material`."""

    type: str = ""
    offset: int = 0
    count: int = 20


@endpoint("POST", "/cgi-bin/material/add_material", is_said_ok=False)
async def add_material(wire: Wire, query: MaterialQuery) -> dict[str, object]:
    """Take a file in to keep it."""
    told = _read_description(query)
    item = await add_file(
        wire, query.type, is_kept=True, title=told.title, introduction=told.introduction
    )
    url = {"url": ORIGIN.file_link(item.file)} if item.kind in _pictures else {}
    return {"media_id": item.media_id, **url}


@endpoint("POST", "/cgi-bin/material/get_material", is_said_ok=False)
async def get_material(wire: Wire, body: MediaIdQuery) -> Bytes | dict[str, object]:
    """A file as it is; of a film what it is called and where it is."""
    command = ReadMedia(**wire.own, media_id=read_media_id(body.media_id))
    item = await wire.run(read_item, command)
    if item.kind is not MediaKind.VIDEO:
        return render_content(await wire.run(read_media, command))
    return {
        "title": item.title,
        "description": item.introduction,
        "down_url": ORIGIN.file_link(item.file),
    }


@endpoint("POST", "/cgi-bin/material/del_material")
async def delete_material(wire: Wire, body: MediaIdQuery) -> None:
    """Keep a file no more."""
    command = DeleteMedia(**wire.own, media_id=read_media_id(body.media_id))
    await wire.run(delete_media, command)


@endpoint("GET", "/cgi-bin/material/get_materialcount")
async def count_material(wire: Wire) -> dict[str, object]:
    """How many files the account keeps."""
    counts = await wire.run(count_kept, CountKept(**wire.own))
    return {
        "voice_count": counts.voice,
        "video_count": counts.video,
        "image_count": counts.image,
        "news_count": 0,
    }


@endpoint("POST", "/cgi-bin/material/batchget_material", is_said_ok=False)
async def list_material(wire: Wire, body: ListBody) -> dict[str, object]:
    """Some of the files that the account keeps, the newest first."""
    if body.type not in _listed:
        raise WireError(40004, "invalid media type")
    if not 1 <= body.count <= _part_max:
        raise WireError(40097, "invalid args: count")
    command = wire.command(ListKept, kind=body.type, offset=body.offset, limit=body.count)
    part = await wire.run(list_kept, command)
    return {
        "item": [_render(item) for item in part.items],
        "total_count": part.total,
        "item_count": len(part.items),
    }


def _read_description(query: MaterialQuery) -> Description:
    if query.type != MediaKind.VIDEO.value:
        return Description()
    try:
        return msgspec.json.decode(query.description, type=Description)
    except msgspec.MsgspecError:
        raise WireError(47001, "data format error: description") from None


def _render(item: Item) -> dict[str, object]:
    url = {"url": ORIGIN.file_link(item.file)} if item.kind in _pictures else {}
    return {
        "media_id": item.media_id,
        "name": item.title or item.name,
        "update_time": int(item.created_at.timestamp()),
        **url,
    }
