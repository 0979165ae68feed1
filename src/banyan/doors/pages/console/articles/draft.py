"""A draft as the editor types it: its articles, their order, and their covers."""

from __future__ import annotations

from datetime import datetime

import msgspec

from banyan.doors.pages.console.desk import Desk
from banyan.doors.pages.forms import fill
from banyan.doors.pages.shell.format import read_zone
from banyan.reach.articles import Article, Pack, read_covers
from banyan.reach.media import MediaKind, add_media

_cover_name_max = 60


async def typed_articles(desk: Desk, pack: Pack, place: int) -> list[Article]:
    """The articles of a draft, the one at a place as it was typed.

    A picture that was chosen becomes its cover. Raises Wrong, and as `add_media` does.
    """
    form = desk.ask.form
    before = pack.articles[place]
    cover = before.thumb_media_id
    upload = form.file("cover")
    if upload is not None and upload.content:
        item = await desk.run(
            add_media,
            channel_id=pack.channel_id,
            kind=MediaKind.IMAGE,
            content=upload.content,
            is_kept=True,
            name=upload.name[-_cover_name_max:] if upload.name.isprintable() else "",
        )
        cover = item.media_id
    typed = fill(
        Article,
        title=form.text("title"),
        author=form.text("author"),
        digest=form.text("digest"),
        content=form.text("content"),
        source_url=form.text("source_url"),
        thumb_media_id=cover,
        shows_cover=form.flag("shows_cover"),
        may_comment=form.flag("may_comment"),
        only_followers_comment=form.flag("only_followers_comment"),
    )
    kept = {name: getattr(typed, name) for name in _typed_names}
    articles = list(pack.articles)
    articles[place] = msgspec.structs.replace(before, **kept)
    return articles


_typed_names = (
    *("title", "author", "digest", "content", "source_url", "thumb_media_id", "shows_cover"),
    *("may_comment", "only_followers_comment"),
)
"""The rest of an article stays as it was."""


def move(articles: list[Article], place: int, what: str) -> tuple[list[Article], int]:
    """Add an article, or move or remove the one at a place; and which is to be shown then."""
    if what == "add":
        return [*articles, Article(title="", content="")], len(articles)
    if what.startswith("show-") and what[5:].isascii() and what[5:].isdigit():
        return articles, min(int(what[5:]), len(articles)) - 1
    if what == "remove" and len(articles) > 1:
        return articles[:place] + articles[place + 1 :], max(place - 1, 0)
    to = place + {"up": -1, "down": 1}.get(what, 0)
    if not 0 <= to < len(articles) or to == place:
        return articles, place
    articles[place], articles[to] = articles[to], articles[place]
    return articles, to


def parse_instant(text: str, zone: str) -> datetime | None:
    """The instant that a field for day and time says, on the clocks of a zone."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.replace(tzinfo=read_zone(zone)) if at.tzinfo is None else at


async def find_covers(desk: Desk, pack: Pack) -> dict[str, str]:
    """The file of each cover, by the name of its picture."""
    names = sorted({one.thumb_media_id for one in pack.articles} - {""})
    if not names:
        return {}
    return (await desk.run(read_covers, channel_id=pack.channel_id, media_ids=names)).files
