"""Which campaigns make sense, who may claim, how long a coupon lasts, and when it may be used."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.commerce.coupons.types import (
    Campaign,
    CampaignId,
    CouponForOrder,
    CouponKind,
    CouponState,
    CouponTerms,
    Origin,
)
from banyan.commerce.members.types import MemberId

VALIDITY_DAYS_MAX = 3_660
WELCOME_MAX = 20
"""Most campaigns that welcome whoever joins a merchant at one time."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """One member who should get one coupon; `index` is the command it belongs to."""

    campaign: Campaign
    member_id: MemberId
    person_id: int
    at: datetime
    origin: Origin
    origin_id: int = 0
    index: int = 0
    asked: msgspec.Struct | None = None
    """What the room above asked for, and wants to see again when the coupon is there."""

    @property
    def key(self) -> tuple[CampaignId, MemberId]:
        """What the limit a person counts over."""
        return self.campaign.campaign_id, self.member_id


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A wish that may come true: the how many-th coupon of that member, and until when."""

    wish: Wish
    ordinal: int
    expires_at: datetime


def check_terms(terms: CouponTerms) -> None:
    """Accept terms that belong to their kind.

    Raises Invalid `coupons.terms_mixed` or `coupons.terms_worthless`.
    """
    if terms.kind is CouponKind.AMOUNT_OFF:
        worth, foreign = terms.amount_off_fen, terms.percent_bp or terms.cap_fen
    elif terms.kind is CouponKind.VOUCHER:
        worth, foreign = 1, terms.amount_off_fen or terms.percent_bp or terms.cap_fen
    else:
        worth, foreign = terms.percent_bp, terms.amount_off_fen
    if foreign:
        raise Invalid("coupons.terms_mixed", kind=terms.kind.value)
    if not worth:
        raise Invalid("coupons.terms_worthless", kind=terms.kind.value)


def check_window(valid_from: datetime, valid_until: datetime, now: datetime) -> None:
    """Accept a span of some time that is not over, and neither end ten years away.

    Raises Invalid `coupons.window_empty`, `coupons.window_past` or `coupons.window_too_far`.
    """
    if valid_from >= valid_until:
        raise Invalid("coupons.window_empty")
    if valid_until <= now:
        raise Invalid("coupons.window_past")
    if max(now - valid_from, valid_until - now) > timedelta(days=VALIDITY_DAYS_MAX):
        raise Invalid("coupons.window_too_far", days_max=VALIDITY_DAYS_MAX)


def compute_expiry(campaign: Campaign, claimed_at: datetime) -> datetime:
    """Return until when a coupon that is claimed now may be used."""
    if not campaign.valid_days:
        return campaign.valid_until
    days = campaign.wait_days + campaign.valid_days
    return min(campaign.valid_until, claimed_at + timedelta(days=days))


def compute_start(campaign: Campaign, claimed_at: datetime) -> datetime | None:
    """Return from when on a coupon that is claimed now may be used; None for at once."""
    if campaign.wait_days:
        waited = claimed_at + timedelta(days=campaign.wait_days)
        return max(waited, campaign.usable_from or waited)
    start = campaign.usable_from
    return start if start is not None and start > claimed_at else None


def compute_next_sweep(
    campaign: Campaign, now: datetime, earliest: datetime | None
) -> datetime | None:
    """Return when a coupon of the campaign can expire next; None when none ever can again.

    `earliest` is the earliest expiry among those in members' hands. One that is claimed later than
    now can't expire before one that would be claimed now.
    """
    may_issue = campaign.closed_at is None and now < campaign.valid_until
    ahead = compute_expiry(campaign, max(now, campaign.valid_from)) if may_issue else None
    return min((one for one in (earliest, ahead) if one is not None), default=None)


def find_obstacle(campaign: Campaign | None, at: datetime, origin: Origin) -> Refusal | None:
    """Return why a campaign gives nobody a coupon at this instant, or None."""
    if campaign is None:
        return NotFound("coupons.campaign_not_found")
    if campaign.closed_at is not None:
        return Refusal("coupons.campaign_closed")
    if origin is Origin.CLAIM and not campaign.is_claimable:
        return Refusal("coupons.not_claimable")
    if at < campaign.valid_from:
        return Refusal("coupons.not_yet")
    if at >= campaign.valid_until:
        return Refusal("coupons.campaign_over")
    return None


def decide_claims(
    wishes: Sequence[Wish],
    counts: Mapping[tuple[CampaignId, MemberId], int],
    left: Mapping[CampaignId, int],
) -> list[Claim | Refusal]:
    """Return what comes of each wish, in order: first come, first served.

    `counts`: how many coupons a member has from a campaign. `left`: how many the pool has; it may
    be more than there will be, as rivals take some, but never less: so whom this refuses was
    rightly refused, and whom it lets pass the ledger has the last word on.
    """
    taken: dict[tuple[CampaignId, MemberId], int] = {}
    gone: dict[CampaignId, int] = {}
    outcomes: list[Claim | Refusal] = []
    for wish in wishes:
        campaign = wish.campaign
        ordinal = counts.get(wish.key, 0) + taken.get(wish.key, 0) + 1
        obstacle = find_obstacle(campaign, wish.at, wish.origin)
        if obstacle is not None:
            outcomes.append(obstacle)
        elif ordinal > campaign.per_person_limit:
            outcomes.append(Refusal("coupons.limit_reached", limit=campaign.per_person_limit))
        elif gone.get(campaign.campaign_id, 0) >= left.get(campaign.campaign_id, 0):
            outcomes.append(Refusal("coupons.sold_out"))
        else:
            taken[wish.key] = taken.get(wish.key, 0) + 1
            gone[campaign.campaign_id] = gone.get(campaign.campaign_id, 0) + 1
            expires_at = compute_expiry(campaign, wish.at)
            outcomes.append(Claim(wish=wish, ordinal=ordinal, expires_at=expires_at))
    return outcomes


def check_usable(coupon: CouponForOrder | None, member_id: int, at: datetime) -> CouponForOrder:
    """Return a coupon that this member may use for a new order.

    Raises NotFound `coupons.not_found`; Refusal `coupons.not_for_orders` and those of
    `check_unused`.
    """
    if coupon is None or coupon.member_id != member_id:
        raise NotFound("coupons.not_found")
    if coupon.terms.kind is CouponKind.VOUCHER:
        raise Refusal("coupons.not_for_orders")
    return check_unused(coupon, at)


def check_unused(coupon: CouponForOrder, at: datetime) -> CouponForOrder:
    """Return a coupon that may be used at this instant.

    Raises Refusal `coupons.reserved`, `coupons.redeemed`, `coupons.voided`, `coupons.given`,
    `coupons.expired`, `coupons.not_usable_yet`.
    """
    if coupon.state is CouponState.RESERVED:
        raise Refusal("coupons.reserved", order_id=str(coupon.order_id))
    if coupon.state is CouponState.REDEEMED:
        raise Refusal("coupons.redeemed", order_id=str(coupon.order_id))
    if coupon.state in {CouponState.VOIDED, CouponState.GIVEN}:
        raise Refusal(f"coupons.{coupon.state.value}")
    if coupon.state is CouponState.EXPIRED or at >= coupon.expires_at:
        raise Refusal("coupons.expired")
    if coupon.usable_from is not None and at < coupon.usable_from:
        raise Refusal("coupons.not_usable_yet")
    return coupon
