"""How often a mini program is opened, by how many, and how many come again."""

from banyan.books.work import Permission, Work, reading
from banyan.reach.channels import access_own
from banyan.views.audience import store
from banyan.views.audience.rules import begin_of, check_days, compute_later, hour_of, whole_steps
from banyan.views.audience.types import Period, ReturnRow, Returns, Step, Visits


class ReadVisits(Period, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often was the mini program opened?"""

    step: Step = Step.DAY


class ReadReturns(Period, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many came again, of those who came in the step of the first day?"""

    step: Step = Step.DAY


@reading(permission=Permission.CHANNELS_READ)
async def read_visits(work: Work, query: ReadVisits) -> Visits:
    """Return visits, people and new people by step, of every step.

    Raises NotFound `channels.not_found`; Invalid `audience.days_reversed`,
    `audience.too_many_days`.
    """
    check_days(query.from_on, query.until_on)
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    days = whole_steps(query.from_on, query.until_on, query.step, hour_of(work.now)[0])
    return Visits(rows=await store.list_visits(work.db, channel.channel_id, days, query.step))


@reading(permission=Permission.CHANNELS_READ)
async def read_returns(work: Work, query: ReadReturns) -> Returns:
    """Return how many of a step's visitors came in it and in each step until the last day.

    Raises NotFound `channels.not_found`; Invalid `audience.days_reversed`,
    `audience.too_many_days`.
    """
    check_days(query.from_on, query.until_on)
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    first = begin_of(query.from_on, query.step)
    days = first, query.until_on
    found = await store.list_returns(work.db, channel.channel_id, days, query.step)
    return Returns(
        rows=[
            ReturnRow(later=compute_later(first, on, query.step), people=people, new_people=new)
            for on, people, new in found
        ]
    )
