"""The API of what accounts call their followers."""

from banyan.doors.http import Route
from banyan.reach.labels import (
    block_followers,
    create_tag,
    delete_tag,
    list_blocked_part,
    list_labelled,
    list_openids_part,
    list_tagged_part,
    list_tags,
    read_labels,
    read_tag_sizes,
    regroup_followers,
    rename_tag,
    tag_followers,
    unblock_followers,
    untag_followers,
    write_remark,
)

_TAGS = ("tags of followers",)
_CHANNEL = "/v1/merchants/{merchant_id}/channels/{channel_id}"

ROUTES = (
    Route("POST", f"{_CHANNEL}/tags", create_tag, summary="Make a tag", status=201, tags=_TAGS),
    Route("GET", f"{_CHANNEL}/tags", list_tags, summary="List the tags", tags=_TAGS),
    Route(
        "GET",
        f"{_CHANNEL}/tag-sizes",
        read_tag_sizes,
        summary="Count followers by tag, those without one too",
        tags=_TAGS,
    ),
    Route("PATCH", f"{_CHANNEL}/tags/{{tag_id}}", rename_tag, summary="Rename a tag", tags=_TAGS),
    Route("DELETE", f"{_CHANNEL}/tags/{{tag_id}}", delete_tag, summary="Delete a tag", tags=_TAGS),
    Route(
        "POST",
        f"{_CHANNEL}/tags/{{tag_id}}/followers",
        tag_followers,
        summary="Give followers a tag",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_CHANNEL}/tags/{{tag_id}}/followers/taken",
        untag_followers,
        summary="Take a tag from followers",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_CHANNEL}/tags/{{tag_id}}/followers/moved",
        regroup_followers,
        summary="Move followers from their latest tag to this one",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_CHANNEL}/tags/{{tag_id}}/openids",
        list_tagged_part,
        summary="List the openids that have a tag, ten thousand at a time",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_CHANNEL}/openids",
        list_openids_part,
        summary="List the openids that follow, ten thousand at a time",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_CHANNEL}/labelled-followers",
        list_labelled,
        summary="List followers with tags and remarks, all or those of one tag",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_CHANNEL}/labelled-followers",
        read_labels,
        summary="Read followers with tags and remarks",
        tags=_TAGS,
    ),
    Route(
        "PUT",
        f"{_CHANNEL}/followers/{{openid}}/remark",
        write_remark,
        summary="Write the remark on a follower",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_CHANNEL}/blocked",
        block_followers,
        summary="Block people",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_CHANNEL}/blocked/freed",
        unblock_followers,
        summary="Unblock people",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_CHANNEL}/blocked",
        list_blocked_part,
        summary="List the openids that are blocked, ten thousand at a time",
        tags=_TAGS,
    ),
)
