"""Reads what the lists of an account's articles show beside them: sums and covers."""

from typing import Annotated

import msgspec

from banyan.books.work import Permission, Work, reading
from banyan.parties.merchants import MerchantId
from banyan.reach.articles import store
from banyan.reach.articles.types import ARTICLES_MAX, PackId, Tally
from banyan.reach.channels import ChannelId, access_own
from banyan.reach.media import find_items


class ListTallies(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often were these read?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    article_ids: Annotated[list[PackId], msgspec.Meta(max_length=20)]


class ArticleTally(msgspec.Struct, frozen=True, kw_only=True):
    """How often one article was read, liked, kept and shared."""

    article_id: str
    place: int
    tally: Tally


class Tallies(msgspec.Struct, frozen=True, kw_only=True):
    """How often articles were read; those that nobody has are absent."""

    items: list[ArticleTally]


class ReadCovers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where are these pictures?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    media_ids: Annotated[list[PackId], msgspec.Meta(max_length=ARTICLES_MAX)]


class Covers(msgspec.Struct, frozen=True, kw_only=True):
    """The file of each picture that there is."""

    files: dict[str, str]


@reading(permission=Permission.CHANNELS_READ)
async def list_tallies(work: Work, query: ListTallies) -> Tallies:
    """Return how often articles were read. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    keys = {
        (int(channel.channel_id), article_id, place)
        for article_id in query.article_ids
        for place in range(1, ARTICLES_MAX + 1)
    }
    found = await store.find_tallies(work.db, keys)
    return Tallies(
        items=[
            ArticleTally(article_id=article_id, place=place, tally=tally)
            for (_, article_id, place), tally in sorted(found.items())
        ]
    )


@reading(permission=Permission.CHANNELS_READ)
async def read_covers(work: Work, query: ReadCovers) -> Covers:
    """Return the files of pictures. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    items = await find_items(work.db, int(channel.channel_id), query.media_ids, work.now)
    return Covers(files={name: item.file for name, item in items.items()})
