"""Searches accounts and articles, and lists the articles that one keeps."""

from __future__ import annotations

from banyan.base.errors import Refusal
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import Wrong, fill
from banyan.doors.pages.phone.frame import frame_of, show
from banyan.doors.pages.router import PageRoute
from banyan.reach.articles import ListFavourites, list_favourites
from banyan.views.search import (
    FoundAccounts,
    FoundArticles,
    SearchAccounts,
    SearchArticles,
    search_accounts,
    search_articles,
)

_part = 10
_typed_max = 100
_offset_max = 1_000


async def show_search(ask: Ask) -> Answer:
    """What was found; at first only where to type."""
    typed = ask.query.text("q")[:_typed_max]
    offset = min(max(ask.query.number("offset"), 0), _offset_max)
    channel = ask.query.text("account")
    accounts, articles = FoundAccounts(items=[]), FoundArticles(items=[], total=0)
    if typed:
        try:
            articles = await ask.run(
                search_articles,
                fill(
                    SearchArticles, q=typed, channel_id=channel or "0", offset=offset, limit=_part
                ),
            )
            if not channel and not offset:
                accounts = await ask.run(search_accounts, fill(SearchAccounts, q=typed))
        except Wrong:
            typed = ""
    return show(
        ask,
        "search/page.html",
        await frame_of(ask, has_unread=False),
        typed=typed,
        account=channel,
        accounts=accounts.items,
        articles=articles,
        next_offset=offset + _part if offset + _part < articles.total else 0,
    )


async def show_favourites(ask: Ask) -> Answer:
    """The articles that one keeps."""
    if not ask.is_signed_in:
        raise Refusal("sessions.required")
    offset = min(max(ask.query.number("offset"), 0), _offset_max)
    found = await ask.run(list_favourites, ListFavourites(offset=offset))
    frame = await frame_of(ask, has_unread=False)
    return show(ask, "search/favourites.html", frame, found=found)


ROUTES = (
    PageRoute("GET", "/search", show_search),
    PageRoute("GET", "/favourites", show_favourites),
)
