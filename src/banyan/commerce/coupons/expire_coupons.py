"""Lets coupons expire: one timer a campaign, which sets itself to when the next can expire."""

from datetime import datetime

from banyan.books.room import Timer
from banyan.books.work import Work
from banyan.commerce.coupons import store
from banyan.commerce.coupons.accounts import note_moved
from banyan.commerce.coupons.rules import compute_next_sweep
from banyan.commerce.coupons.types import CouponExpired, TransferCode

EXPIRE_DUE = "coupons.expire_due"
SWEEP_MAX = 1_000
"""Most coupons that expire in one transaction; the timer comes again at once for the rest."""


def note_sweep(work: Work, merchant_id: int, campaign_id: int, due_at: datetime) -> None:
    """Have the campaign's coupons looked through at that time."""
    work.later(EXPIRE_DUE, int(campaign_id), due_at, data=str(int(merchant_id)).encode())


async def expire_due(work: Work, timer: Timer) -> None:
    """Let the campaign's coupons expire whose time is over, and come again for the next."""
    merchant_id = int(timer.data)
    campaigns = await store.find_campaigns(work.db, [(merchant_id, timer.subject)])
    campaign = campaigns[merchant_id, timer.subject]
    expired = await store.set_expired(work.db, campaign, work.now, SWEEP_MAX)
    if expired:
        note_moved(
            work,
            merchant_id,
            campaign.campaign_id,
            TransferCode.EXPIRED,
            cause=campaign.campaign_id,
            count=len(expired),
        )
    for coupon_id, member_id, person_id in expired:
        work.record(
            CouponExpired(
                merchant_id=merchant_id,
                person_id=person_id,
                subject_id=int(coupon_id),
                coupon_id=coupon_id,
                campaign_id=campaign.campaign_id,
                member_id=member_id,
            )
        )
    earliest = await store.find_earliest(work.db, campaign, work.now)
    next_at = compute_next_sweep(campaign, work.now, earliest)
    if next_at is not None:
        note_sweep(work, merchant_id, campaign.campaign_id, next_at)


TIMERS = {EXPIRE_DUE: expire_due}
