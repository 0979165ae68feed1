"""The reader of published articles."""

from __future__ import annotations

from banyan.base.errors import NotFound
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import Wrong, fill
from banyan.doors.pages.phone.article.clean import clean_html
from banyan.doors.pages.phone.frame import frame_of, show
from banyan.doors.pages.router import PageRoute
from banyan.reach.articles import ReadArticle, read_article
from banyan.reach.channels import ChannelId


async def show_article(ask: Ask) -> Answer:
    """One article, cleaned of whatever a page of ours may not hold."""
    try:
        query = fill(
            ReadArticle,
            channel_id=ask.id("channel_id", ChannelId),
            article_id=ask.values["article_id"],
            place=ask.values["place"],
        )
    except Wrong:
        raise NotFound("articles.not_published") from None
    page = await ask.run(read_article, query)
    return show(
        ask,
        "article/page.html",
        await frame_of(ask, has_unread=False),
        page=page,
        content=clean_html(page.article.content, ask.house.facts.public_url),
    )


ROUTES = (PageRoute("GET", "/s/{channel_id}/{article_id}/{place}", show_article),)
