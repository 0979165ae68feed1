"""Follows what accounts publish and take back, and keeps the index as that is now."""

import asyncio
from collections.abc import Sequence

import asyncpg
import msgspec

from banyan.books.follow import rewind
from banyan.books.journal import LANES, Fact, Follower
from banyan.books.office import Office
from banyan.books.work import Work
from banyan.reach.moderation import read_page
from banyan.views.search import store
from banyan.views.search.rules import index_long, index_short
from banyan.views.search.types import Entry

_batch_max = 100


class _Published(msgspec.Struct, frozen=True):
    """What this view reads of facts about what was published."""

    article_id: str = ""


async def on_facts(work: Work, facts: Sequence[Fact]) -> None:
    """Index what the facts are about, as it stands: told twice, it is the same."""
    channels = {one.channel_id for one in facts if one.kind.startswith("channels.")}
    if channels:
        rows = await store.list_accounts(work.db, channels)
        named = [(row["channel_id"], row["merchant_id"], row["name"]) for row in rows]
        words = await asyncio.to_thread(lambda: [index_short(one[2]) for one in named])
        accounts = [(*one, two) for one, two in zip(named, words, strict=True)]
        await store.put_accounts(work.db, accounts)
    keys = {
        (one.channel_id, msgspec.json.decode(one.data, type=_Published).article_id)
        for one in facts
        if one.kind.startswith("articles.")
    }
    if keys:
        found = await store.list_publications(work.db, keys)
        entries = await asyncio.to_thread(lambda: [one for row in found for one in _read(row)])
        await store.replace_articles(work.db, keys, entries)


async def begin_again(office: Office) -> None:
    """Throw the index away, and make it again from the first fact."""
    async with office.begin() as work:
        # First the lanes, as the follower takes them, so that neither waits for the other.
        for lane in range(LANES):
            await rewind(work, INDEXER, lane)
        await store.clear(work.db)


def _read(row: asyncpg.Record) -> list[Entry]:
    entries = []
    for place, article in enumerate(row["articles"], start=1):
        if place in row["deleted"]:
            continue
        body = " ".join(read_page(article["content"])[0].split())
        author = article.get("author", "")
        entries.append(
            Entry(
                channel_id=row["channel_id"],
                article_id=row["article_id"],
                place=place,
                merchant_id=row["merchant_id"],
                title=article["title"],
                digest=article.get("digest", ""),
                body=body,
                thumb_media_id=article.get("thumb_media_id", ""),
                published_at=row["published_at"],
                title_words=index_short(article["title"]),
                digest_words=index_short(f"{article.get('digest', '')} {author}"),
                body_words=index_long(body),
            )
        )
    return entries


INDEXER = Follower(
    name="search.index",
    kinds=(
        "articles.published",
        "articles.taken_back",
        "articles.refused",
        "articles.restored",
        "channels.created",
        "channels.changed",
    ),
    handle=on_facts,
    batch_max=_batch_max,
)
