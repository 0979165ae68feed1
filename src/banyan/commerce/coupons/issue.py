"""Puts coupons into members' hands: the one way, whether they asked or are given."""

from collections.abc import Sequence

from banyan.base.errors import Refusal
from banyan.books.work import Work
from banyan.commerce.coupons import store
from banyan.commerce.coupons.accounts import note_moved, read_left
from banyan.commerce.coupons.hooks import HOOKS, Issued
from banyan.commerce.coupons.rules import Claim, Wish, decide_claims
from banyan.commerce.coupons.types import CouponClaimed, CouponId, TransferCode

_rounds_max = 3
"""How often a member's rivals for the same ordinal may be faster before we give up."""


async def issue_coupons(work: Work, wishes: Sequence[Wish]) -> list[Issued | Refusal]:
    """Give each wish a coupon or a refusal, in order, each with what it notes under its index.

    Refusals: `coupons.limit_reached`, `coupons.sold_out`, `coupons.not_yet`,
    `coupons.campaign_over`, `coupons.campaign_closed`, `coupons.not_claimable`. At the end of the
    operation the ledger may still refuse as `coupons.sold_out` if a rival emptied the pool.
    """
    outcomes: list[Issued | Refusal | None] = [None] * len(wishes)
    waiting = list(range(len(wishes)))
    for _ in range(_rounds_max):
        waiting = await _issue_round(work, wishes, waiting, outcomes)
        if not waiting:
            break
    for place in waiting:
        outcomes[place] = Refusal("coupons.contended")
    given = [one for one in outcomes if one is not None]
    if wishes:
        await HOOKS.tell_issued(work, [one for one in given if isinstance(one, tuple)])
    return given


async def _issue_round(
    work: Work,
    wishes: Sequence[Wish],
    places: Sequence[int],
    outcomes: list[Issued | Refusal | None],
) -> list[int]:
    """Fill in the outcomes at `places`; return those where a rival took the ordinal."""
    asked = [wishes[place] for place in places]
    campaigns = {wish.campaign.campaign_id: wish.campaign for wish in asked}
    counts = await store.count_held(
        work.db, [(campaigns[key[0]].merchant_id, *key) for key in {w.key for w in asked}]
    )
    decided = decide_claims(asked, counts, await read_left(work.db, campaigns.values()))
    fresh: dict[CouponId, tuple[int, Claim]] = {}
    for place, outcome in zip(places, decided, strict=True):
        if isinstance(outcome, Refusal):
            outcomes[place] = outcome
        else:
            fresh[CouponId(work.ids.next())] = (place, outcome)
    if not fresh:
        return []
    claims = {coupon_id: claim for coupon_id, (_, claim) in fresh.items()}
    inserted = await store.insert_coupons(work.db, claims)
    for coupon_id in claims:
        place, claim = fresh[coupon_id]
        if coupon_id in inserted:
            outcomes[place] = (coupon_id, claim)
            _note_issued(work, coupon_id, claim)
    return [place for coupon_id, (place, _) in fresh.items() if coupon_id not in inserted]


def _note_issued(work: Work, coupon_id: CouponId, claim: Claim) -> None:
    wish = claim.wish
    campaign = wish.campaign
    note_moved(
        work,
        campaign.merchant_id,
        campaign.campaign_id,
        TransferCode.CLAIMED,
        cause=coupon_id,
        index=wish.index,
    )
    work.record(
        CouponClaimed(
            merchant_id=int(campaign.merchant_id),
            person_id=wish.person_id,
            subject_id=int(coupon_id),
            coupon_id=coupon_id,
            campaign_id=campaign.campaign_id,
            member_id=wish.member_id,
            campaign_name=campaign.name,
            origin=wish.origin,
            origin_id=wish.origin_id,
            expires_at=claim.expires_at,
        ),
        index=wish.index,
        at=wish.at,
    )
