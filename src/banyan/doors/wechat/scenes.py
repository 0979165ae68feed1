"""Codes with a parameter, their pictures, and short keys for long texts."""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec

from banyan.base.errors import Failure, NotFound
from banyan.commerce.handouts import FindTicket as FindShelfTicket
from banyan.commerce.handouts import find_ticket as find_shelf_ticket
from banyan.doors.papers.posters import ORIGIN
from banyan.doors.wechat.endpoint import Bytes, Wire, endpoint
from banyan.doors.wechat.errors import WireError
from banyan.reach.scenes import (
    LIFE,
    CreateSceneCode,
    FindTicket,
    Lengthen,
    Shorten,
    create_scene_code,
    find_ticket,
    lengthen,
    shorten,
)
from banyan.wire.qr import render_jpeg

JPEG = "image/jpg"
_life_s = int(LIFE.total_seconds())
_month_s = 2_592_000
_short_length = 15
_temporary = frozenset({"QR_SCENE", "QR_STR_SCENE"})
_lasting = frozenset({"QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE"})

Number = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]


class SceneFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The parameter of a code."""

    scene_id: Number = 0
    scene_str: str = ""


class ActionInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a code is to say."""

    scene: SceneFacts | None = None


class CodeBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/qrcode/create`."""

    action_name: str = ""
    action_info: ActionInfo | None = None
    expire_seconds: Number = _life_s


class TicketQuery(msgspec.Struct, frozen=True, kw_only=True):
    """The query of `/cgi-bin/showqrcode`."""

    ticket: str = ""


class LongBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/shorten/gen`."""

    long_data: str = ""
    expire_seconds: Number = _month_s


class ShortBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/shorten/fetch`."""

    short_key: str = ""


@endpoint("POST", "/cgi-bin/qrcode/create", daily_max=100_000, is_said_ok=False)
async def create(wire: Wire, body: CodeBody) -> dict[str, object]:
    """Make a code; one that lasts is the same whenever it is asked for again."""
    if body.action_name not in _temporary | _lasting:
        raise WireError(40052, "invalid action name")
    scene = body.action_info.scene if body.action_info else None
    if scene is None:
        raise WireError(40053, "invalid action info")
    is_text = "STR" in body.action_name
    command = CreateSceneCode(
        **wire.own,
        number=0 if is_text else scene.scene_id,
        text=scene.scene_str if is_text else "",
        life_s=body.expire_seconds if body.action_name in _temporary else None,
    )
    code = await wire.run(create_scene_code, command)
    told: dict[str, object] = {"ticket": code.ticket}
    if command.life_s is not None:
        told["expire_seconds"] = command.life_s
    return told | {"url": ORIGIN.scene_link(code.token)}


@endpoint("GET", "/cgi-bin/showqrcode", has_token=False)
async def show(wire: Wire, query: TicketQuery) -> Bytes:
    """The picture of a code, for anybody who has its ticket."""
    try:
        link = await _find_link(wire, query.ticket)
    except Failure:
        return Bytes(b"", "text/plain", status=404)
    return Bytes(await asyncio.to_thread(render_jpeg, link), JPEG)


@endpoint("POST", "/cgi-bin/shorten/gen")
async def gen(wire: Wire, body: LongBody) -> dict[str, object]:
    """Have a short key for a text."""
    command = wire.command(Shorten, long_data=body.long_data, life_s=body.expire_seconds)
    return {"short_key": (await wire.run(shorten, command)).short_key}


@endpoint("POST", "/cgi-bin/shorten/fetch")
async def fetch(wire: Wire, body: ShortBody) -> dict[str, object]:
    """The text of a short key, and for how long yet."""
    key = body.short_key
    if len(key) != _short_length or not (key.isascii() and key.isalnum()):
        raise WireError(40035, "invalid parameter: short_key")
    found = await wire.run(lengthen, Lengthen(**wire.own, short_key=key))
    return {
        "long_data": found.long_data,
        "create_time": int(found.created_at.timestamp()),
        "expire_seconds": found.left_s,
    }


async def _find_link(wire: Wire, ticket: str) -> str:
    """What the code of a ticket says, be it the account's own or one that hands out cards."""
    try:
        return ORIGIN.scene_link((await wire.run(find_ticket, FindTicket(ticket=ticket))).token)
    except NotFound:
        shelf = await wire.run(find_shelf_ticket, FindShelfTicket(ticket=ticket))
        return ORIGIN.shelf_link(shelf.token)
