"""How a price and a refund are worked out: pure, in whole fen, the same everywhere.

The promise to the buyer, which the property tests hold us to: nobody pays more than the shelf
prices; a better tier or a coupon never makes an order dearer; the total is never below zero; and
the refunds of all parts of an order add up to exactly what was paid for it, in whatever order and
size they are made. A share of an amount is rounded once, to the nearest fen (half to even), and
then handed out to the lines without losing one.
"""

from collections.abc import Mapping, Sequence

from banyan.base.errors import Invalid, Refusal
from banyan.base.money import allocate, percent_of
from banyan.commerce.coupons.types import CouponKind, CouponTerms
from banyan.commerce.members.types import TierTerms
from banyan.commerce.pricing.types import (
    PricedLine,
    Quote,
    QuotedLine,
    RefundedLine,
    RefundQuote,
    SoldLine,
)

BASIS = 10_000
"""Basis points in a whole."""


def compute_quote(
    lines: Sequence[PricedLine],
    coupon: CouponTerms | None = None,
    tier: TierTerms | None = None,
) -> Quote:
    """Price an order: the tier's discount first, then one coupon on what is left.

    Whether the coupon's threshold is reached is judged at shelf prices, so that a better tier
    can never lose a buyer the coupon. A coupon that falls short takes nothing off and the quote
    says by how much (`coupon_short_fen`); `check_coupon_counts` turns that into a refusal.
    """
    subtotals = [line.unit_price_fen * line.quantity for line in lines]
    subtotal = sum(subtotals)
    tier_off = percent_of(subtotal, tier.discount_bp) if tier else 0
    tier_parts = _spread(tier_off, subtotals)
    lowered = [whole - part for whole, part in zip(subtotals, tier_parts, strict=True)]
    short = max(0, coupon.threshold_fen - subtotal) if coupon else 0
    coupon_off = _coupon_off(subtotal - tier_off, coupon) if coupon and not short else 0
    coupon_parts = _spread(coupon_off, lowered)
    total = subtotal - tier_off - coupon_off
    return Quote(
        lines=tuple(
            QuotedLine(
                subtotal_fen=whole,
                tier_discount_fen=tier_part,
                coupon_discount_fen=coupon_part,
                total_fen=whole - tier_part - coupon_part,
            )
            for whole, tier_part, coupon_part in zip(
                subtotals, tier_parts, coupon_parts, strict=True
            )
        ),
        subtotal_fen=subtotal,
        tier_discount_fen=tier_off,
        coupon_discount_fen=coupon_off,
        total_fen=total,
        points_earned=total * tier.points_rate_bp // BASIS if tier else 0,
        coupon_short_fen=short,
    )


def check_coupon_counts(quote: Quote, currency: str) -> None:
    """Accept a quote whose coupon, if it has one, took effect.

    Raises Refusal `pricing.below_threshold` with `short_fen`, what is missing to the threshold.
    """
    if quote.coupon_short_fen:
        raise Refusal(
            "pricing.below_threshold", short_fen=quote.coupon_short_fen, currency=currency
        )


def compute_refund(
    lines: Sequence[SoldLine],
    wanted: Mapping[int, int],
    *,
    points_earned: int = 0,
    has_coupon: bool = False,
) -> RefundQuote:
    """Work out the refund of `wanted` (line number -> units) from what is left of a paid order.

    What the first units of a line cost is a fixed rising line that ends at what was paid, and a
    refund is a step along it, so any sequence of partial refunds sums exactly; points follow the
    money in the same way. Only the refund that leaves nothing gives the coupon back.

    Raises what `check_refund` raises.
    """
    check_refund(lines, wanted)
    parts = tuple(
        _refund_line(line, wanted[line.line_no]) for line in lines if wanted.get(line.line_no)
    )
    amount = sum(part.amount_fen for part in parts)
    paid = sum(line.total_fen for line in lines)
    before = sum(line.refunded_fen for line in lines)
    is_whole = all(line.quantity_left == wanted.get(line.line_no, 0) for line in lines)
    taken_before = points_earned * before // paid if paid else 0
    taken_after = points_earned if is_whole else points_earned * (before + amount) // max(paid, 1)
    return RefundQuote(
        lines=parts,
        amount_fen=amount,
        points_back=taken_after - taken_before,
        is_whole=is_whole,
        gives_back_coupon=is_whole and has_coupon,
    )


def check_refund(lines: Sequence[SoldLine], wanted: Mapping[int, int]) -> None:
    """Accept a refund that names units which are still there.

    Raises Invalid `pricing.unknown_line` or `pricing.nothing_wanted`, and Refusal
    `pricing.refund_exceeds_line` with `line_no` and `quantity_left`.
    """
    left = {line.line_no: line.quantity_left for line in lines}
    for line_no, quantity in wanted.items():
        if line_no not in left or quantity < 0:
            raise Invalid("pricing.unknown_line", line_no=line_no)
        if quantity > left[line_no]:
            raise Refusal(
                "pricing.refund_exceeds_line", line_no=line_no, quantity_left=left[line_no]
            )
    if not any(wanted.values()):
        raise Invalid("pricing.nothing_wanted")


def all_that_is_left(lines: Sequence[SoldLine]) -> dict[int, int]:
    """Return the `wanted` of a refund of everything that has not gone back yet."""
    return {line.line_no: line.quantity_left for line in lines if line.quantity_left}


def _coupon_off(amount_fen: int, coupon: CouponTerms) -> int:
    if coupon.kind is CouponKind.AMOUNT_OFF:
        off = coupon.amount_off_fen
    elif coupon.kind is CouponKind.VOUCHER:
        off = 0
    else:
        off = percent_of(amount_fen, coupon.percent_bp)
        off = min(off, coupon.cap_fen) if coupon.cap_fen else off
    return min(off, amount_fen)


def _spread(total_fen: int, weights: list[int]) -> list[int]:
    return allocate(total_fen, weights) if total_fen else [0] * len(weights)


def _refund_line(line: SoldLine, quantity: int) -> RefundedLine:
    units = line.refunded_quantity + quantity
    amount = _value_of_first(units, line) - line.refunded_fen
    return RefundedLine(line_no=line.line_no, quantity=quantity, amount_fen=amount)


def _value_of_first(units: int, line: SoldLine) -> int:
    """Return what the first `units` of a line cost: their share, rounded up for the buyer."""
    return -(-line.total_fen * units // line.quantity)
