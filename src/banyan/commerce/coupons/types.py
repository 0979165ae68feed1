"""Ids, structs, events and ledger codes of coupons."""

from enum import StrEnum

import msgspec


class CouponKind(StrEnum):
    """How a coupon lowers the price."""

    AMOUNT_OFF = "amount_off"
    """A fixed sum off an order that reaches a threshold (满减券)."""
    PERCENT_OFF = "percent_off"
    """A share of the price, up to a cap (折扣券)."""


class CouponTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What one coupon takes off, and from which subtotal on."""

    kind: CouponKind
    threshold_fen: int = 0
    """The subtotal at shelf prices that the order must reach; 0 means any order."""
    amount_off_fen: int = 0
    """What an `AMOUNT_OFF` coupon takes off."""
    percent_bp: int = 0
    """The share that a `PERCENT_OFF` coupon takes off, in basis points (1500 is 15 %)."""
    cap_fen: int = 0
    """The most that a `PERCENT_OFF` coupon takes off; 0 means no cap."""
