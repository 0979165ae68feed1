"""What the articles are called that figures are about, and how each has done since it was out."""

from datetime import date, timedelta
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.books.work import Permission, Work, reading
from banyan.reach.channels import access_own
from banyan.views.audience import store
from banyan.views.audience.rules import check_days
from banyan.views.audience.types import ArticleNames, ArticleRows, Period

SINCE_MAX = 7
"""How many days after its publication an article's figures are still told."""


Number = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]


class NameArticles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What are the articles of these publications called?"""

    merchant_id: Id
    channel_id: Id
    numbers: Annotated[list[Number], msgspec.Meta(max_length=10_000)]


class ReadPublished(Period, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How did the articles do that the account published on these days?"""

    counted_on: date
    """The last day that counts."""


@reading(permission=Permission.CHANNELS_READ)
async def name_articles(work: Work, query: NameArticles) -> ArticleNames:
    """Return titles and days of publication. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    return ArticleNames(rows=await store.list_named(work.db, channel.channel_id, query.numbers))


@reading(permission=Permission.CHANNELS_READ)
async def read_published(work: Work, query: ReadPublished) -> ArticleRows:
    """Return each article's sums up to each day since its publication, at most seven days on.

    Raises NotFound `channels.not_found`; Invalid `audience.days_reversed`,
    `audience.too_many_days`.
    """
    check_days(query.from_on, query.until_on)
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    after = query.until_on + timedelta(days=1)
    names = await store.list_published(work.db, channel.channel_id, query.from_on, after)
    if not names:
        return ArticleRows(articles=[], rows=[])
    last = min(query.until_on + timedelta(days=SINCE_MAX), query.counted_on)
    subjects = [one.subject for one in names]
    sums = await store.list_sums(work.db, channel.channel_id, subjects, query.from_on, last)
    return ArticleRows(articles=names, rows=sums)
