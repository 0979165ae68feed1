"""Servers hear when somebody said what they are called on the invoice of a payment."""

from collections.abc import Sequence

from banyan.base.ids import Id
from banyan.books.journal import Fact, Follower
from banyan.books.work import Work
from banyan.commerce.fapiaos import store
from banyan.commerce.fapiaos.telling import ToldFapiao, tell
from banyan.commerce.fapiaos.types import Step
from banyan.commerce.invoices import Purpose, TitleGiven
from banyan.parties.ids import MerchantId


async def on_titles_given(work: Work, facts: Sequence[Fact]) -> None:
    """Tell the servers that asked for them."""
    for fact in facts:
        given = fact.decode(TitleGiven)
        if given.purpose is not Purpose.ORDER:
            continue
        found = await store.find_of_channel(work.db, fact.channel_id, given.order_name)
        if found is None:
            continue
        told = ToldFapiao(
            merchant_id=MerchantId(found.merchant_id),
            told_id=Id(found.told_id),
            apply_no=found.apply_no,
            step=Step.APPLIED,
            at=fact.at,
        )
        await tell(work, [told])


FOLLOWERS = (
    Follower(
        name="fapiaos.titles",
        kinds=("invoices.title_given",),
        handle=on_titles_given,
    ),
)
