"""What the codes of mini programs say: which page to open, with what, and by which way."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec

from banyan.doors.papers.posters import ORIGIN
from banyan.reach.miniapps import Env

_names = {"page": "p", "query": "q", "scene": "s", "env": "e", "entry": "w"}
"""Short, so that codes stay coarse."""


class AppPlace(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A page of a mini program, and what it is opened with."""

    page: str = ""
    query: str = ""
    scene: str = ""
    env: Env = Env.RELEASE
    entry: int = 1011
    """By which way, as the protocol numbers it: here a code of squares."""


def render_app_link(appid: str, place: AppPlace) -> str:
    """The address of a page of a mini program. Raises Trouble `places.no_address`."""
    told = {_names[name]: value for name, value in msgspec.to_builtins(place).items()}
    link = ORIGIN.app_link(appid)
    return f"{link}?{urlencode(told, safe='/')}" if told else link


def parse_app_place(query: Mapping[str, str]) -> AppPlace | None:
    """What the query of such an address says; None for what cannot be."""
    told = {name: query[short] for name, short in _names.items() if query.get(short)}
    try:
        return msgspec.convert(told, AppPlace, strict=False)
    except msgspec.ValidationError:
        return None
