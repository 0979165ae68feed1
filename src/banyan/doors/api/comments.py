"""The API of comments below articles: of readers, and of accounts."""

from banyan.doors.http import Route
from banyan.reach.comments import (
    delete_comment,
    delete_reply,
    elect_comment,
    like_comments,
    list_comments,
    list_latest_comments,
    open_thread,
    read_thread,
    read_thread_page,
    reply_to_comment,
    withdraw_comment,
    write_comment,
)

_TAGS = ("comments",)
_THREAD = "/v1/channels/{channel_id}/publications/{publish_number}/{place}/comments"
_COMMENT = f"{_THREAD}/{{comment_number}}"
_CHANNEL = "/v1/merchants/{merchant_id}/channels/{channel_id}"
_OWN = f"{_CHANNEL}/publications/{{publish_number}}/{{place}}/thread"
_OWN_COMMENT = f"{_OWN}/comments/{{comment_number}}"

ROUTES = (
    Route("GET", _THREAD, read_thread_page, summary="Read what stands below", tags=_TAGS),
    Route("POST", _THREAD, write_comment, summary="Write a comment", status=201, tags=_TAGS),
    Route("DELETE", _COMMENT, withdraw_comment, summary="Take your comment back", tags=_TAGS),
    Route("PUT", f"{_COMMENT}/like", like_comments, summary="Like a comment", tags=_TAGS),
    Route(
        "GET",
        f"{_CHANNEL}/comments",
        list_latest_comments,
        summary="List the latest comments of all articles",
        tags=_TAGS,
    ),
    Route("GET", _OWN, read_thread, summary="Read whether readers may comment", tags=_TAGS),
    Route("PUT", _OWN, open_thread, summary="Let readers comment, or no more", tags=_TAGS),
    Route("GET", f"{_OWN}/comments", list_comments, summary="List comments", tags=_TAGS),
    Route(
        "PUT",
        f"{_OWN_COMMENT}/election",
        elect_comment,
        summary="Let everybody see a comment, or no more",
        tags=_TAGS,
    ),
    Route("DELETE", _OWN_COMMENT, delete_comment, summary="Delete a comment", tags=_TAGS),
    Route("POST", f"{_OWN_COMMENT}/reply", reply_to_comment, summary="Answer", tags=_TAGS),
    Route("DELETE", f"{_OWN_COMMENT}/reply", delete_reply, summary="Take back", tags=_TAGS),
)
