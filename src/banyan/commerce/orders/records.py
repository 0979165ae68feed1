"""Rows of the room as structs; the field order is the column order of its statements."""

from datetime import datetime

import msgspec

from banyan.base.ids import Id
from banyan.commerce.catalogue import SkuId
from banyan.commerce.orders.types import Order, OrderId, OrderKind, OrderLine, OrderState


class OrderRecord(msgspec.Struct, frozen=True, gc=False):
    """A row of `orders.orders`."""

    merchant_id: int
    order_id: int
    store_id: int
    person_id: int
    member_id: int
    coupon_id: int
    campaign_id: int
    place_id: int
    code_id: int
    placed_by: int
    kind: str
    state: str
    currency: str
    pickup_number: int
    line_count: int
    subtotal_fen: int
    discount_fen: int
    total_fen: int
    refunded_fen: int
    points_earned: int
    points_back: int
    points_short: int
    note: str
    placed_at: datetime
    expires_at: datetime
    paid_at: datetime | None
    closed_at: datetime | None


class LineRecord(msgspec.Struct, frozen=True, gc=False):
    """A row of `orders.lines`."""

    merchant_id: int
    order_id: int
    line_no: int
    sku_id: int
    product_id: int
    name: str
    variant: str
    unit_price_fen: int
    quantity: int
    discount_fen: int
    total_fen: int
    reservation_id: int
    refunded_quantity: int = 0
    refunded_fen: int = 0


class SaleRecord(msgspec.Struct, frozen=True, gc=False):
    """What paying or closing an order needs of a line."""

    order_id: int
    sku_id: int
    quantity: int
    total_fen: int
    reservation_id: int


def order_of(row: OrderRecord) -> Order:
    """Return what its buyer and its merchant may see of an order."""
    return Order(
        merchant_id=Id(row.merchant_id),
        order_id=OrderId(row.order_id),
        store_id=Id(row.store_id),
        member_id=Id(row.member_id),
        kind=OrderKind(row.kind),
        place_id=Id(row.place_id),
        state=OrderState(row.state),
        pickup_number=row.pickup_number,
        currency=row.currency,
        line_count=row.line_count,
        subtotal_fen=row.subtotal_fen,
        discount_fen=row.discount_fen,
        total_fen=row.total_fen,
        refunded_fen=row.refunded_fen,
        coupon_id=Id(row.coupon_id),
        points_earned=row.points_earned,
        points_back=row.points_back,
        note=row.note,
        placed_at=row.placed_at,
        expires_at=row.expires_at,
        paid_at=row.paid_at,
        closed_at=row.closed_at,
    )


def line_of(row: LineRecord) -> OrderLine:
    """Return what may be seen of a line."""
    return OrderLine(
        line_no=row.line_no,
        sku_id=SkuId(row.sku_id),
        name=row.name,
        variant=row.variant,
        unit_price_fen=row.unit_price_fen,
        quantity=row.quantity,
        discount_fen=row.discount_fen,
        total_fen=row.total_fen,
        refunded_quantity=row.refunded_quantity,
        refunded_fen=row.refunded_fen,
    )
