"""Gives coupons to members who did not ask: welcome gifts, and those that come with a message."""

from collections.abc import Sequence

from banyan.books.work import Work
from banyan.commerce.coupons import store
from banyan.commerce.coupons.issue import issue_coupons
from banyan.commerce.coupons.rules import WELCOME_MAX, Wish
from banyan.commerce.coupons.types import Campaign, CouponId, Origin
from banyan.commerce.members import MemberId


async def grant_coupons(
    work: Work,
    merchant_id: int,
    campaign_id: int,
    members: Sequence[tuple[MemberId, int]],
    *,
    origin: Origin,
    origin_id: int = 0,
) -> dict[MemberId, CouponId]:
    """Give each (member, person) a coupon; return who got one.

    Who reached the limit gets none, and nobody does when the pool is empty or the campaign is not
    on: a gift that can't be given is no failure. If rivals empty the pool meanwhile, the ledger
    refuses the whole (`coupons.sold_out`), and a follower or timer simply comes again.
    """
    campaigns = await store.find_campaigns(work.db, [(merchant_id, campaign_id)])
    campaign = campaigns.get((merchant_id, campaign_id))
    if campaign is None:
        return {}
    wishes = [
        Wish(
            campaign=campaign,
            member_id=member_id,
            person_id=person_id,
            at=work.now,
            origin=origin,
            origin_id=origin_id,
        )
        for member_id, person_id in members
    ]
    issued = await issue_coupons(work, wishes)
    return {one[1].wish.member_id: CouponId(one[0]) for one in issued if isinstance(one, tuple)}


async def list_welcome_campaigns(work: Work, merchant_ids: Sequence[int]) -> list[Campaign]:
    """Return the open campaigns that welcome new members of these merchants."""
    return await store.list_welcome(work.db, merchant_ids, work.now, WELCOME_MAX)
