"""Groups, as programs knew them before there were tags: each follower is in one of them."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

import msgspec

from banyan.base.errors import Failure
from banyan.doors.wechat.endpoint import Wire, endpoint
from banyan.doors.wechat.errors import WireError
from banyan.doors.wechat.openids import TagNumber, check_openid, check_openids
from banyan.doors.wechat.tags import OpenidBody
from banyan.reach.channels import FollowerState
from banyan.reach.labels import (
    BLOCKED,
    NO_TAG,
    CreateTag,
    DeleteTag,
    ReadLabels,
    ReadTagSizes,
    RegroupFollowers,
    RenameTag,
    TagId,
    compute_group,
    create_tag,
    delete_tag,
    read_labels,
    read_tag_sizes,
    regroup_followers,
    rename_tag,
)

R = TypeVar("R")

_moved_max = 50
_errors = {
    "labels.no_such_tag": (40050, "invalid group id"),
    "labels.name_malformed": (40051, "invalid group name"),
    "labels.name_taken": (40051, "invalid group name"),
    "labels.name_length": (45017, "group name too long"),
    "labels.system_tag": (45016, "can't modify sys group"),
    "labels.too_many_tags": (45018, "too many group now, no need to add new"),
}
"""What WeChat says of groups where it would say something else of tags."""


class GroupFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A group as it is named and called."""

    id: TagNumber = 0
    name: str = ""


class GroupBody(msgspec.Struct, frozen=True, kw_only=True):
    """A call about a group."""

    group: GroupFacts = GroupFacts()


class MoveBody(msgspec.Struct, frozen=True, kw_only=True):
    """Followers, and the group in which they are from now on."""

    openid: str = ""
    openid_list: list[str] = []
    to_groupid: TagNumber = 0


@endpoint("POST", "/cgi-bin/groups/create", daily_max=1_000, is_said_ok=False)
async def create(wire: Wire, body: GroupBody) -> dict[str, object]:
    """Make a group."""
    made = await _say(wire.run(create_tag, CreateTag(**wire.own, name=body.group.name)))
    return {"group": {"id": int(made.tag_id), "name": made.name}}


@endpoint("GET", "/cgi-bin/groups/get", daily_max=1_000)
async def get_all(wire: Wire) -> dict[str, object]:
    """All groups with how many followers are in them."""
    sizes = await wire.run(read_tag_sizes, ReadTagSizes(**wire.own))
    groups = [
        (int(NO_TAG), "未分组", sizes.untagged_count),
        (int(BLOCKED), "黑名单", sizes.blocked_count),
        *((int(one.tag_id), one.name, one.followers_count) for one in sizes.tags),
    ]
    return {
        "groups": [{"id": number, "name": name, "count": count} for number, name, count in groups]
    }


@endpoint("POST", "/cgi-bin/groups/getid", is_said_ok=False)
async def getid(wire: Wire, body: OpenidBody) -> dict[str, object]:
    """The group of a follower."""
    query = ReadLabels(**wire.own, openids=[check_openid(body.openid)])
    (follower,) = (await wire.run(read_labels, query)).items
    if follower.state is not FollowerState.FOLLOWING:
        raise WireError(40003, "invalid openid")
    return {"groupid": int(compute_group(follower.tag_ids, is_blocked=follower.is_blocked))}


@endpoint("POST", "/cgi-bin/groups/update", daily_max=1_000)
async def update(wire: Wire, body: GroupBody) -> None:
    """Rename a group."""
    command = RenameTag(**wire.own, tag_id=TagId(body.group.id), name=body.group.name)
    await _say(wire.run(rename_tag, command))


@endpoint("POST", "/cgi-bin/groups/delete", daily_max=1_000)
async def delete(wire: Wire, body: GroupBody) -> None:
    """Delete a group; who was in it is in none."""
    await _say(wire.run(delete_tag, DeleteTag(**wire.own, tag_id=TagId(body.group.id))))


@endpoint("POST", "/cgi-bin/groups/members/update", daily_max=100_000)
async def move_one(wire: Wire, body: MoveBody) -> None:
    """Move a follower to a group."""
    await _move(wire, [check_openid(body.openid)], body.to_groupid)


@endpoint("POST", "/cgi-bin/groups/members/batchupdate", daily_max=100_000)
async def move_many(wire: Wire, body: MoveBody) -> None:
    """Move up to fifty followers to a group."""
    await _move(wire, check_openids(body.openid_list, _moved_max), body.to_groupid)


async def _move(wire: Wire, openids: list[str], group: int) -> None:
    command = RegroupFollowers(**wire.own, tag_id=TagId(group), openids=openids)
    await _say(wire.run(regroup_followers, command))


async def _say(running: Awaitable[R]) -> R:
    """The result; a failure is told as one of groups."""
    try:
        return await running
    except Failure as failure:
        if failure.code in _errors:
            raise WireError(*_errors[failure.code]) from None
        raise
