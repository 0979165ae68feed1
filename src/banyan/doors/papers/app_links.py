"""What the codes of mini programs say: which page to open, with what, and by which way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

import msgspec

from banyan.doors.papers.posters import ORIGIN
from banyan.reach.applinks import AppLink, LinkKind
from banyan.reach.miniapps import Env

SQUARE_ENTRY = 1011
"""The way in by a code of squares."""
LINK_ENTRY = 1065
"""The way in by a link."""
_names = {"page": "p", "query": "q", "scene": "s", "env": "e", "entry": "w"}
"""Short, so that codes stay coarse."""


_scheme = "weixin://dl/business/?t="
_short = "#小程序://"
_token = re.compile(r"[A-Za-z0-9_-]{22}")


class AppPlace(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A page of a mini program, and what it is opened with."""

    page: str = ""
    query: str = ""
    scene: str = ""
    env: Env = Env.RELEASE
    entry: int = SQUARE_ENTRY
    """By which way, as the protocol numbers it: here a code of squares."""


def render_app_link(appid: str, place: AppPlace) -> str:
    """The address of a page of a mini program. Raises Trouble `places.no_address`."""
    return ORIGIN.app_link(render_app_path(appid, place))


def render_app_path(appid: str, place: AppPlace) -> str:
    """The same, within this server."""
    told = {_names[name]: value for name, value in msgspec.to_builtins(place).items()}
    return f"/m/{appid}?{urlencode(told, safe='/')}" if told else f"/m/{appid}"


def parse_app_place(query: Mapping[str, str]) -> AppPlace | None:
    """What the query of such an address says; None for what cannot be."""
    told = {name: query[short] for name, short in _names.items() if query.get(short)}
    try:
        return msgspec.convert(told, AppPlace, strict=False)
    except msgspec.ValidationError:
        return None


def render_link(link: AppLink, name: str) -> str:
    """How a link to a mini program of this name is written. Raises Trouble `places.no_address`."""
    match link.kind:
        case LinkKind.URL:
            return ORIGIN.app_url(link.token)
        case LinkKind.SHORT:
            return "/".join([f"{_short}{name}", *([link.title] if link.title else []), link.token])
        case LinkKind.SCHEME | LinkKind.NFC:
            return f"{_scheme}{link.token}"


def find_token(text: str) -> str:
    """The token of a link to a mini program, however it is written; empty for anything else."""
    if text.startswith(_scheme):
        token = text.removeprefix(_scheme)
    elif text.startswith(_short):
        token = text.rpartition("/")[2]
    else:
        try:
            path = urlsplit(text).path
        except ValueError:
            return ""
        token = path.removeprefix("/l/") if path.startswith("/l/") else ""
    return token if _token.fullmatch(token) else ""
