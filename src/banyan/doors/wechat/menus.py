"""Menus: the one for all, those for some followers, and which of them somebody sees."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Any, TypeVar

import msgspec

from banyan.base.errors import Invalid, NotFound
from banyan.doors.wechat.endpoint import Wire, endpoint
from banyan.doors.wechat.errors import WireError, error_of
from banyan.reach.articles import (
    PackState,
    ReadPack,
    ReadPublished,
    read_pack,
    read_published,
)
from banyan.reach.channels import (
    ButtonKind,
    LeafButton,
    MenuButton,
    Openid,
    SetMenu,
    list_actions,
    set_menu,
)
from banyan.reach.media import ReadMedia, read_item
from banyan.reach.menus import (
    DEFAULT_NUMBER,
    AddMenu,
    DeleteMenu,
    DeleteMenus,
    Platform,
    ReadMenus,
    Rule,
    TryMatch,
    add_menu,
    delete_menu,
    delete_menus,
    read_menus,
    try_match,
)

R = TypeVar("R")
C = TypeVar("C")

_leaves_max = 5
_of_leaf = {40017: 40024, 40018: 40025, 40019: 40026, 40020: 40027}
"""What WeChat says of a button inside another."""
_kinds = frozenset(one.value for one in ButtonKind)
_fields = ("key", "url", "media_id", "article_id", "appid", "pagepath")
_platforms = {1: Platform.IOS, 2: Platform.ANDROID, 3: Platform.OTHER}
_platform_numbers = {platform: number for number, platform in _platforms.items()}
_no_menu = WireError(46003, "menu no exist")
_places = (
    ("].name`", WireError(40018, "invalid button name size")),
    ("].key`", WireError(40019, "invalid button key size")),
    ("].url`", WireError(40020, "invalid button url size")),
    ("`$.buttons`", WireError(40016, "invalid button size")),
)
"""What is wrong with a menu whose texts are longer than any may be."""

Given = str | int | None


class ButtonBody(msgspec.Struct, frozen=True, kw_only=True):
    """A button as programs write it."""

    name: str = ""
    type: str = ""
    key: str = ""
    url: str = ""
    media_id: str = ""
    article_id: str = ""
    appid: str = ""
    pagepath: str = ""
    sub_button: list[ButtonBody] = []


class MenuBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/menu/create`."""

    button: list[ButtonBody] = []


class MatchRule(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a menu is for, in numbers that may be given as text."""

    tag_id: Given = None
    group_id: Given = None
    client_platform_type: Given = None
    sex: Given = None
    country: str = ""
    province: str = ""
    city: str = ""
    language: str = ""


class ConditionalBody(MenuBody, frozen=True, kw_only=True):
    """The body of `/cgi-bin/menu/addconditional`."""

    matchrule: MatchRule = MatchRule()


class MenuIdBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/menu/delconditional`."""

    menuid: Given = None


class MatchBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/menu/trymatch`."""

    user_id: str = ""


@endpoint("POST", "/cgi-bin/menu/create", daily_max=1_000)
async def create_menu(wire: Wire, body: MenuBody) -> None:
    """Rewrite the menu for all."""
    command = _command(wire, SetMenu, buttons=_read_buttons(body.button))
    if not command.buttons:
        raise WireError(40016, "invalid button size")
    await _check_content(wire, command.buttons)
    await _place(wire.run(set_menu, command))


@endpoint("GET", "/cgi-bin/menu/get", daily_max=10_000)
async def get_menu(wire: Wire) -> dict[str, object]:
    """All menus; numbers only where there are several."""
    menus = await wire.run(read_menus, ReadMenus(**wire.own))
    if not menus.buttons:
        raise _no_menu
    told: dict[str, object] = {"button": _render_buttons(menus.buttons)}
    if not menus.conditional:
        return {"menu": told}
    conditional = [
        {
            "button": _render_buttons(one.buttons),
            "matchrule": _render_rule(one.rule),
            "menuid": one.menu_number,
        }
        for one in menus.conditional
    ]
    return {"menu": told | {"menuid": DEFAULT_NUMBER}, "conditionalmenu": conditional}


@endpoint("GET", "/cgi-bin/menu/delete", daily_max=1_000, is_said_ok=True)
async def remove_menus(wire: Wire) -> None:
    """Delete all menus, those for some followers too."""
    await wire.run(delete_menus, DeleteMenus(**wire.own))


@endpoint("GET", "/cgi-bin/get_current_selfmenu_info", daily_max=10_000)
async def get_current_menu(wire: Wire) -> dict[str, object]:
    """The menu for all, as whoever looks at the account's settings sees it."""
    menus = await wire.run(read_menus, ReadMenus(**wire.own))
    buttons = [
        {**_render_leaf(one), "sub_button": {"list": [_render_leaf(leaf) for leaf in one.buttons]}}
        if one.buttons
        else _render_leaf(one)
        for one in menus.buttons
    ]
    return {"is_menu_open": int(bool(buttons)), "selfmenu_info": {"button": buttons}}


@endpoint("POST", "/cgi-bin/menu/addconditional", daily_max=2_000, is_said_ok=False)
async def add_conditional(wire: Wire, body: ConditionalBody) -> dict[str, object]:
    """Add a menu for some followers."""
    if not body.button:
        raise WireError(65307, "conditional menu is empty")
    rule = _read_rule(body.matchrule)
    command = _command(wire, AddMenu, buttons=_read_buttons(body.button), rule=rule)
    await _check_content(wire, command.buttons)
    made = await _place(wire.run(add_menu, command))
    return {"menuid": str(made.menu_number)}


@endpoint("POST", "/cgi-bin/menu/delconditional", daily_max=2_000)
async def delete_conditional(wire: Wire, body: MenuIdBody) -> None:
    """Delete one menu for some followers."""
    number = _number(body.menuid, 65301, "no this menuid")
    if number is None:
        raise WireError(65301, "no this menuid")
    await wire.run(delete_menu, wire.command(DeleteMenu, menu_number=number))


@endpoint("POST", "/cgi-bin/menu/trymatch", daily_max=20_000, is_said_ok=False)
async def match_menu(wire: Wire, body: MatchBody) -> dict[str, object]:
    """The menu that a follower sees."""
    try:
        openid = msgspec.convert(body.user_id, Openid)
    except msgspec.ValidationError:
        raise WireError(65302, "no such user") from None
    menu = await wire.run(try_match, TryMatch(**wire.own, openid=openid))
    if not menu.buttons:
        raise _no_menu
    return {"button": _render_buttons(menu.buttons)}


async def _check_content(wire: Wire, buttons: Sequence[MenuButton]) -> None:
    """Raise WireError 40007 or 53600 for a button that shows what the account has not."""
    for one in list_actions(buttons):
        if one.media_id:
            await _check_media(wire, one.media_id)
        if one.article_id:
            await wire.run(read_published, ReadPublished(**wire.own, article_id=one.article_id))


async def _check_media(wire: Wire, media_id: str) -> None:
    try:
        item = await wire.run(read_item, ReadMedia(**wire.own, media_id=media_id))
        is_kept = item.expires_at is None
    except NotFound:
        pack = await wire.run(read_pack, ReadPack(**wire.own, media_id=media_id))
        is_kept = pack.state is PackState.MATERIAL
    if not is_kept:
        raise WireError(40007, "invalid media_id")


async def _place(running: Awaitable[R]) -> R:
    """What a command for a menu answers; mistakes inside a submenu have codes of their own."""
    try:
        return await running
    except Invalid as failure:
        error = error_of(failure)
        if "." in str(failure.fields.get("button", "")):
            errcode = _of_leaf.get(error.errcode, error.errcode)
            raise WireError(errcode, error.errmsg.replace("button", "subbutton")) from None
        raise error from None


def _read_buttons(given: Sequence[ButtonBody]) -> list[dict[str, Any]]:
    buttons: list[dict[str, Any]] = []
    for button in given:
        if len(button.sub_button) > _leaves_max:
            raise WireError(40023, "invalid subbutton size")
        if any(leaf.sub_button for leaf in button.sub_button):
            raise WireError(40022, "invalid subbutton level")
        if button.sub_button:
            leaves = [_read_leaf(leaf, 40024) for leaf in button.sub_button]
            buttons.append({"name": _name(button, 40018), "buttons": leaves})
        else:
            buttons.append(_read_leaf(button, 40017))
    return buttons


def _read_leaf(given: ButtonBody, errcode: int) -> dict[str, Any]:
    if given.type not in _kinds:
        raise WireError(errcode, "invalid button type")
    fields = {name: getattr(given, name) for name in _fields}
    name = _name(given, 40018 if errcode == 40017 else 40025)  # noqa: PLR2004 - WeChat's numbers
    return {"name": name, "kind": given.type, **fields}


def _name(given: ButtonBody, errcode: int) -> str:
    if not given.name.strip() or not given.name.isprintable():
        raise WireError(errcode, "invalid button name size")
    return given.name


def _read_rule(given: MatchRule) -> dict[str, Any]:
    wrong = "invalid matchrule"
    tag = _number(given.tag_id, 40035, wrong)
    platform = _number(given.client_platform_type, 40035, wrong)
    if platform is not None and platform not in _platforms:
        raise WireError(40035, "invalid client_platform_type")
    return {
        "tag_number": _number(given.group_id, 40035, wrong) if tag is None else tag,
        "platform": None if platform is None else _platforms[platform],
        "sex": _number(given.sex, 40035, wrong) or None,
        "country": given.country,
        "province": given.province,
        "city": given.city,
        "language": given.language,
    }


def _number(given: Given, errcode: int, errmsg: str) -> int | None:
    if given is None or given == "":
        return None
    text = str(given)
    if not (text.isascii() and text.isdigit() and len(text) <= 18):  # noqa: PLR2004 - fits a bigint
        raise WireError(errcode, errmsg)
    return int(text)


def _command(wire: Wire, kind: type[C], **fields: object) -> C:
    try:
        return wire.command(kind, **fields)
    except WireError as error:
        for place, mend in _places:
            if place in error.errmsg:
                raise mend from None
        raise


def _render_buttons(buttons: Sequence[MenuButton]) -> list[dict[str, object]]:
    return [
        {"name": one.name, "sub_button": [_render_full(leaf) for leaf in one.buttons]}
        if one.buttons
        else _render_full(one)
        for one in buttons
    ]


def _render_full(button: MenuButton | LeafButton) -> dict[str, object]:
    return {**_render_leaf(button), "sub_button": []}


def _render_leaf(button: MenuButton | LeafButton) -> dict[str, object]:
    kind = {"type": button.kind.value} if button.kind else {}
    told = {name: text for name in _fields if (text := getattr(button, name))}
    return {**kind, "name": button.name, **told}


def _render_rule(rule: Rule) -> dict[str, object]:
    told: dict[str, object] = {}
    if rule.tag_number is not None:
        told |= {"tag_id": str(rule.tag_number), "group_id": rule.tag_number}
    if rule.platform is not None:
        told["client_platform_type"] = _platform_numbers[rule.platform]
    if rule.sex is not None:
        told["sex"] = rule.sex
    for name in ("country", "province", "city", "language"):
        if text := getattr(rule, name):
            told[name] = text
    return told
