"""Ways into mini programs: codes, of which some are counted, and links of every sort."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import msgspec

from banyan.doors.papers.app_links import (
    SQUARE_ENTRY,
    AppPlace,
    find_token,
    render_app_link,
    render_link,
)
from banyan.doors.wechat.endpoint import APPS, Bytes, Wire, endpoint, lacking
from banyan.doors.wechat.errors import WireError
from banyan.reach.applinks import (
    CountCode,
    CreateLink,
    LinkInFull,
    LinkKind,
    ReadLink,
    Shape,
    check_scene,
    count_code,
    create_link,
    read_link,
)
from banyan.reach.miniapps import Env, HasPage, has_page
from banyan.wire.qr import render_dots, render_jpeg

_width_min, _width_max = 280, 1_280
_path_max = 1_024
_round_entry = 1047
"""The way in by a code of mini programs."""
_links_a_day = 500_000
Number = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]
Shade = Annotated[int, msgspec.Meta(ge=0, le=255)]


class LineColour(msgspec.Struct, frozen=True, kw_only=True):
    """The colour of a code's dots."""

    r: Shade = 0
    g: Shade = 0
    b: Shade = 0


class LookBody(msgspec.Struct, frozen=True, kw_only=True):
    """How a code is drawn."""

    width: Number = 430
    auto_color: bool = False
    line_color: LineColour = LineColour()
    is_hyaline: bool = False
    env_version: str = "release"


class CodeBody(LookBody, frozen=True, kw_only=True):
    """The body of `/wxa/getwxacode`."""

    path: str = ""


class SceneBody(LookBody, frozen=True, kw_only=True):
    """The body of `/wxa/getwxacodeunlimit`."""

    scene: str = ""
    page: str = ""
    check_path: bool = True


class SquareBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/wxaapp/createwxaqrcode`."""

    path: str = ""
    width: Number = 430


class LifeBody(msgspec.Struct, frozen=True, kw_only=True):
    """When a link ends."""

    is_expire: bool = False
    expire_type: Number = 0
    expire_time: Number = 0
    expire_interval: Number = 0


class UrlBody(LifeBody, frozen=True, kw_only=True):
    """The body of `/wxa/generate_urllink`."""

    path: str = ""
    query: str = ""
    env_version: str = "release"


class JumpPart(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the mini program."""

    path: str = ""
    query: str = ""
    env_version: str = "release"


class SchemeBody(LifeBody, frozen=True, kw_only=True):
    """The body of `/wxa/generatescheme`."""

    jump_wxa: JumpPart = JumpPart()


class NfcBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/wxa/generatenfcscheme`."""

    jump_wxa: JumpPart = JumpPart()
    model_id: str = ""
    sn: str = ""


class ShortBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/wxa/genwxashortlink`."""

    page_url: str = ""
    page_title: str = ""
    is_permanent: bool = False


class AskSchemeBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/wxa/queryscheme`."""

    scheme: str = ""


class AskUrlBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/wxa/query_urllink`."""

    url_link: str = ""


@lacking("a colour chosen by itself")
@endpoint("POST", "/wxa/getwxacode", kinds=APPS)
async def getwxacode(wire: Wire, body: CodeBody) -> Bytes:
    """A code of dots for a page; each page is counted once."""
    place = _place(body.path, body.env_version, _round_entry)
    _check_width(body.width)
    await wire.run(count_code, wire.command(CountCode, shape=Shape.ROUND.value, path=body.path))
    return await _draw(wire, body, place)


@lacking("a colour chosen by itself")
@endpoint("POST", "/wxa/getwxacodeunlimit", kinds=APPS, minute_max=5_000)
async def getwxacodeunlimit(wire: Wire, body: SceneBody) -> Bytes:
    """A code of dots with a parameter, as many as one likes."""
    check_scene(body.scene)
    _check_width(body.width)
    page = body.page
    if page and (page.startswith("/") or "?" in page or len(page) > _path_max):
        raise WireError(41030, "invalid page")
    if body.check_path and page and not await wire.run(has_page, HasPage(**wire.own, page=page)):
        raise WireError(41030, "invalid page")
    place = AppPlace(
        page=page, scene=body.scene, env=_env(body.env_version, 40097), entry=_round_entry
    )
    return await _draw(wire, body, place)


@endpoint("POST", "/cgi-bin/wxaapp/createwxaqrcode", kinds=APPS)
async def createwxaqrcode(wire: Wire, body: SquareBody) -> Bytes:
    """A code of squares for a page; each page is counted once."""
    place = _place(body.path, "release", SQUARE_ENTRY)
    _check_width(body.width)
    await wire.run(count_code, wire.command(CountCode, shape=Shape.SQUARE.value, path=body.path))
    text = render_app_link(wire.channel.appid, place)
    return Bytes(await asyncio.to_thread(render_jpeg, text, body.width), "image/jpeg", "code.jpg")


@endpoint("POST", "/wxa/generatescheme", kinds=APPS, daily_max=_links_a_day)
async def generatescheme(wire: Wire, body: SchemeBody) -> dict[str, str]:
    """An address that the phone app answers to."""
    return {"openlink": await _make(wire, LinkKind.SCHEME, body.jump_wxa, **_life(body))}


@endpoint("POST", "/wxa/generatenfcscheme", kinds=APPS)
async def generatenfcscheme(wire: Wire, body: NfcBody) -> dict[str, str]:
    """What is written on a tag that a phone is held to; it lasts."""
    if not body.model_id:
        raise WireError(40097, "invalid args: model_id")
    told = {"model_id": body.model_id, "serial_no": body.sn, "is_lasting": True}
    return {"openlink": await _make(wire, LinkKind.NFC, body.jump_wxa, **told)}


@lacking("pages of the cloud")
@endpoint("POST", "/wxa/generate_urllink", kinds=APPS, daily_max=_links_a_day)
async def generate_urllink(wire: Wire, body: UrlBody) -> dict[str, str]:
    """An address of the web."""
    jump = JumpPart(path=body.path, query=body.query, env_version=body.env_version)
    return {"url_link": await _make(wire, LinkKind.URL, jump, **_life(body))}


@endpoint("POST", "/wxa/genwxashortlink", kinds=APPS)
async def genwxashortlink(wire: Wire, body: ShortBody) -> dict[str, str]:
    """A text to copy into a conversation."""
    path, _, query = body.page_url.partition("?")
    if not path:
        raise WireError(40225, "invalid page path")
    told = {"title": body.page_title.replace("/", ""), "is_lasting": body.is_permanent}
    jump = JumpPart(path=path, query=query)
    return {"link": await _make(wire, LinkKind.SHORT, jump, **told)}


@endpoint("POST", "/wxa/queryscheme", kinds=APPS)
async def queryscheme(wire: Wire, body: AskSchemeBody) -> dict[str, object]:
    """What an address for the phone app is."""
    found = await _ask(wire, LinkKind.SCHEME, body.scheme)
    return {"scheme_info": _info(wire, found), "quota_info": _quota(found)}


@endpoint("POST", "/wxa/query_urllink", kinds=APPS)
async def query_urllink(wire: Wire, body: AskUrlBody) -> dict[str, object]:
    """What an address of the web is."""
    found = await _ask(wire, LinkKind.URL, body.url_link)
    return {"url_link_info": _info(wire, found), "quota_info": _quota(found)}


async def _make(wire: Wire, kind: LinkKind, jump: JumpPart, **told: object) -> str:
    if len(jump.query) > _path_max:
        raise WireError(40212, "invalid query")
    command = wire.command(
        CreateLink,
        kind=kind.value,
        page=jump.path,
        query=jump.query,
        env=_env(jump.env_version, 85402).value,
        **told,
    )
    return render_link(await wire.run(create_link, command), wire.channel.name)


async def _ask(wire: Wire, kind: LinkKind, text: str) -> LinkInFull:
    token = find_token(text)
    if not token:
        raise WireError(85403, "link not found")
    return await wire.run(read_link, ReadLink(**wire.own, kind=kind, token=token))


def _info(wire: Wire, found: LinkInFull) -> dict[str, object]:
    link = found.link
    return {
        "appid": wire.channel.appid,
        "path": link.page,
        "query": link.query,
        "create_time": int(link.created_at.timestamp()),
        "expire_time": int(link.expires_at.timestamp()) if link.expires_at else 0,
        "env_version": link.env.value,
    }


def _quota(found: LinkInFull) -> dict[str, int]:
    return {"remain_visit_quota": found.visits_left}


def _life(body: LifeBody) -> dict[str, object]:
    """When the link shall end: as late as can be if nothing is said. Raises WireError 85401."""
    if not body.is_expire:
        return {}
    if body.expire_type == 1:
        return {"life_days": max(min(body.expire_interval, 2**31), -1)}
    try:
        return {"expires_at": datetime.fromtimestamp(body.expire_time, UTC)}
    except (OverflowError, ValueError, OSError):
        raise WireError(85401, "expire time out of range") from None


def _place(path: str, env: str, entry: int) -> AppPlace:
    """Where a counted code leads. Raises WireError 40159, 40097."""
    if not path or len(path) > _path_max or not path.isprintable():
        raise WireError(40159, "invalid length for path, or the data is not json string")
    page, _, query = path.removeprefix("/").partition("?")
    return AppPlace(page=page, query=query, env=_env(env, 40097), entry=entry)


def _env(text: str, errcode: int) -> Env:
    try:
        return Env(text)
    except ValueError:
        raise WireError(errcode, "invalid args: env_version") from None


def _check_width(width: int) -> None:
    if not _width_min <= width <= _width_max:
        raise WireError(40097, "invalid args: width")


async def _draw(wire: Wire, look: LookBody, place: AppPlace) -> Bytes:
    """The picture; a colour chosen for one is black."""
    text = render_app_link(wire.channel.appid, place)
    colour = look.line_color
    shade = (0, 0, 0) if look.auto_color else (colour.r, colour.g, colour.b)
    picture = await asyncio.to_thread(
        render_dots, text, look.width, colour=shade, is_clear=look.is_hyaline
    )
    ending, media_type = ("png", "image/png") if look.is_hyaline else ("jpg", "image/jpeg")
    return Bytes(picture, media_type, f"code.{ending}")
