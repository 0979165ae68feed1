"""Makes official accounts, changes them and their menus."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.inputs import fill_rows
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.reach.channels import (
    ChannelId,
    ChannelKind,
    LeafButton,
    MenuButton,
    change_channel,
    create_channel,
    list_channels,
    read_channel,
    renew_secret,
    set_menu,
)
from banyan.reach.templates import read_once_form

COLUMNS = 3
LEAVES = 5
_wide = "/console/channel"


@at_desk(Permission.CHANNELS_READ)
async def show_channels(desk: Desk) -> Answer:
    """The one account, or the choice among several."""
    return await _show_all(desk, {})


@at_desk(Permission.CHANNELS_WRITE)
async def create(desk: Desk) -> Answer:
    """Make an account and show its secret, once."""
    form = desk.ask.form
    try:
        made = await desk.run(
            create_channel,
            kind=form.text("kind"),
            name=form.text("name"),
            welcome_text=form.text("welcome_text"),
        )
    except Failure as failure:
        return await _show_all(desk, desk.mistakes(failure), status=422)
    return await desk.page(
        "channel/secret.html", channel=made.channel, secret=made.secret, is_new=True
    )


async def _show_all(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    channels = (await desk.run(list_channels)).items
    return await desk.page("channel/page.html", status=status, errors=errors, channels=channels)


@at_desk(Permission.CHANNELS_READ)
async def show_channel(desk: Desk) -> Answer:
    """One account: its face and its menu; of a mini program its code."""
    channel_id = desk.ask.id("channel_id", ChannelId)
    found = await desk.run(read_channel, channel_id=channel_id)
    if found.channel.kind is ChannelKind.MINIAPP:
        return desk.ask.go(f"{_wide}/{channel_id:d}/app")
    return await _show(desk, {})


@at_desk(Permission.CHANNELS_WRITE)
async def change(desk: Desk) -> Answer:
    """Change name and welcome text."""
    form, channel_id = desk.ask.form, desk.ask.id("channel_id", ChannelId)
    try:
        await desk.run(
            change_channel,
            channel_id=channel_id,
            name=form.text("name"),
            welcome_text=form.text("welcome_text"),
            oauth_domain=form.text("oauth_domain"),
        )
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure), status=422, part="face")
    return desk.ask.go(f"{_wide}/{channel_id:d}", mark("Saved."))


@at_desk(Permission.CHANNELS_WRITE)
async def write_menu(desk: Desk) -> Answer:
    """Rewrite the menu."""
    channel_id = desk.ask.id("channel_id", ChannelId)
    try:
        await desk.run(set_menu, channel_id=channel_id, buttons=_typed_menu(desk))
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure), status=422, part="menu")
    return desk.ask.go(f"{_wide}/{channel_id:d}", mark("The menu was saved."))


def _typed_menu(desk: Desk) -> list[MenuButton]:
    """The menu as typed: a button with entries opens them, one without does something itself."""
    buttons: list[tuple[int, Mapping[str, object]]] = []
    for column in range(COLUMNS):
        name = desk.ask.form.text(f"name-{column}")
        rows = [
            (column * 10 + leaf, _button(desk, f"{column}-{leaf}"))
            for leaf in range(LEAVES)
            if desk.ask.form.text(f"name-{column}-{leaf}")
        ]
        if not name and not rows:
            continue
        if rows:
            leaves = fill_rows(LeafButton, rows)
            buttons.append((column, {"name": name, "buttons": leaves}))
        else:
            buttons.append((column, _button(desk, str(column))))
    return fill_rows(MenuButton, buttons)


def _button(desk: Desk, number: str) -> dict[str, object]:
    form = desk.ask.form
    kind = form.text(f"kind-{number}") or "view"
    what = form.text(f"what-{number}")
    return {
        "name": form.text(f"name-{number}"),
        "kind": kind,
        "url": what if kind == "view" else "",
        "key": what if kind == "click" else "",
    }


@at_desk(Permission.CHANNELS_WRITE)
async def renew(desk: Desk) -> Answer:
    """Have another secret, and show it once."""
    made = await desk.run(renew_secret, channel_id=desk.ask.id("channel_id", ChannelId))
    return await desk.page(
        "channel/secret.html", channel=made.channel, secret=made.secret, is_new=False
    )


async def _show(
    desk: Desk, errors: Mapping[str, str], *, status: int = 200, part: str = ""
) -> Answer:
    channel_id = desk.ask.id("channel_id", ChannelId)
    found = await desk.run(read_channel, channel_id=channel_id)
    typed = desk.ask.form if part == "menu" else None
    menu = [
        [
            {
                "number": number,
                "name": typed.text(f"name-{number}") if typed else (one.name if one else ""),
                "kind": typed.text(f"kind-{number}") if typed else (one and one.kind) or "view",
                "what": typed.text(f"what-{number}") if typed else (one and (one.url or one.key)),
            }
            for number, one in _numbered(found.menu, column)
        ]
        for column in range(COLUMNS)
    ]
    once = None
    if found.channel.kind in {ChannelKind.SERVICE, ChannelKind.SUBSCRIPTION}:
        once = await desk.run(read_once_form, channel_id=channel_id)
    return await desk.page(
        "channel/channel.html",
        status=status,
        errors=errors,
        part=part,
        channel=found.channel,
        count=found.followers_count,
        menu=menu,
        once=once,
    )


def _numbered(
    menu: list[MenuButton], column: int
) -> list[tuple[str, MenuButton | LeafButton | None]]:
    """The button of a column and its entries, with blank ones up to what a menu holds."""
    button = menu[column] if column < len(menu) else None
    leaves = list(button.buttons) if button else []
    blank = [None] * (LEAVES - len(leaves))
    rows: list[tuple[str, MenuButton | LeafButton | None]] = [(str(column), button)]
    return rows + [(f"{column}-{place}", one) for place, one in enumerate([*leaves, *blank])]


ROUTES = (
    PageRoute("GET", _wide, show_channels),
    PageRoute("POST", _wide, create),
    PageRoute("GET", f"{_wide}/{{channel_id}}", show_channel),
    PageRoute("POST", f"{_wide}/{{channel_id}}", change),
    PageRoute("POST", f"{_wide}/{{channel_id}}/menu", write_menu),
    PageRoute("POST", f"{_wide}/{{channel_id}}/secret", renew),
)
