"""What people are told of by themselves: receipts, refunds, a coupon that came to them."""

from collections.abc import Sequence
from datetime import timedelta

from banyan.books.journal import Event, Fact, Follower
from banyan.books.work import Work
from banyan.parties.merchants import MerchantId, PublicMerchant, find_merchants
from banyan.reach.notices.send_notices import send_notices
from banyan.reach.notices.types import NewNotice

_stale_after = timedelta(days=1)
"""An older welcome comes from an import of history: it is no news to anybody."""


class PaidOrder(Event, frozen=True, kw_only=True, tag="orders.paid"):
    """What this room reads of a paid order."""

    total_fen: int
    currency: str
    points_earned: int = 0


class RefundedOrder(Event, frozen=True, kw_only=True, tag="orders.refunded"):
    """What this room reads of a refund."""

    amount_fen: int
    currency: str
    points_back: int = 0


class ClaimedCoupon(Event, frozen=True, kw_only=True, tag="coupons.claimed"):
    """What this room reads of a coupon that came into somebody's hands."""

    origin: str
    campaign_name: str = ""


async def on_money_moved(work: Work, facts: Sequence[Fact]) -> None:
    """Put a receipt into the inbox of everybody who is known and paid, and a note of each refund.

    However late we read of it: a receipt belongs to its payment, and the inbox stands in the order
    of what happened, so a follower that was away, or a demo's month, leaves no gap. What Banyan
    itself paid or gave back comes from an import: that history stands in the list of orders, and
    is no news to those who lived it, however fresh it is.
    """
    news = [fact for fact in facts if fact.person_id and fact.actor_kind != "system"]
    merchants = await _merchants(work, news)
    await send_notices(work, [_money(fact, merchants) for fact in news])


async def on_coupons_claimed(work: Work, facts: Sequence[Fact]) -> None:
    """Tell people of coupons they were given as a welcome.

    Who took one knows it, and who got one with a message has that message.
    """
    news = [
        fact
        for fact in facts
        if work.now - fact.at < _stale_after and fact.decode(ClaimedCoupon).origin == "welcome"
    ]
    merchants = await _merchants(work, news)
    await send_notices(work, [_arrival(fact, merchants) for fact in news])


def _money(fact: Fact, merchants: dict[MerchantId, PublicMerchant]) -> NewNotice:
    if fact.kind == "orders.refunded":
        return _refund(fact, merchants)
    return _receipt(fact, merchants)


def _refund(fact: Fact, merchants: dict[MerchantId, PublicMerchant]) -> NewNotice:
    refund = fact.decode(RefundedOrder)
    return NewNotice(
        person_id=fact.person_id,
        kind="orders.refund",
        at=fact.at,
        merchant_id=fact.merchant_id,
        fields={
            "order_id": str(fact.subject_id),
            "merchant_name": merchants[MerchantId(fact.merchant_id)].name,
            "currency": refund.currency,
            "amount_fen": refund.amount_fen,
            "points_back": refund.points_back,
        },
    )


def _receipt(fact: Fact, merchants: dict[MerchantId, PublicMerchant]) -> NewNotice:
    order = fact.decode(PaidOrder)
    return NewNotice(
        person_id=fact.person_id,
        kind="orders.receipt",
        at=fact.at,
        merchant_id=fact.merchant_id,
        fields={
            "order_id": str(fact.subject_id),
            "merchant_name": merchants[MerchantId(fact.merchant_id)].name,
            "currency": order.currency,
            "total_fen": order.total_fen,
            "points_earned": order.points_earned,
        },
    )


def _arrival(fact: Fact, merchants: dict[MerchantId, PublicMerchant]) -> NewNotice:
    return NewNotice(
        person_id=fact.person_id,
        kind="coupons.arrived",
        at=fact.at,
        merchant_id=fact.merchant_id,
        fields={
            "coupon_id": str(fact.subject_id),
            "merchant_name": merchants[MerchantId(fact.merchant_id)].name,
            "coupon_name": fact.decode(ClaimedCoupon).campaign_name,
        },
    )


async def _merchants(work: Work, facts: Sequence[Fact]) -> dict[MerchantId, PublicMerchant]:
    return await find_merchants(work.db, sorted({fact.merchant_id for fact in facts}))


FOLLOWERS = (
    # One follower for both: its cursor stands where it stood before refunds were told of, so those
    # of long ago, which a new follower would begin with, stay untold.
    Follower(
        name="notices.receipts", kinds=("orders.paid", "orders.refunded"), handle=on_money_moved
    ),
    Follower(name="notices.coupons", kinds=("coupons.claimed",), handle=on_coupons_claimed),
)
