"""Ids, kinds, states and structs of orders."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.limits import QUANTITY_MAX
from banyan.base.money import Fen
from banyan.commerce.catalogue import SkuId
from banyan.pay.collect import PaymentMethod

LINES_MAX = 2_000
"""Lines of one order; whole-sale invoices from elsewhere have had more than a thousand."""

Quantity = Annotated[int, msgspec.Meta(ge=1, le=QUANTITY_MAX)]


class OrderId(Id):
    """An order."""


class OrderKind(StrEnum):
    """Where what is ordered goes. Stored: never renamed."""

    TAKE_AWAY = "take_away"
    """Handed over at the counter, called by its pickup number."""
    DINE_IN = "dine_in"
    """Brought to a table."""


class OrderState(StrEnum):
    """How far an order has come. Stored: never renamed."""

    UNPAID = "unpaid"
    """Its stock and coupon are set aside for a while."""
    PAID = "paid"
    PART_REFUNDED = "part_refunded"
    """Some of its units went back."""
    REFUNDED = "refunded"
    """All of it went back."""
    EXPIRED = "expired"
    """Nobody paid in time."""
    CANCELLED = "cancelled"
    """Taken back before it was paid."""


CLOSED = frozenset({OrderState.REFUNDED, OrderState.EXPIRED, OrderState.CANCELLED})
"""The states of orders with which nothing happens any more."""


class WantedLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """How many of which variant."""

    sku_id: SkuId
    quantity: Quantity = 1


class TillLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """How many of which variant, and for how much if not for the shelf price."""

    sku_id: SkuId
    quantity: Quantity = 1
    unit_price_fen: Fen | None = None


class OrderLine(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One item of an order, as it was when it was placed, and how much of it went back."""

    line_no: int
    sku_id: SkuId
    name: str
    variant: str
    unit_price_fen: Fen
    quantity: int
    discount_fen: int
    total_fen: int
    refunded_quantity: int = 0
    refunded_fen: int = 0


class Order(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An order without its lines, as its buyer and its merchant both may see it."""

    merchant_id: Id
    order_id: OrderId
    store_id: Id
    member_id: Id
    """The member it is for; 0 when the merchant does not know the buyer."""
    kind: OrderKind
    place_id: Id
    """The table it goes to; 0 when it is taken away."""
    state: OrderState
    pickup_number: int
    """Counts the orders of one store and day, from 1."""
    currency: str
    line_count: int
    subtotal_fen: int
    discount_fen: int
    total_fen: int
    refunded_fen: int
    coupon_id: Id
    points_earned: int
    points_back: int
    """Points taken back by refunds."""
    note: str
    placed_at: datetime
    expires_at: datetime
    """Until when it can be paid."""
    paid_at: datetime | None
    closed_at: datetime | None


class PaidOrder(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The answer to a payment."""

    merchant_id: Id
    order_id: OrderId
    state: OrderState
    method: PaymentMethod
    currency: str
    amount_fen: int
    pickup_number: int
    points_earned: int
    paid_at: datetime
