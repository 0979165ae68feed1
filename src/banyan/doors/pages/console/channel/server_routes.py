"""Names an account's own server, and shows what it was told and what came of it."""

from __future__ import annotations

import secrets
import string
from collections.abc import Mapping

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.reach.channels import ChannelId, read_channel
from banyan.reach.pushes import (
    PushId,
    list_pushes,
    read_server,
    remove_server,
    replay_push,
    set_server,
)
from banyan.reach.tokens import read_allowed, set_allowed

_letters = string.ascii_letters + string.digits
_token_length = 32
_aes_key_length = 43


@at_desk(Permission.CHANNELS_READ)
async def show_server(desk: Desk) -> Answer:
    """The server, the one that is being asked, and the latest of what was told."""
    return await _show(desk, {})


@at_desk(Permission.CHANNELS_WRITE)
async def name_server(desk: Desk) -> Answer:
    """Name a server, which is asked at once."""
    form = desk.ask.form
    try:
        await desk.run(
            set_server,
            channel_id=desk.ask.id("channel_id", ChannelId),
            url=form.text("url"),
            token=form.text("token"),
            aes_key=form.text("aes_key"),
            mode=form.text("mode"),
            format=form.text("format") or "xml",
        )
    except Failure as failure:
        places = {"pushes.url_malformed": "url"}
        return await _show(desk, desk.mistakes(failure, places), status=422)
    return desk.ask.go(_home(desk), mark("The server is being asked. Look again in a moment."))


@at_desk(Permission.CHANNELS_WRITE)
async def forget_server(desk: Desk) -> Answer:
    """Tell no server any more."""
    channel_id = desk.ask.id("channel_id", ChannelId)
    said = mark("No server is told any more.")
    return await desk.act(remove_server, _home(desk), said, channel_id=channel_id)


@at_desk(Permission.CHANNELS_WRITE)
async def name_addresses(desk: Desk) -> Answer:
    """Name the addresses that get tokens, one a line."""
    lines = [line.strip() for line in desk.ask.form.text("addresses").splitlines()]
    channel_id = desk.ask.id("channel_id", ChannelId)
    try:
        await desk.run(
            set_allowed, channel_id=channel_id, addresses=[line for line in lines if line]
        )
    except Failure as failure:
        places = {"tokens.address_malformed": "addresses"}
        return await _show(desk, desk.mistakes(failure, places), status=422)
    return desk.ask.go(_home(desk), mark("The addresses are saved."))


@at_desk(Permission.CHANNELS_WRITE)
async def tell_again(desk: Desk) -> Answer:
    """Tell the server once more."""
    return await desk.act(
        replay_push,
        _home(desk),
        mark("It is told once more."),
        channel_id=desk.ask.id("channel_id", ChannelId),
        push_id=desk.ask.id("push_id", PushId),
    )


async def _show(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    channel_id = desk.ask.id("channel_id", ChannelId)
    found = await desk.run(read_channel, channel_id=channel_id)
    page = await desk.run(
        list_pushes, channel_id=channel_id, cursor=desk.ask.query.text("cursor") or None
    )
    return await desk.page(
        "channel/server.html",
        status=status,
        errors=errors,
        channel=found.channel,
        state=await desk.run(read_server, channel_id=channel_id),
        allowed=await desk.run(read_allowed, channel_id=channel_id),
        pushes=page.items,
        # Whoever writes the program copies them from here: they are made up anew at every look.
        new_token=_draw(_token_length),
        new_key=_draw(_aes_key_length),
        pager=desk.pager((), page.next_cursor),
    )


def _home(desk: Desk) -> str:
    return f"/console/channel/{desk.ask.id('channel_id', ChannelId):d}/server"


def _draw(length: int) -> str:
    return "".join(secrets.choice(_letters) for _ in range(length))


_at = "/console/channel/{channel_id}/server"
ROUTES = (
    PageRoute("GET", _at, show_server),
    PageRoute("POST", _at, name_server),
    PageRoute("POST", f"{_at}/remove", forget_server),
    PageRoute("POST", f"{_at}/addresses", name_addresses),
    PageRoute("POST", f"{_at}/pushes/{{push_id}}", tell_again),
)
