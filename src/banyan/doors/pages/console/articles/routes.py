"""Lists drafts and what is published, with how often it was read; publishes and takes back."""

from __future__ import annotations

from typing import Any

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console.articles import comment_routes, edit_routes
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.reach.articles import (
    PORTS,
    Packs,
    PackState,
    Publications,
    list_packs,
    list_published,
    list_tallies,
    start_draft,
    take_back,
)
from banyan.reach.channels import ChannelId, read_channel
from banyan.reach.comments import list_latest_comments
from banyan.reach.originals import declare_original, list_works

WIDE = "/console/channel/{channel_id}/articles"
_page_limit = 20


@at_desk(Permission.CHANNELS_READ)
async def show_articles(desk: Desk) -> Answer:
    """Drafts, or what is out."""
    channel_id = desk.ask.id("channel_id", ChannelId)
    found = await desk.run(read_channel, channel_id=channel_id)
    offset = max(desk.ask.query.number("offset"), 0)
    is_out = desk.ask.query.text("state") == "published"
    values: dict[str, Any] = {}
    part: Packs | Publications
    if is_out:
        part = await desk.run(
            list_published, channel_id=channel_id, offset=offset, limit=_page_limit
        )
        tallies = await desk.run(
            list_tallies, channel_id=channel_id, article_ids=[one.article_id for one in part.items]
        )
        values["tallies"] = {(one.article_id, one.place): one.tally for one in tallies.items}
        works = await desk.run(list_works, channel_id=channel_id)
        values["originals"] = {
            (one.article_id, one.place) for one in works.items if one.declared_at is not None
        }
        values["link"] = lambda one, place: PORTS.link(int(channel_id), one.article_id, place)
    else:
        part = await desk.run(
            list_packs,
            channel_id=channel_id,
            state=PackState.DRAFT,
            offset=offset,
            limit=_page_limit,
        )
    comments = await desk.run(list_latest_comments, channel_id=channel_id, limit=1)
    return await desk.page(
        "articles/page.html",
        channel=found.channel,
        state="published" if is_out else "draft",
        items=part.items,
        total=part.total,
        offset=offset,
        limit=_page_limit,
        comments_count=comments.total,
        **values,
    )


@at_desk(Permission.CHANNELS_WRITE)
async def begin(desk: Desk) -> Answer:
    """Begin a draft, and go to its editor."""
    channel_id = desk.ask.id("channel_id", ChannelId)
    home = WIDE.format(channel_id=int(channel_id))
    try:
        made = await desk.run(start_draft, channel_id=channel_id)
    except Failure as failure:
        return desk.ask.go(home, " ".join(desk.mistakes(failure).values()), kind="danger")
    return desk.ask.go(f"{home}/drafts/{made.media_id}")


@at_desk(Permission.CHANNELS_WRITE)
async def take(desk: Desk) -> Answer:
    """Take back an article, or all of a pack."""
    channel_id = desk.ask.id("channel_id", ChannelId)
    return await desk.act(
        take_back,
        WIDE.format(channel_id=int(channel_id)) + "?state=published",
        mark("Taken back: nobody can read it any more."),
        channel_id=channel_id,
        article_id=desk.ask.values["article_id"],
        place=desk.ask.form.text("place") or 0,
    )


@at_desk(Permission.CHANNELS_WRITE)
async def declare(desk: Desk) -> Answer:
    """Say that an article is original."""
    channel_id = desk.ask.id("channel_id", ChannelId)
    return await desk.act(
        declare_original,
        WIDE.format(channel_id=int(channel_id)) + "?state=published",
        mark("Declared as original: who publishes the same repeats you."),
        channel_id=channel_id,
        article_id=desk.ask.values["article_id"],
        place=desk.ask.form.text("place") or 1,
    )


ROUTES = (
    PageRoute("GET", WIDE, show_articles),
    PageRoute("POST", f"{WIDE}/drafts", begin),
    PageRoute("POST", f"{WIDE}/published/{{article_id}}/take-back", take),
    PageRoute("POST", f"{WIDE}/published/{{article_id}}/original", declare),
    *edit_routes.ROUTES,
    *comment_routes.ROUTES,
)
