"""Lets members take coupons: a hot one, so it serves many callers in one transaction."""

from collections.abc import Sequence

import msgspec

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.base.ids import Id
from banyan.books.work import Call, Permission, Work, plural
from banyan.commerce.coupons import store
from banyan.commerce.coupons.hooks import Issued
from banyan.commerce.coupons.issue import issue_coupons
from banyan.commerce.coupons.rules import Wish, compute_start, find_obstacle
from banyan.commerce.coupons.types import CampaignId, Coupon, CouponState, Origin
from banyan.commerce.members import find_members
from banyan.parties.merchants import MerchantId


class ClaimCoupon(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take one coupon of a campaign."""

    merchant_id: MerchantId
    campaign_id: CampaignId


@plural(permission=Permission.PERSON, batch_max=1_000)
async def claim_coupons(
    work: Work, calls: Sequence[Call[ClaimCoupon]]
) -> Sequence[Coupon | Failure]:
    """Give each member who asks a coupon, first come first served, never more than there are.

    Refuses with NotFound `coupons.campaign_not_found`; Refusal `members.required`,
    `coupons.not_claimable`, `coupons.not_yet`, `coupons.campaign_over`, `coupons.campaign_closed`,
    `coupons.limit_reached`, `coupons.sold_out`, `coupons.contended` (one person, many devices).
    """
    wishes = await _wishes(work, calls)
    issued = await issue_coupons(work, [one for one in wishes if isinstance(one, Wish)])
    given = iter(issued)
    return [one if isinstance(one, Failure) else _outcome(next(given)) for one in wishes]


async def _wishes(work: Work, calls: Sequence[Call[ClaimCoupon]]) -> list[Wish | Refusal]:
    asked = {(call.command.merchant_id, call.command.campaign_id) for call in calls}
    people = {(call.command.merchant_id, call.actor.person_id) for call in calls}
    campaigns = await store.find_campaigns(work.db, list(asked))
    members = await find_members(work.db, list(people))
    wishes: list[Wish | Refusal] = []
    for call in calls:
        campaign = campaigns.get((call.command.merchant_id, call.command.campaign_id))
        member = members.get((call.command.merchant_id, call.actor.person_id))
        if campaign is None:
            wishes.append(NotFound("coupons.campaign_not_found"))
        elif member is None:
            obstacle = find_obstacle(campaign, call.at, Origin.CLAIM)
            wishes.append(obstacle or Refusal("members.required"))
        else:
            wishes.append(
                Wish(
                    campaign=campaign,
                    member_id=member.member_id,
                    person_id=call.actor.person_id,
                    at=call.at,
                    origin=Origin.CLAIM,
                    index=call.index,
                )
            )
    return wishes


def _outcome(issued: Issued | Refusal) -> Coupon | Failure:
    if isinstance(issued, Refusal):
        return issued
    coupon_id, claim = issued
    wish = claim.wish
    return Coupon(
        merchant_id=wish.campaign.merchant_id,
        coupon_id=coupon_id,
        campaign_id=wish.campaign.campaign_id,
        member_id=wish.member_id,
        name=wish.campaign.name,
        terms=wish.campaign.terms,
        state=CouponState.CLAIMED,
        origin=wish.origin,
        claimed_at=wish.at,
        expires_at=claim.expires_at,
        order_id=Id(0),
        usable_from=compute_start(wish.campaign, wish.at),
    )
