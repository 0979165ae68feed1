"""Shows who wrote to the official account, and lets staff answer, attend, pass on and close."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from banyan.base.errors import Failure, NotFound
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.reach.channels import ChannelId, list_channels
from banyan.reach.talks import (
    AgentAtWork,
    Content,
    ContentKind,
    Talk,
    TalkInFull,
    answer_talk,
    attend_talk,
    close_talk,
    list_agents,
    list_canned,
    list_talks,
    mark_talk_read,
    pass_talk,
    read_talk,
)

_wide = "/console/talks"
_one = f"{_wide}/{{channel_id}}/{{openid}}"
_messages_max = 50
_shows = ("all", "mine", "waiting")


@at_desk(Permission.CHANNELS_READ)
async def show_desk(desk: Desk) -> Answer:
    """The first account's conversations, or how to come by an account."""
    channels = (await desk.run(list_channels)).items
    if channels:
        return await _show(desk, channels[0].channel_id, "")
    return await desk.page("talks/none.html")


@at_desk(Permission.CHANNELS_READ)
async def show_channel(desk: Desk) -> Answer:
    """An account's conversations."""
    return await _show(desk, desk.ask.id("channel_id", ChannelId), "")


@at_desk(Permission.CHANNELS_READ)
async def show_talk(desk: Desk) -> Answer:
    """One conversation beside the others; who may answer has read it."""
    return await _show(desk, **_named(desk))


@at_desk(Permission.CHANNELS_WRITE)
async def answer(desk: Desk) -> Answer:
    """Answer, and attend to the person from now on."""
    ask = desk.ask
    content = Content(kind=ContentKind.TEXT, text=ask.form.text("text"))
    try:
        await desk.run(answer_talk, **_named(desk), content=content)
    except Failure as failure:
        return await _show(desk, **_named(desk), errors=desk.mistakes(failure), status=422)
    return ask.go(_back(desk))


@at_desk(Permission.CHANNELS_WRITE)
async def take(desk: Desk) -> Answer:
    """Attend to the person."""
    return await desk.act(
        attend_talk, _back(desk), mark("You attend to this person now."), **_named(desk)
    )


@at_desk(Permission.CHANNELS_WRITE)
async def hand_on(desk: Desk) -> Answer:
    """Let somebody else attend to the person."""
    return await desk.act(
        pass_talk,
        _back(desk),
        mark("Passed on."),
        **_named(desk),
        handle=desk.ask.form.text("handle"),
    )


@at_desk(Permission.CHANNELS_WRITE)
async def close(desk: Desk) -> Answer:
    """Attend to the person no more, and ask them how it was."""
    return await desk.act(
        close_talk, _back(desk), mark("Closed."), **_named(desk), asks_rating=True
    )


async def _show(
    desk: Desk,
    channel_id: ChannelId,
    openid: str,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Answer:
    channels = (await desk.run(list_channels)).items
    channel = next((one for one in channels if one.channel_id == channel_id), None)
    if channel is None:
        raise NotFound("channels.not_found")
    agents = (await desk.run(list_agents, channel_id=channel_id)).items
    mine = next((one.agent.handle for one in agents if one.is_me), None)
    wanted = desk.ask.query.text("show")
    shown = wanted if wanted in _shows else "all"
    found = await _read(desk, channel_id, openid) if openid else None
    talks = await _list(desk, channel_id, shown, mine)
    values: dict[str, Any] = {
        "channels": channels,
        "channel": channel,
        "talks": talks,
        "found": found,
        "agents": {one.agent.agent_id: one.agent for one in agents},
        "canned": (await desk.run(list_canned, channel_id=channel_id)).items if found else (),
        "ratings": {one.message_id: one.rating for one in found.ratings} if found else {},
        "others": _others(agents, found),
        "mine": mine,
        "show": shown,
        "openid": openid,
        "home": f"{_wide}/{channel_id:d}",
    }
    return await desk.page("talks/page.html", status=status, errors=errors or {}, **values)


async def _read(desk: Desk, channel_id: ChannelId, openid: str) -> TalkInFull:
    found = await desk.run(read_talk, channel_id=channel_id, openid=openid, limit=_messages_max)
    if found.talk.unread_count and desk.may("channels.write"):
        await desk.run(mark_talk_read, channel_id=channel_id, openid=openid)
    return found


async def _list(desk: Desk, channel_id: ChannelId, shown: str, mine: str | None) -> Sequence[Talk]:
    if shown == "mine" and mine is None:
        return ()
    page = await desk.run(
        list_talks,
        channel_id=channel_id,
        handle=mine if shown == "mine" else None,
        is_waiting=shown == "waiting",
        limit=50,
    )
    return page.items


def _others(agents: Sequence[AgentAtWork], found: TalkInFull | None) -> list[tuple[str, str]]:
    """To whom a conversation can be passed."""
    if found is None or not found.talk.agent_id:
        return []
    return [
        (one.agent.handle, one.agent.nickname)
        for one in agents
        if one.agent.is_on_duty and one.agent.agent_id != found.talk.agent_id
    ]


def _named(desk: Desk) -> dict[str, Any]:
    return {
        "channel_id": desk.ask.id("channel_id", ChannelId),
        "openid": desk.ask.values["openid"],
    }


def _back(desk: Desk) -> str:
    named = _named(desk)
    return f"{_wide}/{named['channel_id']:d}/{named['openid']}"


ROUTES = (
    PageRoute("GET", _wide, show_desk),
    PageRoute("GET", f"{_wide}/{{channel_id}}", show_channel),
    PageRoute("GET", _one, show_talk),
    PageRoute("POST", f"{_one}/answer", answer),
    PageRoute("POST", f"{_one}/take", take),
    PageRoute("POST", f"{_one}/pass", hand_on),
    PageRoute("POST", f"{_one}/close", close),
)
