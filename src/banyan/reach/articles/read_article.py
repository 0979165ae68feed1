"""Shows a published article to anybody."""

import msgspec

from banyan.base.errors import NotFound
from banyan.base.ids import Id
from banyan.books.work import Permission, Work, reading
from banyan.reach.articles import store
from banyan.reach.articles.types import Article, ArticlePage, ArticlePlace, PackId, Tally
from banyan.reach.channels import ChannelId, access_channel
from banyan.reach.media import find_items


class ReadArticle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read a published article."""

    channel_id: ChannelId
    article_id: PackId
    place: ArticlePlace = 1


@reading(permission=Permission.PUBLIC)
async def read_article(work: Work, query: ReadArticle) -> ArticlePage:
    """Return an article that is out and was not taken back.

    Raises NotFound `articles.not_published`.
    """
    found = await store.find_published(work.db, query.channel_id, query.article_id)
    if found is None or not found.shows(query.place):
        raise NotFound("articles.not_published")
    channel = await access_channel(work.db, query.channel_id)
    article = found.articles[query.place - 1]
    key = (int(query.channel_id), query.article_id, query.place)
    assert found.published_at is not None
    return ArticlePage(
        channel_id=channel.channel_id,
        merchant_id=Id(channel.merchant_id),
        channel_name=channel.name,
        article=article,
        cover=await find_cover(work, int(channel.channel_id), article),
        published_at=found.published_at,
        publish_number=found.publish_number,
        tally=(await store.find_tallies(work.db, [key])).get(key, Tally()),
        marks=await store.list_marks(work.db, key, work.actor.person_id),
    )


async def find_cover(work: Work, channel_id: int, article: Article) -> str:
    """Return the file of an article's picture; empty when there is none."""
    items = await find_items(work.db, channel_id, [article.thumb_media_id], work.now)
    return next((item.file for item in items.values()), "")
