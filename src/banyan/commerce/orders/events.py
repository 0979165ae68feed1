"""What the journal remembers of orders; `subject_id` of each is the order's id."""

from banyan.books.journal import Event

SoldLine = tuple[int, int, int]
"""Sku, quantity and what was paid for them."""


class OrderPlaced(Event, frozen=True, kw_only=True, tag="orders.placed"):
    """Somebody ordered; stock and coupon are set aside until it is paid or over."""

    order_id: int
    member_id: int
    placed_kind: str
    """`take_away` or `dine_in`."""
    is_at_till: bool
    """The merchant's staff put it in."""
    currency: str
    subtotal_fen: int
    discount_fen: int
    total_fen: int
    coupon_id: int
    line_count: int


class OrderPaid(Event, frozen=True, kw_only=True, tag="orders.paid"):
    """An order was paid in full: the sale is made."""

    order_id: int
    member_id: int
    method: str
    """`wallet`, `cash`, `other`, `wechatpay` or `alipay`."""
    currency: str
    subtotal_fen: int
    discount_fen: int
    total_fen: int
    coupon_id: int
    campaign_id: int
    """The campaign the coupon came from; 0 without a coupon."""
    points_earned: int
    lines: list[SoldLine]


class OrderRefunded(Event, frozen=True, kw_only=True, tag="orders.refunded"):
    """Some or all units of a paid order went back, and the money for them."""

    order_id: int
    member_id: int
    refund_id: int
    method: str
    currency: str
    amount_fen: int
    is_whole: bool
    """Nothing is left of the order."""
    points_back: int
    """Points that were taken back."""
    points_short: int
    """Points that should have been taken back but were spent."""
    coupon_id: int
    """The coupon that was given back; 0 when none was."""
    reason: str
    lines: list[SoldLine]


class OrderExpired(Event, frozen=True, kw_only=True, tag="orders.expired"):
    """Nobody paid in time; stock and coupon are free again."""

    order_id: int
    member_id: int
    currency: str
    total_fen: int
    coupon_id: int


class OrderCancelled(Event, frozen=True, kw_only=True, tag="orders.cancelled"):
    """An unpaid order was taken back; stock and coupon are free again."""

    order_id: int
    member_id: int
    currency: str
    total_fen: int
    coupon_id: int
    is_by_merchant: bool
