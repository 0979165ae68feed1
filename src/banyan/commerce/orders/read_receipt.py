"""Reads receipts: everything about one order, for its buyer and for its merchant."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

import msgspec

from banyan.books.work import Permission, Work, reading
from banyan.commerce.orders import store
from banyan.commerce.orders.find_order import find_mine, find_of_shop
from banyan.commerce.orders.records import OrderRecord, line_of, order_of
from banyan.commerce.orders.types import LINES_MAX, Order, OrderId, OrderLine
from banyan.commerce.places import find_places
from banyan.commerce.stores import StoreId, find_stores
from banyan.parties.merchants import MerchantId, find_merchants
from banyan.pay.collect import Payment, PaymentId, PaymentMethod, PaymentState, find_payment
from banyan.pay.gateways import (
    ORDER,
    AttemptId,
    GatewayKind,
    GatewayRefund,
    GatewayRefundId,
    RefundState,
    find_refunds_of,
)
from banyan.pay.refunds import PaymentRefund, RefundId, list_refunds

_RETURNS_MAX = 10_000


class ReadMyReceipt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: all about one order of mine."""

    order_id: OrderId


class ReadReceipt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: all about one order of a merchant."""

    merchant_id: MerchantId
    order_id: OrderId


class ReceiptPayment(msgspec.Struct, frozen=True, kw_only=True):
    """How an order was paid."""

    payment_id: PaymentId
    method: PaymentMethod
    state: PaymentState
    amount_fen: int
    refunded_fen: int
    paid_at: datetime


class ReceiptReturn(msgspec.Struct, frozen=True, kw_only=True):
    """Units of one line that a refund gave back."""

    line_no: int
    quantity: int
    amount_fen: int
    is_restocked: bool


class ReceiptReturning(msgspec.Struct, frozen=True, kw_only=True):
    """How far it is with money that goes back through an outside provider."""

    refund_id: GatewayRefundId
    attempt_id: AttemptId
    kind: GatewayKind
    state: RefundState
    why: str
    """In the provider's words; the merchant's alone."""


class ReceiptRefund(msgspec.Struct, frozen=True, kw_only=True):
    """One time that money went back."""

    refund_id: RefundId
    amount_fen: int
    reason: str
    refunded_at: datetime
    lines: list[ReceiptReturn]
    returning: ReceiptReturning | None = None
    """None where it went back to a wallet or over the counter."""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one order: who sold what, for how much, how it was paid, what went back.

    The discount of a line is its share of the tier's discount and of the coupon.
    """

    order: Order
    merchant_name: str
    store_name: str
    store_address: str
    store_time_zone: str
    """Times of a receipt are printed by the clock of the store."""
    place_name: str
    """The table; empty when it is taken away."""
    lines: list[OrderLine]
    payment: ReceiptPayment | None
    """None as long as it is unpaid."""
    refunds: list[ReceiptRefund]
    left_fen: int
    """What the buyer has paid for what they keep."""


@reading(permission=Permission.PERSON)
async def read_my_receipt(work: Work, query: ReadMyReceipt) -> Receipt:
    """Return all about an order of the one who asks. Raises NotFound `orders.not_found`."""
    receipt = await _read(work, await find_mine(work, query.order_id))
    return msgspec.structs.replace(receipt, refunds=[_hide(one) for one in receipt.refunds])


@reading(permission=Permission.ORDERS_READ)
async def read_receipt(work: Work, query: ReadReceipt) -> Receipt:
    """Return all about an order of the merchant, in a store that the one who asks works in.

    Raises NotFound `orders.not_found`.
    """
    order = await find_of_shop(work, query.merchant_id, query.order_id)
    return await _read(work, order)


async def _read(work: Work, order: OrderRecord) -> Receipt:
    db, merchant_id, payment_id = work.db, order.merchant_id, PaymentId(order.order_id)
    shop = (await find_stores(db, [(merchant_id, order.store_id)]))[StoreId(order.store_id)]
    merchant = (await find_merchants(db, [merchant_id]))[MerchantId(merchant_id)]
    lines = await store.list_lines(db, merchant_id, order.order_id, LINES_MAX)
    payment = await find_payment(db, merchant_id, payment_id) if order.paid_at else None
    has_refunds = bool(order.refunded_fen or order.closed_at)
    return Receipt(
        order=order_of(order),
        merchant_name=merchant.name,
        store_name=shop.name,
        store_address=shop.address,
        store_time_zone=shop.time_zone,
        place_name=await _place_name(work, order),
        lines=[line_of(line) for line in lines],
        payment=_payment(payment) if payment else None,
        refunds=await _refunds(work, order, payment) if payment and has_refunds else [],
        left_fen=order.total_fen - order.refunded_fen if order.paid_at else 0,
    )


async def _place_name(work: Work, order: OrderRecord) -> str:
    if not order.place_id:
        return ""
    places = await find_places(work.db, [(order.merchant_id, order.place_id)])
    return next((place.name for place in places.values()), "")


def _payment(payment: Payment) -> ReceiptPayment:
    return ReceiptPayment(
        payment_id=payment.payment_id,
        method=payment.method,
        state=payment.state,
        amount_fen=payment.amount_fen,
        refunded_fen=payment.refunded_fen,
        paid_at=payment.paid_at,
    )


async def _refunds(work: Work, order: OrderRecord, payment: Payment) -> list[ReceiptRefund]:
    refunds = await list_refunds(work, order.merchant_id, PaymentId(order.order_id))
    rows = await store.list_returns(work.db, order.merchant_id, order.order_id, _RETURNS_MAX)
    returns = {
        refund_id: list(group) for refund_id, group in groupby(rows, lambda row: row.refund_id)
    }
    ways: dict[int, GatewayRefund] = {}
    if payment.method.is_gateway:
        ways = await find_refunds_of(work.db, order.merchant_id, ORDER, order.order_id)
    return [
        _refund(one, returns.get(one.refund_id, []), ways.get(int(one.refund_id)))
        for one in refunds
    ]


def _hide(one: ReceiptRefund) -> ReceiptRefund:
    """A refund as its buyer sees it."""
    if one.returning is None:
        return one
    return msgspec.structs.replace(one, returning=msgspec.structs.replace(one.returning, why=""))


def _refund(
    refund: PaymentRefund, rows: Sequence[store.ReturnRecord], way: GatewayRefund | None
) -> ReceiptRefund:
    return ReceiptRefund(
        refund_id=refund.refund_id,
        amount_fen=refund.amount_fen,
        reason=refund.reason,
        refunded_at=refund.refunded_at,
        lines=[
            ReceiptReturn(
                line_no=row.line_no,
                quantity=row.quantity,
                amount_fen=row.amount_fen,
                is_restocked=row.is_restocked,
            )
            for row in rows
        ],
        returning=ReceiptReturning(
            refund_id=way.refund_id,
            attempt_id=way.attempt_id,
            kind=way.kind,
            state=way.state,
            why=way.why,
        )
        if way
        else None,
    )
