"""Segments that somebody could belong to, and what their days mean at an instant."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Invalid
from banyan.commerce.campaigns.rules import check_rules, compute_filter, select_by_coupon
from banyan.commerce.campaigns.types import SegmentRules
from banyan.commerce.coupons.types import CampaignId
from banyan.commerce.members.types import MemberFilter, MemberId

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_no_rules_mean_everybody() -> None:
    check_rules(SegmentRules())
    assert compute_filter(SegmentRules(), NOON) == MemberFilter()


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        (SegmentRules(orders_min=2, orders_max=1), "orders"),
        (SegmentRules(idle_days_min=31, idle_days_max=30), "idle_days"),
        (SegmentRules(spent_min_fen=1, spent_max_fen=0), "spent"),
        (SegmentRules(member_days_min=8, member_days_max=7), "member_days"),
    ],
)
def test_rules_that_nobody_meets_are_refused(rules: SegmentRules, field: str) -> None:
    with pytest.raises(Invalid, match="span_empty") as caught:
        check_rules(rules)
    assert caught.value.fields == {"field": field}


def test_a_coupon_campaign_needs_the_question_it_belongs_to() -> None:
    check_rules(SegmentRules(has_coupon=False, coupon_campaign_id=CampaignId(1)))
    with pytest.raises(Invalid, match="coupon_rule_missing"):
        check_rules(SegmentRules(coupon_campaign_id=CampaignId(1)))


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_days_become_instants_in_the_right_order(some: int, more: int) -> None:
    rules = SegmentRules(idle_days_min=some, idle_days_max=some + more)
    check_rules(rules)
    filtered = compute_filter(rules, NOON)
    assert filtered.ordered_before == NOON - timedelta(days=some)
    assert filtered.ordered_since is not None
    assert filtered.ordered_since <= filtered.ordered_before


@given(st.sets(st.integers(1, 20)), st.sets(st.integers(1, 20)), st.booleans())
def test_holders_and_the_others_make_up_everybody(
    members: set[int], holders: set[int], has_coupon: object
) -> None:
    pairs = [(MemberId(one), one) for one in sorted(members)]
    held = {MemberId(one) for one in holders}
    chosen = select_by_coupon(pairs, held, has_coupon=bool(has_coupon))
    others = select_by_coupon(pairs, held, has_coupon=not has_coupon)
    assert sorted(chosen + others) == pairs
    assert {one in held for one, _ in chosen} <= {bool(has_coupon)}
