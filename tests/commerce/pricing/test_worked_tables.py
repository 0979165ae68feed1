"""The worked tables of the pricing page are what the rules really do."""

from pathlib import Path

from banyan.commerce.coupons.types import CouponKind, CouponTerms
from banyan.commerce.members.types import TierTerms
from banyan.commerce.pricing import PricedLine, SoldLine, compute_quote, compute_refund

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "pricing.md"


def table_under(heading: str) -> list[dict[str, str]]:
    """Read the first table below a heading, one mapping a row."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if line.startswith("|")
    ]
    head, _rule, *body = rows
    assert len(body) >= 3
    return [dict(zip(head, row, strict=True)) for row in body]


def fen(yuan: str) -> int:
    whole, part = yuan.split(".")
    assert len(part) == 2
    return int(whole) * 100 + int(part)


def fens(yuans: str) -> list[int]:
    return [fen(yuan) for yuan in yuans.split()]


def coupon_in(row: dict[str, str]) -> CouponTerms | None:
    text = row["coupon"]
    threshold_fen = 0 if row["threshold"] == "-" else fen(row["threshold"])
    if text == "-":
        return None
    if text.endswith(" off"):
        return CouponTerms(
            kind=CouponKind.AMOUNT_OFF,
            threshold_fen=threshold_fen,
            amount_off_fen=fen(text.removesuffix(" off")),
        )
    percent_bp, cap = text.split(" up to ")
    return CouponTerms(
        kind=CouponKind.PERCENT_OFF,
        threshold_fen=threshold_fen,
        percent_bp=int(percent_bp),
        cap_fen=fen(cap),
    )


def test_one_line_one_discount() -> None:
    for row in table_under("One line, one discount"):
        tier = TierTerms(
            discount_bp=0 if row["tier"] == "-" else int(row["tier"]),
            points_rate_bp=int(row["points rate"]),
        )
        line = PricedLine(unit_price_fen=fen(row["shelf price"]), quantity=int(row["quantity"]))
        quote = compute_quote([line], coupon_in(row), tier)
        figures = (
            quote.subtotal_fen,
            quote.tier_discount_fen,
            quote.coupon_discount_fen,
            quote.total_fen,
            quote.points_earned,
        )
        written = [fen(row[name]) for name in ("subtotal", "tier off", "coupon off", "total")]
        assert figures == (*written, int(row["points"])), row


def test_handing_a_discount_out_to_lines() -> None:
    coupon = CouponTerms(kind=CouponKind.AMOUNT_OFF, threshold_fen=3000, amount_off_fen=1000)
    for row in table_under("Handing a discount out to lines"):
        lines = [
            PricedLine(unit_price_fen=amount, quantity=1) for amount in fens(row["line subtotals"])
        ]
        quote = compute_quote(lines, coupon, TierTerms(discount_bp=500))
        assert [line.tier_discount_fen for line in quote.lines] == fens(row["tier off"]), row
        assert [line.coupon_discount_fen for line in quote.lines] == fens(row["coupon off"]), row
        assert [line.total_fen for line in quote.lines] == fens(row["line totals"]), row
        assert quote.total_fen == fen(row["total"]), row


def test_refunds_one_after_another() -> None:
    *steps, sums = table_under("Refunds")
    cups = SoldLine(line_no=1, quantity=3, total_fen=1000)
    cakes = SoldLine(line_no=2, quantity=2, total_fen=1701)
    points = 0
    for row in steps:
        wanted = {1: int(row["cups"]), 2: int(row["cakes"])}
        refund = compute_refund([cups, cakes], wanted, points_earned=27, has_coupon=True)
        assert refund.amount_fen == fen(row["amount"]), row
        assert refund.points_back == int(row["points back"]), row
        assert refund.gives_back_coupon == (row["coupon back"] == "yes"), row
        back = {part.line_no: part for part in refund.lines}
        cups, cakes = (
            SoldLine(
                line_no=line.line_no,
                quantity=line.quantity,
                total_fen=line.total_fen,
                refunded_quantity=line.refunded_quantity + back[line.line_no].quantity,
                refunded_fen=line.refunded_fen + back[line.line_no].amount_fen,
            )
            if line.line_no in back
            else line
            for line in (cups, cakes)
        )
        points += refund.points_back
    assert (cups.refunded_quantity, cakes.refunded_quantity) == (
        int(sums["cups"]),
        int(sums["cakes"]),
    )
    assert cups.refunded_fen + cakes.refunded_fen == fen(sums["amount"]) == 2701
    assert points == int(sums["points back"]) == 27
