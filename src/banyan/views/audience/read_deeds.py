"""What people did with an account: how many, and how often."""

from banyan.books.work import Permission, Work, reading
from banyan.reach.channels import access_own
from banyan.views.audience import store
from banyan.views.audience.rules import check_days, hour_of, whole_steps
from banyan.views.audience.types import Deed, Deeds, Period, Spread, Step


class ReadDeeds(Period, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many people did this, and how often?"""

    deed: Deed
    step: Step = Step.DAY
    by_hour: bool = False
    by_subject: bool = False
    by_source: bool = False


class ReadSpread(Period, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many people said how much?"""

    step: Step = Step.DAY


@reading(permission=Permission.CHANNELS_READ)
async def read_deeds(work: Work, query: ReadDeeds) -> Deeds:
    """Return people and times by step, and by what else was asked.

    Weeks and months are whole, up to yesterday.

    Raises NotFound `channels.not_found`; Invalid `audience.days_reversed`,
    `audience.too_many_days`.
    """
    check_days(query.from_on, query.until_on)
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    days = whole_steps(query.from_on, query.until_on, query.step, hour_of(work.now)[0])
    apart = store.Apart(
        step=query.step,
        by_hour=query.by_hour,
        by_subject=query.by_subject,
        by_source=query.by_source,
    )
    return Deeds(rows=await store.list_deeds(work.db, channel.channel_id, query.deed, days, apart))


@reading(permission=Permission.CHANNELS_READ)
async def read_spread(work: Work, query: ReadSpread) -> Spread:
    """Return how many people said one to five, six to ten, or more messages in a step.

    Raises NotFound `channels.not_found`; Invalid `audience.days_reversed`,
    `audience.too_many_days`.
    """
    check_days(query.from_on, query.until_on)
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    days = whole_steps(query.from_on, query.until_on, query.step, hour_of(work.now)[0])
    return Spread(rows=await store.list_spread(work.db, channel.channel_id, days, query.step))
