"""Keeps what was published so that copies of it are found, and forgets what is seen no more."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import msgspec

from banyan.base.ids import Id
from banyan.books.journal import Fact, Follower
from banyan.books.work import Work
from banyan.reach.articles import Publication, find_published
from banyan.reach.channels import ChannelId
from banyan.reach.moderation import read_page
from banyan.reach.originals import store
from banyan.reach.originals.ports import PORTS
from banyan.reach.originals.types import COMPARED_MIN, Published

_packs_at_once = 20
_published, _restored = "articles.published", "articles.restored"


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """What this room reads of a fact about a pack of articles."""

    article_id: str


async def on_facts(work: Work, facts: Sequence[Fact]) -> None:
    """Keep what is out, in the order of the facts: what was taken back at once stays so."""
    for fact in facts:
        article_id = msgspec.json.decode(fact.data, type=Named).article_id
        found = await find_published(work.db, fact.channel_id, article_id)
        if found is None or found.published_at is None:
            await store.set_gone(work.db, fact.channel_id, article_id, None, is_gone=True)
            continue
        if fact.kind in {_published, _restored}:
            await _add(work, fact, found, found.published_at)
        await _set_shown(work, found)


async def _add(work: Work, fact: Fact, found: Publication, published_at: datetime) -> None:
    """Note every article that is out, by what it has in common with others."""
    for place, one in enumerate(found.articles, 1):
        text, _ = await asyncio.to_thread(read_page, one.content)
        text = f"{one.title}\n{text}"
        if len(text) < COMPARED_MIN:
            continue
        noted = Published(
            merchant_id=Id(fact.merchant_id),
            channel_id=ChannelId(fact.channel_id),
            publish_number=found.publish_number,
            place=place,
            article_id=found.article_id,
            title=one.title,
            published_at=published_at,
        )
        bands = await asyncio.to_thread(PORTS.likeness.bands, text)
        await store.insert_work(work.db, noted, bands)


async def _set_shown(work: Work, found: Publication) -> None:
    """Note which articles are seen no more, or again."""
    key = (int(found.channel_id), found.article_id)
    gone = [place for place in range(1, len(found.articles) + 1) if not found.shows(place)]
    await store.set_gone(work.db, *key, None, is_gone=False)
    await store.set_gone(work.db, *key, gone, is_gone=True)


FOLLOWERS = (
    Follower(
        name="originals.published",
        kinds=(_published, "articles.taken_back", "articles.refused", _restored),
        handle=on_facts,
        batch_max=_packs_at_once,
    ),
)
