"""Tags: made, renamed, deleted, given to followers and taken; and whom the account has blocked."""

from __future__ import annotations

import msgspec

from banyan.doors.wechat.endpoint import Wire, endpoint
from banyan.doors.wechat.openids import TagNumber, check_openid, check_openids, render_part
from banyan.reach.labels import (
    BlockFollowers,
    CreateTag,
    DeleteTag,
    ListBlocked,
    ListTagged,
    ListTags,
    ReadLabels,
    RenameTag,
    TagFollowers,
    TagId,
    UnblockFollowers,
    UntagFollowers,
    block_followers,
    create_tag,
    delete_tag,
    list_blocked_part,
    list_tagged_part,
    list_tags,
    read_labels,
    rename_tag,
    tag_followers,
    unblock_followers,
    untag_followers,
)

_tagged_max = 50
_blocked_max = 20


class TagFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A tag as it is named and called."""

    id: TagNumber = 0
    name: str = ""


class TagBody(msgspec.Struct, frozen=True, kw_only=True):
    """A call about a tag."""

    tag: TagFacts = TagFacts()


class OpenidBody(msgspec.Struct, frozen=True, kw_only=True):
    """A call about a follower."""

    openid: str = ""


class MembersBody(msgspec.Struct, frozen=True, kw_only=True):
    """A call about followers and a tag."""

    openid_list: list[str] = []
    tagid: TagNumber = 0


class TaggedBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/user/tag/get`."""

    tagid: TagNumber = 0
    next_openid: str = ""


class BlacklistBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/tags/members/getblacklist`."""

    begin_openid: str = ""


@endpoint("POST", "/cgi-bin/tags/create", daily_max=1_000, is_said_ok=False)
async def create(wire: Wire, body: TagBody) -> dict[str, object]:
    """Make a tag."""
    made = await wire.run(create_tag, CreateTag(**wire.own, name=body.tag.name))
    return {"tag": {"id": int(made.tag_id), "name": made.name}}


@endpoint("GET", "/cgi-bin/tags/get", daily_max=1_000)
async def get_all(wire: Wire) -> dict[str, object]:
    """All tags with how many followers have them."""
    found = (await wire.run(list_tags, ListTags(**wire.own))).items
    return {
        "tags": [
            {"id": int(one.tag_id), "name": one.name, "count": one.followers_count} for one in found
        ]
    }


@endpoint("POST", "/cgi-bin/tags/update", daily_max=1_000)
async def update(wire: Wire, body: TagBody) -> None:
    """Rename a tag."""
    command = RenameTag(**wire.own, tag_id=TagId(body.tag.id), name=body.tag.name)
    await wire.run(rename_tag, command)


@endpoint("POST", "/cgi-bin/tags/delete", daily_max=1_000)
async def delete(wire: Wire, body: TagBody) -> None:
    """Delete a tag."""
    await wire.run(delete_tag, DeleteTag(**wire.own, tag_id=TagId(body.tag.id)))


@endpoint("POST", "/cgi-bin/tags/getidlist", is_said_ok=False)
async def getidlist(wire: Wire, body: OpenidBody) -> dict[str, object]:
    """The tags of a follower."""
    query = ReadLabels(**wire.own, openids=[check_openid(body.openid)])
    (follower,) = (await wire.run(read_labels, query)).items
    return {"tagid_list": [int(one) for one in follower.tag_ids]}


@endpoint("POST", "/cgi-bin/tags/members/batchtagging", daily_max=100_000)
async def batchtagging(wire: Wire, body: MembersBody) -> None:
    """Give up to fifty followers a tag."""
    openids = check_openids(body.openid_list, _tagged_max)
    command = TagFollowers(**wire.own, tag_id=TagId(body.tagid), openids=openids)
    await wire.run(tag_followers, command)


@endpoint("POST", "/cgi-bin/tags/members/batchuntagging", daily_max=100_000)
async def batchuntagging(wire: Wire, body: MembersBody) -> None:
    """Take a tag from up to fifty followers."""
    openids = check_openids(body.openid_list, _tagged_max)
    command = UntagFollowers(**wire.own, tag_id=TagId(body.tagid), openids=openids)
    await wire.run(untag_followers, command)


@endpoint("GET POST", "/cgi-bin/user/tag/get", is_said_ok=False)
async def get_tagged(wire: Wire, body: TaggedBody) -> dict[str, object]:
    """Ten thousand of those who have a tag, after one; the part after the last is empty."""
    after = check_openid(body.next_openid) if body.next_openid else ""
    query = ListTagged(**wire.own, tag_id=TagId(body.tagid), after=after)
    return render_part((await wire.run(list_tagged_part, query)).openids)


@endpoint("POST", "/cgi-bin/tags/members/getblacklist", is_said_ok=False)
async def getblacklist(wire: Wire, body: BlacklistBody) -> dict[str, object]:
    """Ten thousand of the blocked, after one."""
    after = check_openid(body.begin_openid) if body.begin_openid else ""
    part = await wire.run(list_blocked_part, ListBlocked(**wire.own, after=after))
    return {"total": part.total, "next_openid": "", **render_part(part.openids)}


@endpoint("POST", "/cgi-bin/tags/members/batchblacklist", daily_max=100_000)
async def batchblacklist(wire: Wire, body: MembersBody) -> None:
    """Block up to twenty people."""
    openids = check_openids(body.openid_list, _blocked_max)
    await wire.run(block_followers, BlockFollowers(**wire.own, openids=openids))


@endpoint("POST", "/cgi-bin/tags/members/batchunblacklist", daily_max=100_000)
async def batchunblacklist(wire: Wire, body: MembersBody) -> None:
    """Unblock up to twenty people."""
    openids = check_openids(body.openid_list, _blocked_max)
    await wire.run(unblock_followers, UnblockFollowers(**wire.own, openids=openids))
