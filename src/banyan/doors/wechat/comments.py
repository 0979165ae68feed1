"""Comments that readers write below what an account sent or published."""

from __future__ import annotations

import msgspec

from banyan.doors.wechat.endpoint import Wire, endpoint
from banyan.doors.wechat.errors import WireError
from banyan.reach.comments import (
    Comment,
    CommentSort,
    DeleteComment,
    DeleteReply,
    ElectComment,
    ListComments,
    OpenThread,
    ReplyToComment,
    delete_comment,
    delete_reply,
    elect_comment,
    list_comments,
    open_thread,
    reply_to_comment,
)

_part_max = 50
_places_max = 8
_numbers_max = 2**53
_comments_max = 2**31
_sorts = (CommentSort.ALL, CommentSort.NORMAL, CommentSort.ELECTED)
_no_article = WireError(88001, "msg_data is not exists")
_no_comment = WireError(88008, "comment is not exists")


class ArticleBody(msgspec.Struct, frozen=True, kw_only=True):
    """One article, by the number of what was sent and its place therein, counted from 0."""

    msg_data_id: int = 0
    index: int = 0


class ListBody(ArticleBody, frozen=True, kw_only=True):
    """Which comments of an article."""

    begin: int = 0
    count: int = 0
    type: int = 0


class CommentBody(ArticleBody, frozen=True, kw_only=True):
    """One comment of an article."""

    user_comment_id: int = 0


class ReplyBody(CommentBody, frozen=True, kw_only=True):
    """What to answer it."""

    content: str = ""


@endpoint("POST", "/cgi-bin/comment/open")
async def allow_comments(wire: Wire, body: ArticleBody) -> None:
    """Let readers comment on an article."""
    await wire.run(open_thread, wire.command(OpenThread, **_article(body), is_open=True))


@endpoint("POST", "/cgi-bin/comment/close")
async def forbid_comments(wire: Wire, body: ArticleBody) -> None:
    """Let readers comment on an article no more."""
    await wire.run(open_thread, wire.command(OpenThread, **_article(body), is_open=False))


@endpoint("POST", "/cgi-bin/comment/list", is_said_ok=True)
async def tell_comments(wire: Wire, body: ListBody) -> dict[str, object]:
    """Some comments of an article, the latest first."""
    if not 1 <= body.count <= _part_max:
        raise WireError(88010, "count range error. cout <= 0 or count > 50")
    if not 0 <= body.type < len(_sorts):
        raise WireError(40097, "invalid args: type")
    command = wire.command(
        ListComments,
        **_article(body),
        sort=_sorts[body.type].value,
        offset=body.begin,
        limit=body.count,
    )
    found = await wire.run(list_comments, command)
    return {"total": found.total, "comment": [_render(one) for one in found.items]}


@endpoint("POST", "/cgi-bin/comment/markelect")
async def elect(wire: Wire, body: CommentBody) -> None:
    """Let everybody see a comment."""
    await wire.run(elect_comment, wire.command(ElectComment, **_comment(body), is_elected=True))


@endpoint("POST", "/cgi-bin/comment/unmarkelect")
async def unelect(wire: Wire, body: CommentBody) -> None:
    """Let everybody see a comment no more."""
    await wire.run(elect_comment, wire.command(ElectComment, **_comment(body), is_elected=False))


@endpoint("POST", "/cgi-bin/comment/delete")
async def remove_comment(wire: Wire, body: CommentBody) -> None:
    """Have a comment no more."""
    await wire.run(delete_comment, wire.command(DeleteComment, **_comment(body)))


@endpoint("POST", "/cgi-bin/comment/reply/add")
async def add_reply(wire: Wire, body: ReplyBody) -> None:
    """Answer a comment, once."""
    command = wire.command(ReplyToComment, **_comment(body), content=body.content)
    await wire.run(reply_to_comment, command)


@endpoint("POST", "/cgi-bin/comment/reply/delete")
async def remove_reply(wire: Wire, body: CommentBody) -> None:
    """Take an answer back."""
    await wire.run(delete_reply, wire.command(DeleteReply, **_comment(body)))


def _article(body: ArticleBody) -> dict[str, object]:
    if not 0 <= body.msg_data_id < _numbers_max or not 0 <= body.index < _places_max:
        raise _no_article
    return {"publish_number": body.msg_data_id, "place": body.index + 1}


def _comment(body: CommentBody) -> dict[str, object]:
    if not 1 <= body.user_comment_id < _comments_max:
        raise _no_comment
    return {**_article(body), "comment_number": body.user_comment_id}


def _render(comment: Comment) -> dict[str, object]:
    told: dict[str, object] = {
        "user_comment_id": comment.comment_number,
        "openid": comment.openid,
        "create_time": int(comment.written_at.timestamp()),
        "content": comment.content,
        "comment_type": int(comment.is_elected),
    }
    if comment.replied_at is not None:
        told["reply"] = {
            "content": comment.reply,
            "create_time": int(comment.replied_at.timestamp()),
        }
    return told
