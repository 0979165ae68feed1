"""How rows of this room become its structs."""

import asyncpg
import msgspec

from banyan.base.ids import Id
from banyan.commerce.cards.types import (
    ActivationForm,
    Card,
    CardFace,
    CardId,
    CardKind,
    CardStatus,
    CardTerms,
    CodeState,
    HeldCard,
    HolderFacts,
    SelfUse,
)
from banyan.commerce.coupons import CampaignId, CouponId
from banyan.commerce.members import MemberId
from banyan.reach.channels import ChannelId


def card_of(row: asyncpg.Record) -> Card:
    """Return a card."""
    return Card(
        merchant_id=Id(row["merchant_id"]),
        card_id=CardId(row["card_id"]),
        channel_id=ChannelId(row["channel_id"]),
        kind=CardKind(row["kind"]),
        campaign_id=CampaignId(row["campaign_id"]),
        status=CardStatus(row["status"]),
        reason=row["reason"],
        face=msgspec.convert(row["face"], CardFace),
        terms=msgspec.convert(row["terms"], CardTerms),
        extra=row["extra"],
        form=msgspec.convert(row["form"], ActivationForm | None),
        self_use=msgspec.convert(row["self_use"], SelfUse),
        has_pay_cell=row["has_pay_cell"],
        is_from_program=row["is_from_program"],
        valid_until=row["valid_until"],
        valid_days=row["valid_days"],
        budget=row["budget"],
        get_limit=row["get_limit"],
        created_at=row["created_at"],
        changed_at=row["changed_at"],
        reminded_at=row["reminded_at"],
    )


def held_of(row: asyncpg.Record) -> HeldCard:
    """Return a card in somebody's hands."""
    return HeldCard(
        merchant_id=row["merchant_id"],
        card_id=CardId(row["card_id"]),
        code=row["code"],
        is_custom=row["is_custom"],
        coupon_id=CouponId(row["coupon_id"]),
        member_id=MemberId(row["member_id"]),
        person_id=row["person_id"],
        openid=row["openid"],
        state=CodeState(row["state"]),
        outer_id=row["outer_id"],
        outer_str=row["outer_str"],
        taken_at=row["taken_at"],
        expires_at=row["expires_at"],
        from_code=row["from_code"],
        number=row["number"],
        activated_at=row["activated_at"],
        active_from=row["active_from"],
        active_until=row["active_until"],
        submitted_at=row["submitted_at"],
        facts=msgspec.convert(row["facts"], HolderFacts),
    )
