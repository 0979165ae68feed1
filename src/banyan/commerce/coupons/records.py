"""How rows of this room become its structs."""

import asyncpg

from banyan.base.ids import Id
from banyan.commerce.coupons.types import (
    Campaign,
    CampaignId,
    Coupon,
    CouponForOrder,
    CouponId,
    CouponKind,
    CouponState,
    CouponTerms,
    Origin,
)
from banyan.commerce.members.types import MemberId


def _terms(row: asyncpg.Record) -> CouponTerms:
    return CouponTerms(
        kind=CouponKind(row["kind"]),
        threshold_fen=row["threshold_fen"],
        amount_off_fen=row["amount_off_fen"],
        percent_bp=row["percent_bp"],
        cap_fen=row["cap_fen"],
    )


def campaign_of(row: asyncpg.Record) -> Campaign:
    """Return a campaign."""
    return Campaign(
        merchant_id=Id(row["merchant_id"]),
        campaign_id=CampaignId(row["campaign_id"]),
        name=row["name"],
        terms=_terms(row),
        budget=row["budget"],
        per_person_limit=row["per_person_limit"],
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        valid_days=row["valid_days"],
        is_welcome=row["is_welcome"],
        is_claimable=row["is_claimable"],
        created_at=row["created_at"],
        closed_at=row["closed_at"],
        usable_from=row["usable_from"],
        wait_days=row["wait_days"],
    )


def coupon_of(row: asyncpg.Record) -> Coupon:
    """Return a coupon with its campaign's name and terms."""
    return Coupon(
        merchant_id=Id(row["merchant_id"]),
        coupon_id=CouponId(row["coupon_id"]),
        campaign_id=CampaignId(row["campaign_id"]),
        member_id=MemberId(row["member_id"]),
        name=row["name"],
        terms=_terms(row),
        state=CouponState(row["state"]),
        origin=Origin(row["origin"]),
        claimed_at=row["claimed_at"],
        expires_at=row["expires_at"],
        order_id=Id(row["order_id"]),
        usable_from=row["usable_from"],
    )


def coupon_for_order_of(row: asyncpg.Record) -> CouponForOrder:
    """Return a coupon as an order needs it."""
    return CouponForOrder(
        merchant_id=row["merchant_id"],
        coupon_id=CouponId(row["coupon_id"]),
        campaign_id=CampaignId(row["campaign_id"]),
        member_id=MemberId(row["member_id"]),
        person_id=row["person_id"],
        state=CouponState(row["state"]),
        order_id=row["order_id"],
        expires_at=row["expires_at"],
        terms=_terms(row),
        usable_from=row["usable_from"],
    )
