"""Which comments make sense, and who may write one."""

from banyan.base.errors import Invalid, Refusal
from banyan.reach.comments.types import CONTENT_MAX, CommentState, Standing, Thread, Written

_refusals = {
    Standing.CLOSED: "comments.closed",
    Standing.STRANGER: "sessions.required",
    Standing.NOT_FOLLOWING: "comments.followers_only",
    Standing.BLOCKED: "comments.blocked",
}


def check_content(typed: str) -> str:
    """Return a comment as it is stored. Raises Invalid `comments.length`."""
    content = typed.strip()
    if not 1 <= len(content) <= CONTENT_MAX:
        raise Invalid("comments.length", characters_max=CONTENT_MAX)
    return content


def check_reply(typed: str) -> str:
    """Return a reply as it is stored. Raises Invalid `comments.reply_length`."""
    content = typed.strip()
    if not 1 <= len(content) <= CONTENT_MAX:
        raise Invalid("comments.reply_length", characters_max=CONTENT_MAX)
    return content


def decide_standing(
    thread: Thread, *, is_signed_in: bool, is_following: bool, is_blocked: bool
) -> Standing:
    """Whether somebody may write below an article."""
    if not thread.is_open:
        return Standing.CLOSED
    if not is_signed_in:
        return Standing.STRANGER
    if is_blocked:
        return Standing.BLOCKED
    if thread.only_followers and not is_following:
        return Standing.NOT_FOLLOWING
    return Standing.OPEN


def check_standing(standing: Standing) -> None:
    """Let whoever may write pass.

    Raises Refusal `comments.closed`, `comments.followers_only`, `comments.blocked`.
    """
    if standing is not Standing.OPEN:
        raise Refusal(_refusals[standing])


def check_electable(written: Written) -> None:
    """Accept a comment that everybody may see. Raises Refusal `comments.withdrawn`."""
    if written.comment.state is CommentState.WITHDRAWN:
        raise Refusal("comments.withdrawn")
