"""Whom a campaign gives a coupon, until when it lasts, and when nobody need look again."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.ids import Id
from banyan.commerce.coupons.rules import (
    Claim,
    Wish,
    check_terms,
    check_usable,
    check_window,
    compute_expiry,
    compute_next_sweep,
    decide_claims,
)
from banyan.commerce.coupons.types import (
    Campaign,
    CampaignId,
    CouponForOrder,
    CouponId,
    CouponKind,
    CouponState,
    CouponTerms,
    Origin,
)
from banyan.commerce.members.types import MemberId

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIVE_OFF = CouponTerms(kind=CouponKind.AMOUNT_OFF, threshold_fen=3000, amount_off_fen=500)


def campaign(number: int = 1, *, limit: int = 1, valid_days: int = 0, **facts: object) -> Campaign:
    given: dict[str, object] = {
        "merchant_id": Id(1),
        "campaign_id": CampaignId(number),
        "name": "券",
        "terms": FIVE_OFF,
        "budget": 100,
        "per_person_limit": limit,
        "valid_from": NOON - timedelta(days=1),
        "valid_until": NOON + timedelta(days=10),
        "valid_days": valid_days,
        "is_welcome": False,
        "is_claimable": True,
        "created_at": NOON,
    }
    return Campaign(**(given | facts))  # type: ignore[arg-type]


wishes_of = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 6)), max_size=40)


@given(
    wishes_of,
    st.integers(1, 3),
    st.dictionaries(st.integers(1, 3), st.integers(0, 10)),
    st.dictionaries(st.tuples(st.integers(1, 3), st.integers(1, 6)), st.integers(0, 4)),
)
def test_nobody_passes_the_limit_and_no_pool_is_overdrawn(
    asked: list[tuple[int, int]],
    limit: int,
    left: dict[int, int],
    had: dict[tuple[int, int], int],
) -> None:
    wishes = [
        Wish(
            campaign=campaign(number, limit=limit),
            member_id=MemberId(member),
            person_id=member,
            at=NOON,
            origin=Origin.CLAIM,
        )
        for number, member in asked
    ]
    counts = {(CampaignId(c), MemberId(m)): count for (c, m), count in had.items()}
    pools = {CampaignId(c): count for c, count in left.items()}
    outcomes = decide_claims(wishes, counts, pools)
    assert len(outcomes) == len(wishes)
    taken: Counter[CampaignId] = Counter()
    mine = Counter(counts)
    for wish, outcome in zip(wishes, outcomes, strict=True):
        number = wish.campaign.campaign_id
        if isinstance(outcome, Claim):
            taken[number] += 1
            mine[wish.key] += 1
            assert outcome.wish is wish
            assert outcome.ordinal == mine[wish.key] <= limit
        elif outcome.code == "coupons.limit_reached":
            assert mine[wish.key] >= limit
        else:
            assert outcome.code == "coupons.sold_out"
            assert taken[number] == pools.get(number, 0)
    assert all(taken[number] <= pools.get(number, 0) for number in taken)


@given(
    st.integers(0, 400),
    st.integers(-10, 10),
    st.none() | st.integers(0, 20),
    st.sampled_from((None, NOON)),
    st.integers(0, 1000),
)
def test_no_coupon_expires_before_somebody_looks(
    valid_days: int,
    hours: int,
    earliest_in: int | None,
    closed_at: datetime | None,
    claimed_in: int,
) -> None:
    one = campaign(valid_days=valid_days, closed_at=closed_at)
    now = NOON + timedelta(hours=hours)
    earliest = None if earliest_in is None else now + timedelta(days=earliest_in)
    sweep_at = compute_next_sweep(one, now, earliest)
    if earliest is not None:
        assert sweep_at is not None
        assert sweep_at <= earliest
    claimed_at = max(now, one.valid_from) + timedelta(hours=claimed_in)
    if closed_at is None and claimed_at < one.valid_until:
        assert sweep_at is not None
        assert sweep_at <= compute_expiry(one, claimed_at)
    if closed_at is not None and earliest is None:
        assert sweep_at is None


def test_terms_must_belong_to_their_kind() -> None:
    check_terms(FIVE_OFF)
    check_terms(CouponTerms(kind=CouponKind.PERCENT_OFF, percent_bp=1500, cap_fen=1000))
    with pytest.raises(Invalid, match="terms_mixed"):
        check_terms(CouponTerms(kind=CouponKind.AMOUNT_OFF, amount_off_fen=1, percent_bp=1))
    with pytest.raises(Invalid, match="terms_mixed"):
        check_terms(CouponTerms(kind=CouponKind.AMOUNT_OFF, amount_off_fen=1, cap_fen=1))
    with pytest.raises(Invalid, match="terms_mixed"):
        check_terms(CouponTerms(kind=CouponKind.PERCENT_OFF, percent_bp=1, amount_off_fen=1))
    with pytest.raises(Invalid, match="terms_worthless"):
        check_terms(CouponTerms(kind=CouponKind.AMOUNT_OFF))
    with pytest.raises(Invalid, match="terms_worthless"):
        check_terms(CouponTerms(kind=CouponKind.PERCENT_OFF))


def test_windows_have_a_length_and_an_end() -> None:
    second = timedelta(seconds=1)
    check_window(NOON, NOON + second, NOON)
    with pytest.raises(Invalid, match="window_empty"):
        check_window(NOON + second, NOON + second, NOON)
    with pytest.raises(Invalid, match="window_past"):
        check_window(NOON - second, NOON, NOON)
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    for span in ((NOON, NOON + timedelta(5_000)), (first, NOON + second), (NOON, last)):
        with pytest.raises(Invalid, match="window_too_far"):
            check_window(*span, NOON)


def held(state: CouponState = CouponState.CLAIMED, order_id: int = 0) -> CouponForOrder:
    return CouponForOrder(
        merchant_id=1,
        coupon_id=CouponId(2),
        campaign_id=CampaignId(3),
        member_id=MemberId(4),
        person_id=5,
        state=state,
        order_id=order_id,
        expires_at=NOON,
        terms=FIVE_OFF,
    )


def test_only_its_member_may_use_a_coupon_once_and_in_time() -> None:
    before = NOON - timedelta(microseconds=1)
    assert check_usable(held(), 4, before) == held()
    with pytest.raises(Refusal, match=r"coupons\.expired"):
        check_usable(held(), 4, NOON)
    with pytest.raises(Refusal, match=r"coupons\.expired"):
        check_usable(held(CouponState.EXPIRED), 4, before)
    with pytest.raises(Refusal, match=r"coupons\.redeemed"):
        check_usable(held(CouponState.REDEEMED, 9), 4, before)
    with pytest.raises(Refusal, match=r"coupons\.reserved"):
        check_usable(held(CouponState.RESERVED, 9), 4, before)
    with pytest.raises(NotFound, match=r"coupons\.not_found"):
        check_usable(held(), 5, before)
    with pytest.raises(NotFound, match=r"coupons\.not_found"):
        check_usable(None, 4, before)
