"""Files that accounts keep."""

from __future__ import annotations

import msgspec

from banyan.base.errors import NotFound
from banyan.doors.papers.posters import ORIGIN
from banyan.doors.wechat.articles import PartBody, find_urls, list_part, render_pack
from banyan.doors.wechat.endpoint import Bytes, Wire, endpoint
from banyan.doors.wechat.errors import WireError
from banyan.doors.wechat.media import (
    MediaIdQuery,
    TypeQuery,
    add_file,
    read_media_id,
    render_content,
)
from banyan.reach.articles import (
    DeletePack,
    ListPacks,
    PackState,
    ReadPack,
    delete_pack,
    list_packs,
    read_pack,
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
    """A file as it is; of a film what it is called and where it is; or a pack of articles."""
    command = ReadMedia(**wire.own, media_id=read_media_id(body.media_id))
    try:
        item = await wire.run(read_item, command)
    except NotFound:
        return await _read_news(wire, command.media_id)
    if item.kind is not MediaKind.VIDEO:
        return render_content(await wire.run(read_media, command))
    return {
        "title": item.title,
        "description": item.introduction,
        "down_url": ORIGIN.file_link(item.file),
    }


@endpoint("POST", "/cgi-bin/material/del_material")
async def delete_material(wire: Wire, body: MediaIdQuery) -> None:
    """Keep a file, or a pack of articles, no more."""
    media_id = read_media_id(body.media_id)
    try:
        await wire.run(delete_media, DeleteMedia(**wire.own, media_id=media_id))
    except NotFound:
        command = DeletePack(**wire.own, media_id=media_id, state=PackState.MATERIAL)
        await wire.run(delete_pack, command)


@endpoint("GET", "/cgi-bin/material/get_materialcount")
async def count_material(wire: Wire) -> dict[str, object]:
    """How many files the account keeps."""
    counts = await wire.run(count_kept, CountKept(**wire.own))
    packs = await wire.run(list_packs, ListPacks(**wire.own, state=PackState.MATERIAL, limit=1))
    return {
        "voice_count": counts.voice,
        "video_count": counts.video,
        "image_count": counts.image,
        "news_count": packs.total,
    }


@endpoint("POST", "/cgi-bin/material/batchget_material", is_said_ok=False)
async def list_material(wire: Wire, body: ListBody) -> dict[str, object]:
    """Some of the files that the account keeps, the newest first."""
    if body.type == "news":
        part = PartBody(offset=body.offset, count=body.count)
        return await list_part(wire, PackState.MATERIAL, part)
    if body.type not in _listed:
        raise WireError(40004, "invalid media type")
    if not 1 <= body.count <= _part_max:
        raise WireError(40097, "invalid args: count")
    command = wire.command(ListKept, kind=body.type, offset=body.offset, limit=body.count)
    kept = await wire.run(list_kept, command)
    return {
        "item": [_render(item) for item in kept.items],
        "total_count": kept.total,
        "item_count": len(kept.items),
    }


async def _read_news(wire: Wire, media_id: str) -> dict[str, object]:
    pack = await wire.run(read_pack, ReadPack(**wire.own, media_id=media_id))
    if pack.state is not PackState.MATERIAL:
        raise WireError(40007, "invalid media_id")
    return render_pack(pack, await find_urls(wire, [pack]))


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
