"""Answers that agents keep ready, and how content people were with each agent."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.reach.channels import ChannelId, read_channel
from banyan.reach.talks import (
    CannedId,
    add_canned,
    change_canned,
    delete_canned,
    list_agents,
    list_canned,
    read_ratings,
)

_at = "/console/talks/{channel_id}/desk/service"


@at_desk(Permission.CHANNELS_READ)
async def show_service(desk: Desk) -> Answer:
    """All ready answers, and what people said."""
    return await _show(desk, {})


@at_desk(Permission.CHANNELS_WRITE)
async def add(desk: Desk) -> Answer:
    """Keep an answer ready."""
    form = desk.ask.form
    channel_id = desk.ask.id("channel_id", ChannelId)
    typed = {"title": form.text("title"), "answer": form.text("answer")}
    try:
        await desk.run(add_canned, channel_id=channel_id, **typed)
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure), part="new")
    return desk.ask.go(_home(desk), mark("Saved."))


@at_desk(Permission.CHANNELS_WRITE)
async def change(desk: Desk) -> Answer:
    """Rewrite an answer."""
    form = desk.ask.form
    canned_id = desk.ask.id("canned_id", CannedId)
    channel_id = desk.ask.id("channel_id", ChannelId)
    typed = {"title": form.text("title"), "answer": form.text("answer")}
    try:
        await desk.run(change_canned, channel_id=channel_id, canned_id=canned_id, **typed)
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure), part=str(int(canned_id)))
    return desk.ask.go(_home(desk), mark("Saved."))


@at_desk(Permission.CHANNELS_WRITE)
async def delete(desk: Desk) -> Answer:
    """Keep an answer ready no more."""
    return await desk.act(
        delete_canned,
        _home(desk),
        mark("Deleted."),
        channel_id=desk.ask.id("channel_id", ChannelId),
        canned_id=desk.ask.id("canned_id", CannedId),
    )


async def _show(desk: Desk, errors: Mapping[str, str], part: str = "") -> Answer:
    channel_id = desk.ask.id("channel_id", ChannelId)
    agents = (await desk.run(list_agents, channel_id=channel_id)).items
    return await desk.page(
        "talks/service.html",
        status=422 if errors else 200,
        errors=errors,
        part=part,
        home=_home(desk),
        channel=(await desk.run(read_channel, channel_id=channel_id)).channel,
        canned=(await desk.run(list_canned, channel_id=channel_id)).items,
        agents={one.agent.agent_id: one.agent.nickname for one in agents},
        ratings=(await desk.run(read_ratings, channel_id=channel_id)).items,
    )


def _home(desk: Desk) -> str:
    return f"/console/talks/{desk.ask.id('channel_id', ChannelId):d}/desk/service"


ROUTES = (
    PageRoute("GET", _at, show_service),
    PageRoute("POST", _at, add),
    PageRoute("POST", f"{_at}/{{canned_id}}", change),
    PageRoute("POST", f"{_at}/{{canned_id}}/delete", delete),
)
