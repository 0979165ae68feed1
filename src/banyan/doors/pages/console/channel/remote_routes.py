"""Connects an account with the one at the real WeChat, and shows what was asked of it."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.reach.channels import ChannelId, read_channel
from banyan.reach.remotes import (
    ErrandId,
    connect_remote,
    disconnect_remote,
    list_errands,
    read_remote,
    retry_errand,
)


@at_desk(Permission.CHANNELS_WRITE)
async def show_remote(desk: Desk) -> Answer:
    """The account there, what must be entered at WeChat, and the latest of what was asked."""
    return await _show(desk, {})


@at_desk(Permission.CHANNELS_WRITE)
async def connect(desk: Desk) -> Answer:
    """Note the credentials; WeChat is asked at once."""
    form = desk.ask.form
    try:
        await desk.run(
            connect_remote,
            channel_id=desk.ask.id("channel_id", ChannelId),
            appid=form.text("appid"),
            secret=form.text("secret"),
        )
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure), status=422)
    return desk.ask.go(_home(desk), mark("WeChat is being asked. Look again in a moment."))


@at_desk(Permission.CHANNELS_WRITE)
async def disconnect(desk: Desk) -> Answer:
    """Act through WeChat no more."""
    said = mark("The account no longer acts through WeChat.")
    channel_id = desk.ask.id("channel_id", ChannelId)
    return await desk.act(disconnect_remote, _home(desk), said, channel_id=channel_id)


@at_desk(Permission.CHANNELS_WRITE)
async def retry(desk: Desk) -> Answer:
    """Ask WeChat once more."""
    return await desk.act(
        retry_errand,
        _home(desk),
        mark("WeChat is asked once more."),
        channel_id=desk.ask.id("channel_id", ChannelId),
        errand_id=desk.ask.id("errand_id", ErrandId),
    )


async def _show(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    channel_id = desk.ask.id("channel_id", ChannelId)
    found = await desk.run(read_channel, channel_id=channel_id)
    page = await desk.run(
        list_errands, channel_id=channel_id, cursor=desk.ask.query.text("cursor") or None
    )
    return await desk.page(
        "channel/remote.html",
        status=status,
        errors=errors,
        channel=found.channel,
        acting=await desk.run(read_remote, channel_id=channel_id),
        public_url=desk.ask.house.facts.public_url,
        errands=page.items,
        pager=desk.pager((), page.next_cursor),
    )


def _home(desk: Desk) -> str:
    return f"/console/channel/{desk.ask.id('channel_id', ChannelId):d}/remote"


_at = "/console/channel/{channel_id}/remote"
ROUTES = (
    PageRoute("GET", _at, show_remote),
    PageRoute("POST", _at, connect),
    PageRoute("POST", f"{_at}/disconnect", disconnect),
    PageRoute("POST", f"{_at}/errands/{{errand_id}}", retry),
)
