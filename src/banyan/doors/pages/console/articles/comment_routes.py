"""Reads what readers wrote below articles; lets everybody see it, answers, deletes."""

from __future__ import annotations

from typing import Any

from banyan.books.actor import Permission
from banyan.books.work import Operation
from banyan.doors.http import Answer
from banyan.doors.pages.ask import back_path
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.reach.channels import ChannelId, read_channel
from banyan.reach.comments import (
    CommentSort,
    delete_comment,
    delete_reply,
    elect_comment,
    list_comments,
    list_latest_comments,
    open_thread,
    read_thread,
    reply_to_comment,
)

_HOME = "/console/channel/{channel_id}/comments"
_THREAD = f"{_HOME}/{{publish_number}}/{{place}}"
_COMMENT = f"{_THREAD}/{{comment_number}}"
_page_limit = 20


@at_desk(Permission.CHANNELS_READ)
async def show_comments(desk: Desk) -> Answer:
    """What readers wrote below all articles, or below one."""
    query = desk.ask.query
    channel_id = desk.ask.id("channel_id", ChannelId)
    found = await desk.run(read_channel, channel_id=channel_id)
    sort = query.text("sort")
    values: dict[str, Any] = {
        "channel_id": channel_id,
        "sort": sort if sort in set(CommentSort) else CommentSort.ALL,
        "offset": max(query.number("offset"), 0),
        "limit": _page_limit,
    }
    thread = None
    if query.text("article"):
        article = {"publish_number": query.text("article"), "place": query.text("place") or 1}
        thread = await desk.run(read_thread, channel_id=channel_id, **article)
        part = await desk.run(list_comments, **values, **article)
    else:
        part = await desk.run(list_latest_comments, **values)
    return await desk.page(
        "articles/comments.html",
        channel=found.channel,
        items=part.items,
        total=part.total,
        thread=thread,
        sort=str(values["sort"]),
        offset=values["offset"],
        limit=_page_limit,
    )


@at_desk(Permission.CHANNELS_WRITE)
async def elect(desk: Desk) -> Answer:
    """Let everybody see a comment, or no more."""
    is_elected = desk.ask.form.flag("is_elected")
    said = mark("Everybody sees it now.") if is_elected else mark("Not everybody sees it now.")
    return await _act(desk, elect_comment, said, is_elected=is_elected)


@at_desk(Permission.CHANNELS_WRITE)
async def delete(desk: Desk) -> Answer:
    """Have a comment no more."""
    return await _act(desk, delete_comment, mark("Deleted."))


@at_desk(Permission.CHANNELS_WRITE)
async def reply(desk: Desk) -> Answer:
    """Answer a comment."""
    content = desk.ask.form.text("content")
    return await _act(desk, reply_to_comment, mark("Answered."), content=content)


@at_desk(Permission.CHANNELS_WRITE)
async def take_reply(desk: Desk) -> Answer:
    """Take an answer back."""
    return await _act(desk, delete_reply, mark("Deleted."))


@at_desk(Permission.CHANNELS_WRITE)
async def open_or_close(desk: Desk) -> Answer:
    """Let readers comment on an article, or no more."""
    return await _act(desk, open_thread, mark("Saved."), is_open=desk.ask.form.flag("is_open"))


async def _act(desk: Desk, operation: Operation[Any, Any], said: str, **values: object) -> Answer:
    given = desk.ask.values
    names = {name: given[name] for name in given if name != "channel_id"}
    channel_id = desk.ask.id("channel_id", ChannelId)
    back = back_path(desk.ask.visit, _HOME.format(channel_id=int(channel_id)))
    return await desk.act(operation, back, said, channel_id=channel_id, **names, **values)


ROUTES = (
    PageRoute("GET", _HOME, show_comments),
    PageRoute("POST", f"{_THREAD}/open", open_or_close),
    PageRoute("POST", f"{_COMMENT}/elect", elect),
    PageRoute("POST", f"{_COMMENT}/delete", delete),
    PageRoute("POST", f"{_COMMENT}/reply", reply),
    PageRoute("POST", f"{_COMMENT}/reply/delete", take_reply),
)
