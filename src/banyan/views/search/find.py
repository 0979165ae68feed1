"""Finds accounts and articles by what somebody types."""

import asyncio
from typing import Annotated

import asyncpg
import msgspec

from banyan.base.ids import Id
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, reading
from banyan.reach.channels import ChannelId, ChannelKind
from banyan.reach.media import find_items
from banyan.views.search import store
from banyan.views.search.rules import ask_for, excerpt, find_words, mark
from banyan.views.search.types import FoundAccount, FoundArticle

_words_max = 20
Typed = Annotated[str, msgspec.Meta(max_length=100, pattern=LINE)]


class SearchAccounts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which accounts are called so?"""

    q: Typed
    limit: Annotated[int, msgspec.Meta(ge=1, le=20)] = 5


class SearchArticles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which articles are about this?"""

    q: Typed
    channel_id: ChannelId = ChannelId(0)
    """Of one account only; 0 for all."""
    offset: Annotated[int, msgspec.Meta(ge=0, le=1_000)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=20)] = 10


class FoundAccounts(msgspec.Struct, frozen=True, kw_only=True):
    """Accounts, the best first."""

    items: list[FoundAccount]


class FoundArticles(msgspec.Struct, frozen=True, kw_only=True):
    """Some articles, the best first, and how many there are, up to a thousand."""

    items: list[FoundArticle]
    total: int


@reading(permission=Permission.PUBLIC)
async def search_accounts(work: Work, query: SearchAccounts) -> FoundAccounts:
    """Return accounts whose name has all the words, or else any."""
    words = await _split(query.q)
    rows: list[asyncpg.Record] = []
    for is_all in (True, False):
        if words and not rows:
            rows = await store.find_accounts(work.db, ask_for(words, is_all=is_all), query.limit)
    return FoundAccounts(
        items=[
            FoundAccount(
                channel_id=ChannelId(row["channel_id"]),
                merchant_id=Id(row["merchant_id"]),
                kind=ChannelKind(row["kind"]),
                name=mark(row["name"], words),
                merchant_name=row["merchant_name"],
            )
            for row in rows
        ]
    )


@reading(permission=Permission.PUBLIC)
async def search_articles(work: Work, query: SearchArticles) -> FoundArticles:
    """Return articles that have all the words, or else any, the best first.

    A title counts more than a summary, that more than the text; what is new and much read comes
    before what is not.
    """
    words = await _split(query.q)
    rows: list[asyncpg.Record] = []
    for is_all in (True, False):
        if words and not rows:
            rows = await store.find_articles(
                work.db,
                ask_for(words, is_all=is_all),
                int(query.channel_id) or None,
                work.now,
                query.offset,
                query.limit,
            )
    covers: dict[str, str] = {}
    for channel_id in sorted({row["channel_id"] for row in rows}):
        names = [row["thumb_media_id"] for row in rows if row["channel_id"] == channel_id]
        items = await find_items(work.db, channel_id, names, work.now)
        covers |= {name: item.file for name, item in items.items()}
    return FoundArticles(
        items=[
            FoundArticle(
                channel_id=ChannelId(row["channel_id"]),
                article_id=row["article_id"],
                place=row["place"],
                channel_name=row["channel_name"],
                title=mark(row["title"], words),
                excerpt=excerpt(row["digest"], row["body"], words),
                cover=covers.get(row["thumb_media_id"], ""),
                published_at=row["published_at"],
                reads_count=row["reads_count"],
            )
            for row in rows
        ],
        total=rows[0]["total"] if rows else 0,
    )


async def _split(text: str) -> list[str]:
    return (await asyncio.to_thread(find_words, text))[:_words_max]
