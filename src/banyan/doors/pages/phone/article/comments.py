"""What stands below an article: comments, written, liked and taken back."""

from __future__ import annotations

from typing import Any

from banyan.base.errors import Failure
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.article.asking import path_of, query_of_person
from banyan.doors.pages.phone.frame import frame_of, show_block
from banyan.doors.pages.router import PageRoute
from banyan.reach.articles import ArticlePage, ReadArticle, read_article
from banyan.reach.comments import (
    LikeComment,
    ReadThreadPage,
    WithdrawComment,
    WriteComment,
    like_comments,
    read_thread_page,
    withdraw_comment,
    write_comment,
)

_BELOW = "/s/{channel_id}/{article_id}/{place}/comments"


async def read_values(ask: Ask, query: ReadArticle, page: ArticlePage) -> dict[str, Any]:
    """What the part of the page about comments needs."""
    command = ReadThreadPage(**_names(query, page))
    thread = await ask.run(read_thread_page, command)
    return {"thread": thread, "written": "", "errors": {}}


async def write(ask: Ask) -> Answer:
    """Write a comment; what was refused stays in its field, with the reason beside it."""
    query = query_of_person(ask)
    page = await ask.run(read_article, query)
    content = ask.form.text("content")
    try:
        command = fill(WriteComment, **_names(query, page), content=content)
        await ask.run(write_comment, command, key=ask.form.key)
    except Failure as failure:
        errors = ask.mistakes(failure)
        return await _show(ask, query, page, written=content, errors=errors)
    return await _show(ask, query, page)


async def withdraw(ask: Ask) -> Answer:
    """Take back one's own comment."""
    query = query_of_person(ask)
    page = await ask.run(read_article, query)
    number = ask.values["comment_number"]
    command = fill(WithdrawComment, **_names(query, page), comment_number=number)
    await ask.run(withdraw_comment, command, key=ask.form.key)
    return await _show(ask, query, page)


async def like(ask: Ask) -> Answer:
    """Like a comment, or no more."""
    query = query_of_person(ask)
    page = await ask.run(read_article, query)
    command = fill(
        LikeComment,
        **_names(query, page),
        comment_number=ask.values["comment_number"],
        is_on=ask.form.flag("is_on"),
    )
    await ask.run(like_comments, command, key=ask.form.key)
    return await _show(ask, query, page)


async def _show(
    ask: Ask,
    query: ReadArticle,
    page: ArticlePage,
    *,
    written: str = "",
    errors: dict[str, str] | None = None,
) -> Answer:
    if not ask.is_htmx:
        back = f"{path_of(query)}#comments"
        if errors:
            return ask.go(back, "; ".join(errors.values()), kind="warning")
        return ask.go(back)
    values = await read_values(ask, query, page)
    return show_block(
        ask,
        "article/page.html",
        "comments",
        await frame_of(ask, has_unread=False),
        **values | {"written": written, "errors": errors or {}},
        page=page,
        path=path_of(query),
    )


def _names(query: ReadArticle, page: ArticlePage) -> dict[str, Any]:
    return {
        "channel_id": query.channel_id,
        "publish_number": page.publish_number,
        "place": query.place,
    }


ROUTES = (
    PageRoute("POST", _BELOW, write),
    PageRoute("POST", f"{_BELOW}/{{comment_number}}/like", like),
    PageRoute("POST", f"{_BELOW}/{{comment_number}}/withdraw", withdraw),
)
