"""Followers with their tags and remarks: filtered, tagged by the handful, blocked; and the tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.books.work import Operation
from banyan.doors.http import Answer
from banyan.doors.pages.ask import back_path
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.forms import Mistake, Wrong
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.reach.channels import ChannelId, read_channel
from banyan.reach.labels import (
    BLOCKED,
    STARRED,
    LabelledFollower,
    Tag,
    block_followers,
    create_tag,
    delete_tag,
    list_labelled,
    list_tags,
    read_labels,
    rename_tag,
    tag_followers,
    unblock_followers,
    untag_followers,
    write_remark,
)
from banyan.reach.scenes import SceneCode, find_scene_codes

_wide = "/console/channel/{channel_id}"
_page_limit = 50
_name_codes = {
    "labels.name_malformed": "name",
    "labels.name_length": "name",
    "labels.name_taken": "name",
}


@dataclass(frozen=True)
class Row:
    """A line of the table, with what its tick box says."""

    id: str
    follower: LabelledFollower


@at_desk(Permission.CHANNELS_READ)
async def show_followers(desk: Desk) -> Answer:
    """Who follows: all, those of one tag, or those who are blocked."""
    channel_id = desk.ask.id("channel_id", ChannelId)
    found = await desk.run(read_channel, channel_id=channel_id)
    chosen = desk.ask.query.text("tag")
    page = await desk.run(
        list_labelled,
        channel_id=channel_id,
        tag_id=chosen if chosen.isascii() and chosen.isdigit() else None,
        limit=_page_limit,
        cursor=desk.ask.query.text("cursor") or None,
    )
    tags = await _tags(desk, channel_id)
    return await desk.page(
        "channel/followers.html",
        channel=found.channel,
        count=found.followers_count,
        rows=[Row(one.openid, one) for one in page.items],
        codes=await _codes(desk, channel_id, page.items),
        tag_names=_names(desk, tags),
        filters=[*_choices(desk, tags), (str(int(BLOCKED)), desk.ask.words("Blocked"))],
        choices=_choices(desk, tags),
        pager=desk.pager(("tag",), page.next_cursor),
    )


@at_desk(Permission.CHANNELS_WRITE)
async def tag_many(desk: Desk) -> Answer:
    """Give the ticked followers a tag."""
    return await _label(desk, tag_followers, mark("Tagged."), is_of_tag=True)


@at_desk(Permission.CHANNELS_WRITE)
async def untag_many(desk: Desk) -> Answer:
    """Take a tag from the ticked followers."""
    return await _label(desk, untag_followers, mark("The tag was taken off."), is_of_tag=True)


@at_desk(Permission.CHANNELS_WRITE)
async def block_many(desk: Desk) -> Answer:
    """Block the ticked people."""
    return await _label(desk, block_followers, mark("Blocked: messages reach them no more."))


@at_desk(Permission.CHANNELS_WRITE)
async def unblock_many(desk: Desk) -> Answer:
    """Unblock the ticked people."""
    return await _label(desk, unblock_followers, mark("Blocked no more."))


async def _label(
    desk: Desk, operation: Operation[Any, Any], said: str, *, is_of_tag: bool = False
) -> Answer:
    channel_id = desk.ask.id("channel_id", ChannelId)
    form = desk.ask.form
    values: dict[str, object] = {"channel_id": channel_id, "openids": form.texts("chosen")}
    back = back_path(desk.ask.visit, f"/console/channel/{channel_id:d}/followers")
    if is_of_tag:
        if not form.text("tag_id"):
            return desk.ask.go(back, mark("Choose a tag first."), kind="warning")
        values["tag_id"] = form.text("tag_id")
    return await desk.act(operation, back, said, **values)


@at_desk(Permission.CHANNELS_READ)
async def show_follower(desk: Desk) -> Answer:
    """One follower: remark and tags."""
    return await _show_follower(desk, {})


@at_desk(Permission.CHANNELS_WRITE)
async def remark(desk: Desk) -> Answer:
    """Write the remark on a follower."""
    channel_id, openid = desk.ask.id("channel_id", ChannelId), desk.ask.values["openid"]
    try:
        await desk.run(
            write_remark,
            channel_id=channel_id,
            openid=openid,
            remark=desk.ask.form.text("remark"),
        )
    except Failure as failure:
        told = desk.mistakes(failure, {"labels.remark_malformed": "remark"})
        return await _show_follower(desk, told, status=422)
    back = f"/console/channel/{channel_id:d}/followers/{openid}"
    return desk.ask.go(back, mark("Saved."))


async def _show_follower(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    channel_id, openid = desk.ask.id("channel_id", ChannelId), desk.ask.values["openid"]
    found = await desk.run(read_channel, channel_id=channel_id)
    (follower,) = (await desk.run(read_labels, channel_id=channel_id, openids=[openid])).items
    tags = await _tags(desk, channel_id)
    return await desk.page(
        "channel/follower.html",
        status=status,
        errors=errors,
        channel=found.channel,
        follower=follower,
        codes=await _codes(desk, channel_id, [follower]),
        tag_names=_names(desk, tags),
        choices=[one for one in _choices(desk, tags) if int(one[0]) not in follower.tag_ids],
    )


@at_desk(Permission.CHANNELS_READ)
async def show_tags(desk: Desk) -> Answer:
    """All tags, with how many followers have them."""
    return await _show_tags(desk, {})


@at_desk(Permission.CHANNELS_WRITE)
async def add_tag(desk: Desk) -> Answer:
    """Make a tag."""
    channel_id = desk.ask.id("channel_id", ChannelId)
    try:
        _insist(desk.ask.form.text("name"))
        await desk.run(create_tag, channel_id=channel_id, name=desk.ask.form.text("name"))
    except Failure as failure:
        return await _show_tags(desk, desk.mistakes(failure, _name_codes), status=422)
    return desk.ask.go(f"/console/channel/{channel_id:d}/tags", mark("Here is the tag."))


@at_desk(Permission.CHANNELS_WRITE)
async def change_tag(desk: Desk) -> Answer:
    """Rename a tag."""
    channel_id = desk.ask.id("channel_id", ChannelId)
    return await desk.act(
        rename_tag,
        f"/console/channel/{channel_id:d}/tags",
        mark("Saved."),
        channel_id=channel_id,
        tag_id=desk.ask.values["tag_id"],
        name=desk.ask.form.text("name"),
    )


@at_desk(Permission.CHANNELS_WRITE)
async def drop_tag(desk: Desk) -> Answer:
    """Delete a tag."""
    channel_id = desk.ask.id("channel_id", ChannelId)
    return await desk.act(
        delete_tag,
        f"/console/channel/{channel_id:d}/tags",
        mark("The tag is gone."),
        channel_id=channel_id,
        tag_id=desk.ask.values["tag_id"],
    )


async def _show_tags(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    channel_id = desk.ask.id("channel_id", ChannelId)
    found = await desk.run(read_channel, channel_id=channel_id)
    tags = await _tags(desk, channel_id)
    return await desk.page(
        "channel/tags.html",
        status=status,
        errors=errors,
        channel=found.channel,
        tags=tags,
        tag_names=_names(desk, tags),
        starred=int(STARRED),
    )


def _insist(name: str) -> None:
    if not name:
        raise Wrong({"name": Mistake(mark("Please fill this in"))})


async def _tags(desk: Desk, channel_id: ChannelId) -> list[Tag]:
    return (await desk.run(list_tags, channel_id=channel_id)).items


def _names(desk: Desk, tags: list[Tag]) -> dict[int, str]:
    """What each tag is called; the one that all accounts have is ours to translate."""
    names = {int(one.tag_id): one.name for one in tags}
    return names | {int(STARRED): desk.ask.words("Starred")}


def _choices(desk: Desk, tags: list[Tag]) -> list[tuple[str, str]]:
    names = _names(desk, tags)
    return [(str(int(one.tag_id)), names[int(one.tag_id)]) for one in tags]


async def _codes(
    desk: Desk, channel_id: ChannelId, followers: list[LabelledFollower]
) -> dict[int, SceneCode]:
    """Those of the codes that brought them which are the account's own."""
    wanted = sorted({str(int(one.code_id)) for one in followers if one.code_id})
    if not wanted:
        return {}
    found = await desk.run(find_scene_codes, channel_id=channel_id, code_ids=wanted)
    return {int(one.code_id): one for one in found.items}


ROUTES = (
    PageRoute("GET", f"{_wide}/followers", show_followers),
    PageRoute("POST", f"{_wide}/followers/tagged", tag_many),
    PageRoute("POST", f"{_wide}/followers/untagged", untag_many),
    PageRoute("POST", f"{_wide}/followers/blocked", block_many),
    PageRoute("POST", f"{_wide}/followers/unblocked", unblock_many),
    PageRoute("GET", f"{_wide}/followers/{{openid}}", show_follower),
    PageRoute("POST", f"{_wide}/followers/{{openid}}", remark),
    PageRoute("GET", f"{_wide}/tags", show_tags),
    PageRoute("POST", f"{_wide}/tags", add_tag),
    PageRoute("POST", f"{_wide}/tags/{{tag_id}}", change_tag),
    PageRoute("POST", f"{_wide}/tags/{{tag_id}}/delete", drop_tag),
)
