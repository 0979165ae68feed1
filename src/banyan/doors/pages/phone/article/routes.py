"""The reader of published articles: read by anybody, liked, kept and shown to others."""

from __future__ import annotations

from typing import Any

import msgspec

from banyan.base.errors import NotFound
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import Wrong, fill
from banyan.doors.pages.html import clean_html
from banyan.doors.pages.phone.article import comments
from banyan.doors.pages.phone.article.asking import path_of, query_of, query_of_person, scene_of
from banyan.doors.pages.phone.frame import ensure_visitor, frame_of, show, show_block
from banyan.doors.pages.router import PageRoute
from banyan.reach.articles import (
    ArticlePage,
    MarkArticle,
    OpenArticle,
    ReadArticle,
    ReadPreview,
    ReadScene,
    ShareArticle,
    ShareTarget,
    mark_articles,
    open_articles,
    read_article,
    read_preview,
    share_articles,
)
from banyan.reach.channels import ReadChannelPage, read_channel_page

_PAGE = "article/page.html"


async def show_article(ask: Ask) -> Answer:
    """One article, cleaned of whatever a page of ours may not hold; opening it is a reading."""
    query = query_of(ask)
    scene = scene_of(ask)
    if ask.method == "GET" and not ask.visit.header(b"sec-purpose"):
        visitor = "" if ask.is_signed_in else ensure_visitor(ask)
        opened = fill(OpenArticle, **msgspec.structs.asdict(query), scene=scene, visitor=visitor)
        await ask.run(open_articles, opened)
    page = await ask.run(read_article, query)
    channel = await ask.run(read_channel_page, ReadChannelPage(channel_id=page.channel_id))
    return show(
        ask,
        _PAGE,
        await frame_of(ask, has_unread=False),
        **_values(query, page, scene),
        channel=channel,
        link="",
        **await comments.read_values(ask, query, page),
        content=await clean_html(page.article.content, ask.house.facts.public_url),
    )


async def mark(ask: Ask) -> Answer:
    """Like the article or keep it, or no more."""
    query = query_of_person(ask)
    scene = scene_of(ask)
    command = fill(
        MarkArticle,
        **msgspec.structs.asdict(query),
        mark=ask.form.text("mark"),
        is_on=ask.form.flag("is_on"),
        scene=scene,
    )
    await ask.run(mark_articles, command, key=ask.form.key)
    return await _show_foot(ask, query, scene)


async def share(ask: Ask) -> Answer:
    """Show the article to somebody: by a link that says where its reader comes from."""
    query = query_of_person(ask)
    scene = scene_of(ask)
    target = ask.form.text("target")
    command = fill(ShareArticle, **msgspec.structs.asdict(query), target=target, scene=scene)
    await ask.run(share_articles, command, key=ask.form.key)
    return await _show_foot(ask, query, scene, target=command.target)


async def _show_foot(
    ask: Ask, query: ReadArticle, scene: ReadScene, *, target: ShareTarget | None = None
) -> Answer:
    if not ask.is_htmx and target is None:
        return ask.go(f"{path_of(query)}?from={scene.value}")
    page = await ask.run(read_article, query)
    frame = await frame_of(ask, has_unread=False)
    link = f"{ask.house.facts.public_url}{path_of(query)}?from={target.value}" if target else ""
    if ask.is_htmx:
        return show_block(ask, _PAGE, "foot", frame, **_values(query, page, scene), link=link)
    return show(ask, "article/shared.html", frame, path=path_of(query), page=page, link=link)


def _values(query: ReadArticle, page: ArticlePage, scene: ReadScene) -> dict[str, Any]:
    marks = {one.value for one in page.marks}
    return {"page": page, "path": path_of(query), "scene": scene.value, "marks": marks}


async def show_preview(ask: Ask) -> Answer:
    """An article of a draft, as readers would see it; nothing else of the draft can be done."""
    try:
        query = fill(ReadPreview, token=ask.values["token"], place=ask.values["place"])
    except Wrong:
        raise NotFound("articles.no_preview") from None
    preview = await ask.run(read_preview, query)
    return show(
        ask,
        "article/preview.html",
        await frame_of(ask, has_unread=False),
        preview=preview,
        place=query.place,
        path=f"/previews/{query.token}",
        content=await clean_html(preview.article.content, ask.house.facts.public_url),
    )


ROUTES = (
    PageRoute("GET", "/previews/{token}/{place}", show_preview),
    PageRoute("GET", "/s/{channel_id}/{article_id}/{place}", show_article),
    PageRoute("POST", "/s/{channel_id}/{article_id}/{place}/marks", mark),
    PageRoute("POST", "/s/{channel_id}/{article_id}/{place}/shares", share),
    *comments.ROUTES,
)
