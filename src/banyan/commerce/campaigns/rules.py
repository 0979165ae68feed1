"""Which segments make sense, and what a segment's rules mean at an instant."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from banyan.base.errors import Invalid
from banyan.commerce.campaigns.types import SegmentRules
from banyan.commerce.members import MemberFilter, MemberId


def check_rules(rules: SegmentRules) -> None:
    """Accept rules that somebody could meet.

    Raises Invalid `campaigns.span_empty` with the `field` whose upper end is below its lower, or
    `campaigns.coupon_rule_missing` for a coupon campaign without `has_coupon`.
    """
    spans = {
        "orders": (rules.orders_min, rules.orders_max),
        "idle_days": (rules.idle_days_min, rules.idle_days_max),
        "spent": (rules.spent_min_fen, rules.spent_max_fen),
        "member_days": (rules.member_days_min, rules.member_days_max),
    }
    for field, (lowest, highest) in spans.items():
        if lowest is not None and highest is not None and lowest > highest:
            raise Invalid("campaigns.span_empty", field=field)
    if rules.coupon_campaign_id is not None and rules.has_coupon is None:
        raise Invalid("campaigns.coupon_rule_missing")


def compute_filter(rules: SegmentRules, now: datetime) -> MemberFilter:
    """Return what the rules say about members themselves, days turned into instants."""
    return MemberFilter(
        tier_nos=rules.tier_nos,
        spent_min_fen=rules.spent_min_fen,
        spent_max_fen=rules.spent_max_fen,
        orders_min=rules.orders_min,
        orders_max=rules.orders_max,
        ordered_before=_ago(now, rules.idle_days_min),
        ordered_since=_ago(now, rules.idle_days_max),
        joined_before=_ago(now, rules.member_days_min),
        joined_since=_ago(now, rules.member_days_max),
        joined_code_ids=rules.joined_code_ids,
    )


def select_by_coupon(
    members: Sequence[tuple[MemberId, int]], holders: set[MemberId], *, has_coupon: bool
) -> list[tuple[MemberId, int]]:
    """Return those of the (member, person) pairs who hold a coupon, or those who don't."""
    return [one for one in members if (one[0] in holders) == has_coupon]


def _ago(now: datetime, days: int | None) -> datetime | None:
    return None if days is None else now - timedelta(days=days)
