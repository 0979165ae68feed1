"""Works out what an order costs and what a refund gives back; rules only, no tables."""

from banyan.commerce.pricing.rules import (
    BASIS,
    all_that_is_left,
    check_coupon_counts,
    check_refund,
    compute_quote,
    compute_refund,
)
from banyan.commerce.pricing.types import (
    PricedLine,
    Quote,
    QuotedLine,
    RefundedLine,
    RefundQuote,
    SoldLine,
)

__all__ = (
    "BASIS",
    "PricedLine",
    "Quote",
    "QuotedLine",
    "RefundQuote",
    "RefundedLine",
    "SoldLine",
    "all_that_is_left",
    "check_coupon_counts",
    "check_refund",
    "compute_quote",
    "compute_refund",
)
