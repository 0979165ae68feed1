"""Gives coupons to those who paid enough."""

from collections import defaultdict
from collections.abc import Sequence

from banyan.base.errors import Failure
from banyan.base.ids import Id
from banyan.books.journal import Event, Fact, Follower
from banyan.books.work import Work
from banyan.parties.merchants import MerchantId
from banyan.pay.busifavors import SendCoupon, give_coupon
from banyan.pay.paygifts import store
from banyan.pay.paygifts.types import Activity, GiftGiven


class Paid(Event, frozen=True, kw_only=True, tag="charges.paid"):
    """What this room reads of a charge that was paid."""

    currency: str
    total_fen: int


async def on_charges_paid(work: Work, facts: Sequence[Fact]) -> None:
    """Give what the activities promise for each payment; whose limits are reached give nothing."""
    first = min(fact.at for fact in facts)
    running: dict[int, list[Activity]] = defaultdict(list)
    payees = {fact.merchant_id for fact in facts}
    for payee_id, activity in await store.list_running(work.db, payees, first):
        running[payee_id].append(activity)
    for fact in facts:
        mine = running.get(fact.merchant_id, [])
        paid = fact.decode(Paid) if mine else None
        for activity in mine:
            assert paid is not None, "it was decoded"
            until = activity.terminated_at or activity.ends_at
            is_in_time = activity.begins_at <= fact.at < min(until, activity.ends_at)
            if is_in_time and paid.currency == "CNY" and paid.total_fen >= activity.minimum_fen:
                await _give(work, activity, fact)


async def _give(work: Work, activity: Activity, fact: Fact) -> None:
    for stock_id in activity.stock_ids:
        command = SendCoupon(
            merchant_id=MerchantId(activity.merchant_id),
            stock_id=stock_id,
            person_id=Id(fact.person_id),
            channel_id=Id(fact.channel_id),
            request_no=f"paygift-{activity.activity_id:d}-{fact.subject_id}-{stock_id:d}",
        )
        coupon_id, refused = 0, ""
        try:
            coupon_id = int((await give_coupon(work, command, by="paygift")).coupon_id)
        except Failure as failure:
            refused = failure.code
        await store.insert_gift(
            work.db,
            int(activity.merchant_id),
            int(activity.activity_id),
            fact.subject_id,
            int(stock_id),
            fact.person_id,
            coupon_id,
            refused,
            work.now,
        )
        if coupon_id:
            work.record(
                GiftGiven(
                    merchant_id=int(activity.merchant_id),
                    person_id=fact.person_id,
                    channel_id=fact.channel_id,
                    subject_id=coupon_id,
                    activity_id=int(activity.activity_id),
                    charge_id=fact.subject_id,
                    stock_id=int(stock_id),
                )
            )


FOLLOWERS = (Follower(name="paygifts.charges", kinds=("charges.paid",), handle=on_charges_paid),)
