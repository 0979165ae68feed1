"""Lists articles to people: those of an account, the newest first, and those that one keeps."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from banyan.books.work import Permission, Work, reading
from banyan.reach.articles import store
from banyan.reach.articles.store import Key
from banyan.reach.articles.types import Mark, Publication, Tally
from banyan.reach.channels import ChannelId, access_account, find_channels
from banyan.reach.media import find_items

_offset_max = 10_000
Skipped = Annotated[int, msgspec.Meta(ge=0, le=_offset_max)]
Few = Annotated[int, msgspec.Meta(ge=1, le=20)]


class ListPast(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What has an account published?"""

    channel_id: ChannelId
    offset: Skipped = 0
    """How many packs to leave out."""
    limit: Few = 10


class ListFavourites(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which articles do I keep?"""

    offset: Skipped = 0
    limit: Few = 20


class ArticleCard(msgspec.Struct, frozen=True, kw_only=True):
    """An article in a list."""

    channel_id: ChannelId
    channel_name: str
    article_id: str
    place: int
    title: str
    digest: str
    cover: str
    """The file of its picture; empty when there is none."""
    published_at: datetime
    reads_count: int


class ArticleCards(msgspec.Struct, frozen=True, kw_only=True):
    """Some articles, and where the next begin; 0 if these were the last."""

    items: list[ArticleCard]
    next_offset: int = 0


@reading(permission=Permission.PUBLIC)
async def list_past(work: Work, query: ListPast) -> ArticleCards:
    """Return the articles of an account's packs, the newest first. Raises `channels.not_found`."""
    channel = await access_account(work.db, query.channel_id)
    total, packs = await store.list_published(
        work.db, channel.channel_id, query.offset, query.limit
    )
    wanted = [(pack, place) for pack in packs for place in range(1, len(pack.articles) + 1)]
    after = query.offset + len(packs)
    return ArticleCards(items=await _cards(work, wanted), next_offset=after if after < total else 0)


@reading(permission=Permission.PERSON)
async def list_favourites(work: Work, query: ListFavourites) -> ArticleCards:
    """Return the articles that the person who asks keeps, the latest kept first.

    What was taken back is left out.
    """
    keys = await store.list_marked(
        work.db, work.actor.person_id, Mark.FAVOURITE, query.offset, query.limit + 1
    )
    outs = await store.find_outs(work.db, {key[:2] for key in keys})
    kept = keys[: query.limit]
    wanted = [(outs[key[:2]], key[2]) for key in kept if key[:2] in outs]
    more = len(keys) > query.limit
    return ArticleCards(
        items=await _cards(work, wanted), next_offset=query.offset + query.limit if more else 0
    )


async def _cards(work: Work, wanted: Sequence[tuple[Publication, int]]) -> list[ArticleCard]:
    shown = [(pack, place) for pack, place in wanted if pack.shows(place)]
    keys: set[Key] = {(int(pack.channel_id), pack.article_id, place) for pack, place in shown}
    tallies = await store.find_tallies(work.db, keys)
    channels = await find_channels(work.db, sorted({int(pack.channel_id) for pack, _ in shown}))
    covers: dict[str, str] = {}
    for channel_id in channels:
        own = [(pack, place) for pack, place in shown if pack.channel_id == channel_id]
        names = sorted({pack.articles[place - 1].thumb_media_id for pack, place in own} - {""})
        items = await find_items(work.db, int(channel_id), names, work.now)
        covers |= {name: item.file for name, item in items.items()}
    cards = []
    for pack, place in shown:
        article = pack.articles[place - 1]
        key = (int(pack.channel_id), pack.article_id, place)
        assert pack.published_at is not None
        cards.append(
            ArticleCard(
                channel_id=pack.channel_id,
                channel_name=channels[pack.channel_id].name,
                article_id=pack.article_id,
                place=place,
                title=article.title,
                digest=article.digest,
                cover=covers.get(article.thumb_media_id, ""),
                published_at=pack.published_at,
                reads_count=tallies.get(key, Tally()).reads_count,
            )
        )
    return cards
