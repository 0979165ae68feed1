"""Which article a page is asked for, and where its reader came from."""

from __future__ import annotations

from banyan.base.errors import NotFound, Refusal
from banyan.doors.pages.ask import Ask, back_path
from banyan.doors.pages.forms import Wrong, fill
from banyan.reach.articles import ReadArticle, ReadScene
from banyan.reach.channels import ChannelId

_came_from = {
    "inbox": ReadScene.CONVERSATION,
    "accounts": ReadScene.HISTORY,
    "search": ReadScene.SEARCH,
}
"""The scene of whoever comes from another page of ours, by the first word of its path."""


def path_of(query: ReadArticle) -> str:
    """The address of an article."""
    return f"/s/{query.channel_id:d}/{query.article_id}/{query.place}"


def query_of(ask: Ask) -> ReadArticle:
    """The article that an address names. Raises NotFound `articles.not_published`."""
    try:
        return fill(
            ReadArticle,
            channel_id=ask.id("channel_id", ChannelId),
            article_id=ask.values["article_id"],
            place=ask.values["place"],
        )
    except Wrong:
        raise NotFound("articles.not_published") from None


def query_of_person(ask: Ask) -> ReadArticle:
    """The article that somebody does something with. Raises Refusal `sessions.required`."""
    if not ask.is_signed_in:
        raise Refusal("sessions.required")
    return query_of(ask)


def scene_of(ask: Ask) -> ReadScene:
    """Where the reader came from, as the link says or else as the browser does."""
    told = ask.form.text("scene") or ask.query.text("from")
    if told in set(ReadScene):
        return ReadScene(told)
    return _came_from.get(back_path(ask.visit).split("/")[1], ReadScene.OTHER)
