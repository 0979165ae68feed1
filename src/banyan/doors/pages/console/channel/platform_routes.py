"""Which platforms act for an account, and its links; of a platform, for whom it acts."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.functions import FUNCTIONS
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.reach.channels import (
    ChannelId,
    ChannelKind,
    bind_provider,
    create_provider,
    list_channels,
    read_bound,
    read_channel,
    unbind_provider,
)
from banyan.reach.platforms import (
    list_authorizers,
    list_my_platforms,
    read_platform,
    revoke_platform,
    set_platform,
)

_shown_max = 200


@at_desk(Permission.CHANNELS_READ)
async def show_platforms(desk: Desk) -> Answer:
    """Who acts for an account; of a platform, for whom it acts."""
    return await _show(desk, {})


@at_desk(Permission.CHANNELS_WRITE)
async def revoke(desk: Desk) -> Answer:
    """Let a platform act for an account no more."""
    return await desk.act(
        revoke_platform,
        _home(desk),
        mark("It acts for this account no more."),
        channel_id=desk.ask.id("channel_id", ChannelId),
        platform_id=desk.ask.id("platform_id", ChannelId),
    )


@at_desk(Permission.CHANNELS_WRITE)
async def change_settings(desk: Desk) -> Answer:
    """Where a platform is told, and from where it may ask for tokens."""
    form = desk.ask.form
    try:
        await desk.run(
            set_platform,
            channel_id=desk.ask.id("channel_id", ChannelId),
            message_url=form.text("message_url"),
            allowed_ips=form.text("allowed_ips").replace(",", " ").split(),
        )
    except Failure as failure:
        places = {"platforms.url_malformed": "message_url"}
        return await _show(desk, desk.mistakes(failure, places), status=422)
    return desk.ask.go(_home(desk), mark("Saved."))


@at_desk(Permission.CHANNELS_WRITE)
async def link(desk: Desk) -> Answer:
    """Let an account share unionids: with others, or first with nobody."""
    channel_id = desk.ask.id("channel_id", ChannelId)
    said = mark("It is linked now.")
    appid = desk.ask.form.text("provider_appid")
    if not appid:
        return await desk.act(create_provider, _home(desk), said, channel_id=channel_id)
    return await desk.act(
        bind_provider, _home(desk), said, channel_id=channel_id, provider_appid=appid
    )


@at_desk(Permission.CHANNELS_WRITE)
async def unlink(desk: Desk) -> Answer:
    """Let an account share unionids no more."""
    return await desk.act(
        unbind_provider,
        _home(desk),
        mark("It is linked no more."),
        channel_id=desk.ask.id("channel_id", ChannelId),
        provider_appid=desk.ask.form.text("provider_appid"),
    )


async def _show(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    channel_id = desk.ask.id("channel_id", ChannelId)
    channel = (await desk.run(read_channel, channel_id=channel_id)).channel
    if channel.kind is ChannelKind.COMPONENT:
        found = await desk.run(list_authorizers, channel_id=channel_id, limit=_shown_max)
        return await desk.page(
            "channel/platform.html",
            status=status,
            errors=errors,
            channel=channel,
            settings=await desk.run(read_platform, channel_id=channel_id),
            accounts=found.items,
            total=found.total,
            functions=FUNCTIONS,
        )
    bound = await desk.run(read_bound, channel_id=channel_id)
    return await desk.page(
        "channel/platforms.html",
        status=status,
        errors=errors,
        channel=channel,
        bound=bound,
        choices=[] if bound.provider else await _list_providers(desk),
        platforms=(await desk.run(list_my_platforms, channel_id=channel_id)).items,
        functions=FUNCTIONS,
    )


async def _list_providers(desk: Desk) -> list[tuple[str, str]]:
    """With whom an account could be linked: the names of those that are, by their common appid."""
    found: dict[str, str] = {}
    for channel in (await desk.run(list_channels)).items:
        bound = await desk.run(read_bound, channel_id=channel.channel_id)
        if bound.provider is not None:
            found[bound.provider.appid] = ", ".join(one.name for one in bound.channels)
    return list(found.items())


def _home(desk: Desk) -> str:
    return f"/console/channel/{desk.ask.id('channel_id', ChannelId):d}/platforms"


_path = "/console/channel/{channel_id}/platforms"

ROUTES = (
    PageRoute("GET", _path, show_platforms),
    PageRoute("POST", _path, change_settings),
    PageRoute("POST", f"{_path}/link", link),
    PageRoute("POST", f"{_path}/unlink", unlink),
    PageRoute("POST", f"{_path}/{{platform_id}}/revoke", revoke),
)
