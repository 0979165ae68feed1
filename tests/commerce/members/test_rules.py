"""Spending leads to one tier, and only sensible lists of tiers are taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Invalid
from banyan.commerce.members.rules import (
    check_tiers,
    compute_default_tiers,
    decide_tier,
    find_next_tier,
)
from banyan.commerce.members.types import TIERS_MAX, NewTier, Tier

thresholds_of = st.sets(st.integers(1, 10**6), max_size=5).map(lambda some: [0, *sorted(some)])


@given(thresholds_of, st.integers(-1000, 2 * 10**6), st.integers(0, 10**6))
def test_more_spending_never_leads_to_a_lower_tier(
    thresholds: list[int], spent_fen: int, more_fen: int
) -> None:
    tiers = [
        Tier(
            tier_no=number,
            name=str(number),
            threshold_fen=threshold,
            discount_bp=0,
            points_rate_bp=0,
        )
        for number, threshold in enumerate(thresholds, start=1)
    ]
    tier = decide_tier(tiers, spent_fen)
    assert tier.threshold_fen <= max(0, spent_fen)
    assert decide_tier(tiers, spent_fen + more_fen).tier_no >= tier.tier_no
    ahead = find_next_tier(tiers, spent_fen)
    if ahead is None:
        assert tier == tiers[-1]
    else:
        assert ahead.tier_no == tier.tier_no + 1
        assert ahead.threshold_fen > spent_fen


@pytest.mark.parametrize("language", ["zh", "en", "fr"])
def test_the_default_tiers_make_sense(language: str) -> None:
    tiers = compute_default_tiers(language)
    check_tiers([NewTier(name=one.name, threshold_fen=one.threshold_fen) for one in tiers])
    assert [one.tier_no for one in tiers] == [1, 2, 3, 4]
    discounts = [one.discount_bp for one in tiers]
    assert discounts == sorted(discounts)


def test_tiers_begin_at_nothing_ascend_and_have_names_of_their_own() -> None:
    first = NewTier(name="会员", threshold_fen=0)
    silver = NewTier(name="银卡", threshold_fen=1000)
    check_tiers([first])
    check_tiers([first, silver])
    with pytest.raises(Invalid, match="first_not_free"):
        check_tiers([silver])
    with pytest.raises(Invalid, match="first_not_free"):
        check_tiers([])
    with pytest.raises(Invalid, match="not_ascending"):
        check_tiers([first, silver, NewTier(name="金卡", threshold_fen=1000)])
    with pytest.raises(Invalid, match="name_twice"):
        check_tiers([first, NewTier(name="会员", threshold_fen=1000)])
    many = [NewTier(name=str(n), threshold_fen=n) for n in range(TIERS_MAX + 1)]
    with pytest.raises(Invalid, match="too_many"):
        check_tiers(many)
