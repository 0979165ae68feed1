"""What a price is worked out from, and what comes out: lines, quotes and refunds."""

import msgspec


class PricedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line as it was put in the basket: a shelf price and how many."""

    unit_price_fen: int
    quantity: int


class QuotedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line with its own share of every discount."""

    subtotal_fen: int
    tier_discount_fen: int
    coupon_discount_fen: int
    total_fen: int

    @property
    def discount_fen(self) -> int:
        """All that was taken off this line."""
        return self.tier_discount_fen + self.coupon_discount_fen


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """What an order costs; every sum here is exactly the sum over its lines."""

    lines: tuple[QuotedLine, ...]
    subtotal_fen: int
    tier_discount_fen: int
    coupon_discount_fen: int
    total_fen: int
    points_earned: int
    coupon_short_fen: int = 0
    """How much more the subtotal needs before the coupon counts; above 0 it took nothing off."""

    @property
    def discount_fen(self) -> int:
        """All that was taken off the order."""
        return self.tier_discount_fen + self.coupon_discount_fen


class SoldLine(msgspec.Struct, frozen=True, kw_only=True):
    """One paid line and how much of it has gone back already."""

    line_no: int
    quantity: int
    total_fen: int
    refunded_quantity: int = 0
    refunded_fen: int = 0

    @property
    def quantity_left(self) -> int:
        """How many units can still be refunded."""
        return self.quantity - self.refunded_quantity


class RefundedLine(msgspec.Struct, frozen=True, kw_only=True):
    """What one refund gives back for one line."""

    line_no: int
    quantity: int
    amount_fen: int


class RefundQuote(msgspec.Struct, frozen=True, kw_only=True):
    """What one refund gives back and takes back."""

    lines: tuple[RefundedLine, ...]
    amount_fen: int
    points_back: int
    """Points the member loses again."""
    is_whole: bool
    """After this refund nothing of the order is left."""
    gives_back_coupon: bool
    """The order used a coupon and nothing of the order is left."""
