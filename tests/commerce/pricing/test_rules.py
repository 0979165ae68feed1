"""The promises of pricing hold for any basket, tier, coupon and sequence of refunds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Invalid, Refusal
from banyan.commerce.coupons.types import CouponKind, CouponTerms
from banyan.commerce.members.types import TierTerms
from banyan.commerce.pricing import (
    PricedLine,
    Quote,
    RefundQuote,
    SoldLine,
    all_that_is_left,
    check_coupon_counts,
    compute_quote,
    compute_refund,
)

lines_of = st.lists(
    st.builds(
        PricedLine,
        unit_price_fen=st.integers(0, 100_000) | st.integers(0, 3),
        quantity=st.integers(1, 50),
    ),
    min_size=1,
    max_size=8,
)
tiers = st.builds(
    TierTerms, discount_bp=st.integers(0, 10_000), points_rate_bp=st.integers(0, 50_000)
)
coupons = st.builds(
    CouponTerms,
    kind=st.sampled_from(CouponKind),
    threshold_fen=st.integers(0, 200_000),
    amount_off_fen=st.integers(1, 300_000),
    percent_bp=st.integers(1, 10_000),
    cap_fen=st.integers(0, 50_000),
)


@given(lines_of, st.none() | coupons, st.none() | tiers)
def test_sums_are_exact_and_nothing_is_below_zero(
    lines: list[PricedLine], coupon: CouponTerms | None, tier: TierTerms | None
) -> None:
    quote = compute_quote(lines, coupon, tier)
    assert quote.subtotal_fen == sum(line.unit_price_fen * line.quantity for line in lines)
    assert quote.total_fen == quote.subtotal_fen - quote.discount_fen
    assert quote.subtotal_fen == sum(line.subtotal_fen for line in quote.lines)
    assert quote.tier_discount_fen == sum(line.tier_discount_fen for line in quote.lines)
    assert quote.coupon_discount_fen == sum(line.coupon_discount_fen for line in quote.lines)
    assert quote.total_fen == sum(line.total_fen for line in quote.lines)
    for line in quote.lines:
        assert line.total_fen == line.subtotal_fen - line.discount_fen
        assert line.total_fen >= 0
        assert line.tier_discount_fen >= 0
        assert line.coupon_discount_fen >= 0


@given(lines_of, st.none() | coupons, tiers)
def test_a_tier_never_makes_an_order_dearer(
    lines: list[PricedLine], coupon: CouponTerms | None, tier: TierTerms
) -> None:
    with_tier = compute_quote(lines, coupon, tier)
    without = compute_quote(lines, coupon)
    assert with_tier.total_fen <= without.total_fen


@given(lines_of, coupons, st.none() | tiers, st.integers(0, 10_000))
def test_a_better_tier_never_makes_an_order_dearer(
    lines: list[PricedLine], coupon: CouponTerms, tier: TierTerms | None, more_bp: int
) -> None:
    discount_bp = min(10_000, (tier.discount_bp if tier else 0) + more_bp)
    better = TierTerms(discount_bp=discount_bp)
    assert (
        compute_quote(lines, coupon, better).total_fen
        <= compute_quote(lines, coupon, tier).total_fen
    )


@given(lines_of, coupons, st.none() | tiers)
def test_a_coupon_never_makes_an_order_dearer_and_says_when_it_falls_short(
    lines: list[PricedLine], coupon: CouponTerms, tier: TierTerms | None
) -> None:
    quote = compute_quote(lines, coupon, tier)
    assert quote.total_fen <= compute_quote(lines, None, tier).total_fen
    if quote.subtotal_fen < coupon.threshold_fen:
        assert quote.coupon_discount_fen == 0
        assert quote.coupon_short_fen == coupon.threshold_fen - quote.subtotal_fen
        with pytest.raises(Refusal, match="below_threshold"):
            check_coupon_counts(quote, "CNY")
    else:
        check_coupon_counts(quote, "CNY")


@given(lines_of, coupons)
def test_a_coupon_takes_off_what_it_says_and_no_more(
    lines: list[PricedLine], coupon: CouponTerms
) -> None:
    off = compute_quote(lines, coupon).coupon_discount_fen
    if coupon.kind is CouponKind.AMOUNT_OFF:
        assert off <= coupon.amount_off_fen
    elif coupon.cap_fen:
        assert off <= coupon.cap_fen


@given(lines_of, st.none() | coupons, tiers)
def test_points_never_exceed_their_rate(
    lines: list[PricedLine], coupon: CouponTerms | None, tier: TierTerms
) -> None:
    quote = compute_quote(lines, coupon, tier)
    exact = quote.total_fen * tier.points_rate_bp
    assert quote.points_earned * 10_000 <= exact < (quote.points_earned + 1) * 10_000


def sold(quote: Quote, lines: list[PricedLine]) -> list[SoldLine]:
    return [
        SoldLine(line_no=number, quantity=line.quantity, total_fen=quoted.total_fen)
        for number, (line, quoted) in enumerate(zip(lines, quote.lines, strict=True), start=1)
    ]


def after(lines: list[SoldLine], refund: RefundQuote) -> list[SoldLine]:
    back = {part.line_no: part for part in refund.lines}
    return [
        SoldLine(
            line_no=line.line_no,
            quantity=line.quantity,
            total_fen=line.total_fen,
            refunded_quantity=line.refunded_quantity + back[line.line_no].quantity,
            refunded_fen=line.refunded_fen + back[line.line_no].amount_fen,
        )
        if line.line_no in back
        else line
        for line in lines
    ]


@given(lines_of, st.none() | coupons, tiers, st.data())
def test_any_sequence_of_refunds_adds_up_to_what_was_paid(
    lines: list[PricedLine], coupon: CouponTerms | None, tier: TierTerms, data: st.DataObject
) -> None:
    quote = compute_quote(lines, coupon, tier)
    left = sold(quote, lines)
    refunds: list[RefundQuote] = []
    while all_that_is_left(left):
        wanted = {
            line.line_no: data.draw(st.integers(0, line.quantity_left))
            for line in left
            if line.quantity_left
        }
        if not any(wanted.values()):
            wanted = all_that_is_left(left)
        refund = compute_refund(
            left, wanted, points_earned=quote.points_earned, has_coupon=coupon is not None
        )
        assert refund.amount_fen >= 0
        assert refund.points_back >= 0
        refunds.append(refund)
        left = after(left, refund)
        assert refund.is_whole == (not all_that_is_left(left))
    assert sum(refund.amount_fen for refund in refunds) == quote.total_fen
    assert sum(refund.points_back for refund in refunds) == quote.points_earned
    assert [refund.gives_back_coupon for refund in refunds[:-1]] == [False] * (len(refunds) - 1)
    assert refunds[-1].gives_back_coupon == (coupon is not None)
    assert all(line.refunded_fen == line.total_fen for line in left)


@given(lines_of, st.integers(1, 50))
def test_units_that_go_back_first_are_worth_their_share_and_less_than_a_fen_more(
    lines: list[PricedLine], nth: int
) -> None:
    line = sold(compute_quote(lines, None, TierTerms(discount_bp=333)), lines)[0]
    taken = min(nth, line.quantity)
    amount = compute_refund([line], {1: taken}).amount_fen
    assert 0 <= amount * line.quantity - line.total_fen * taken < line.quantity


def test_refusals_of_a_refund() -> None:
    line = SoldLine(line_no=1, quantity=3, total_fen=100, refunded_quantity=2, refunded_fen=67)
    with pytest.raises(Refusal, match="refund_exceeds_line") as caught:
        compute_refund([line], {1: 2})
    assert caught.value.fields == {"line_no": 1, "quantity_left": 1}
    with pytest.raises(Invalid, match="unknown_line"):
        compute_refund([line], {2: 1})
    with pytest.raises(Invalid, match="unknown_line"):
        compute_refund([line], {1: -1})
    with pytest.raises(Invalid, match="nothing_wanted"):
        compute_refund([line], {1: 0})
    with pytest.raises(Invalid, match="nothing_wanted"):
        compute_refund([line], {})
