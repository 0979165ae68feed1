"""How an account's followers became more and fewer."""

from banyan.books.work import Permission, Work, reading
from banyan.reach.channels import access_own
from banyan.views.audience import store
from banyan.views.audience.rules import check_days
from banyan.views.audience.types import Growth, Period, Served


class ReadGrowth(Period, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who came and who went?"""


class ReadServed(Period, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How did the account's own server do?"""

    by_hour: bool = False


@reading(permission=Permission.CHANNELS_READ)
async def read_growth(work: Work, query: ReadGrowth) -> Growth:
    """Return gains and losses by day and source, and how many followed before.

    Raises NotFound `channels.not_found`; Invalid `audience.days_reversed`,
    `audience.too_many_days`.
    """
    check_days(query.from_on, query.until_on)
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    channel_id = int(channel.channel_id)
    return Growth(
        before=await store.count_followers(work.db, channel_id, query.from_on),
        rows=await store.list_moves(work.db, channel_id, query.from_on, query.until_on),
    )


@reading(permission=Permission.CHANNELS_READ)
async def read_served(work: Work, query: ReadServed) -> Served:
    """Return how many pushes ended, how many failed, and how long the last tries took.

    Raises NotFound `channels.not_found`; Invalid `audience.days_reversed`,
    `audience.too_many_days`.
    """
    check_days(query.from_on, query.until_on)
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    days = query.from_on, query.until_on
    rows = await store.list_served(work.db, channel.channel_id, *days, by_hour=query.by_hour)
    return Served(rows=rows)
