"""Gives back a paid order, whole or some units of it, with all that hangs on it."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound
from banyan.base.ids import Id
from banyan.base.text import Text
from banyan.books.ledger import EMPTY, read_accounts
from banyan.books.work import Permission, Work, single
from banyan.commerce.coupons import (
    CouponId,
    lock_coupons,
    note_coupon_given_back,
    write_coupon_states,
)
from banyan.commerce.members import note_points_taken_back, points_of
from banyan.commerce.orders import rules, store
from banyan.commerce.orders.events import OrderRefunded
from banyan.commerce.orders.records import LineRecord, OrderRecord
from banyan.commerce.orders.store import ReturnRecord
from banyan.commerce.orders.types import LINES_MAX, OrderId, OrderState, Quantity
from banyan.commerce.pricing import RefundQuote, SoldLine, all_that_is_left, compute_refund
from banyan.commerce.stock import note_returned
from banyan.parties.merchants import MerchantId
from banyan.pay.collect import PaymentId, PaymentMethod
from banyan.pay.refunds import PaymentRefund, RefundId, RefundPayment, refund_payment

LineNo = Annotated[int, msgspec.Meta(ge=1, le=LINES_MAX)]


class ReturnedLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many units of one line come back."""

    line_no: LineNo
    quantity: Quantity
    is_restocked: bool = True
    """They can be sold again; else they are gone."""


class RefundOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: give back these units of an order, or all that is left of it."""

    merchant_id: MerchantId
    order_id: OrderId
    lines: Annotated[list[ReturnedLine], msgspec.Meta(max_length=LINES_MAX)] = []
    """Empty: all that is left."""
    is_restocked: bool = True
    """When `lines` is empty: whether what comes back can be sold again."""
    reason: Text = ""


class OrderRefund(msgspec.Struct, frozen=True, kw_only=True):
    """What one refund gave back and took back."""

    merchant_id: Id
    order_id: OrderId
    refund_id: RefundId
    state: OrderState
    method: PaymentMethod
    currency: str
    amount_fen: int
    refunded_fen: int
    """Of the whole order so far."""
    points_back: int
    points_short: int
    """Points that should have been taken back but were no longer there."""
    is_coupon_back: bool
    """The coupon can be used again."""


@single(permission=Permission.ORDERS_REFUND)
async def refund_order(work: Work, command: RefundOrder) -> OrderRefund:
    """Give back the money of the named units, by the way it came, and undo what hangs on them.

    Units go back on the shelf unless told otherwise. Points follow the money as far as the member
    still has them; what is missing is recorded. The coupon returns with the last unit, unless its
    time is over. Partial refunds of one order sum exactly to what was paid for it, and rivals
    can't give back a unit twice.

    Raises NotFound `orders.not_found`; Refusal `orders.not_paid`, `orders.already_refunded`,
    `pricing.refund_exceeds_line`, `refunds.purse_short`, `refunds.till_short`; Invalid
    `orders.line_twice`, `pricing.unknown_line`.
    """
    order = await store.lock_order(work.db, command.merchant_id, command.order_id)
    if order is None:
        raise NotFound("orders.not_found")
    work.check_store(order.merchant_id, order.store_id)
    rules.check_refundable(order)
    lines = await store.list_lines(work.db, order.merchant_id, order.order_id, LINES_MAX)
    returned = _decide(command, order, lines)
    refund = await refund_payment(
        work,
        RefundPayment(
            merchant_id=order.merchant_id,
            payment_id=PaymentId(order.order_id),
            amount_fen=returned.quote.amount_fen,
            reason=command.reason,
        ),
    )
    await store.insert_returns(
        work.db,
        (order.merchant_id, order.order_id),
        refund.refund_id,
        [
            ReturnRecord(
                refund_id=refund.refund_id,
                line_no=one.line_no,
                quantity=one.quantity,
                amount_fen=one.amount_fen,
                is_restocked=one.line_no in returned.restocked,
            )
            for one in returned.quote.lines
        ],
    )
    _restock(work, returned, refund)
    points_back = await _take_points(work, returned, refund)
    is_coupon_back = await _give_back_coupon(work, returned)
    return await _conclude(work, returned, refund, points_back, is_coupon_back=is_coupon_back)


class _Returned(msgspec.Struct, frozen=True, kw_only=True):
    """What comes back of a locked order, and what it is worth."""

    order: OrderRecord
    lines: Mapping[int, LineRecord]
    quote: RefundQuote
    restocked: frozenset[int]
    """Numbers of the lines whose units can be sold again."""


def _decide(command: RefundOrder, order: OrderRecord, lines: Sequence[LineRecord]) -> _Returned:
    sold = [
        SoldLine(
            line_no=one.line_no,
            quantity=one.quantity,
            total_fen=one.total_fen,
            refunded_quantity=one.refunded_quantity,
            refunded_fen=one.refunded_fen,
        )
        for one in lines
    ]
    if command.lines:
        wanted = {one.line_no: one.quantity for one in command.lines}
        if len(wanted) < len(command.lines):
            raise Invalid("orders.line_twice")
        restocked = frozenset(one.line_no for one in command.lines if one.is_restocked)
    else:
        wanted = all_that_is_left(sold)
        restocked = frozenset(wanted) if command.is_restocked else frozenset()
    quote = compute_refund(
        sold,
        wanted,
        points_earned=order.points_earned,
        has_coupon=order.coupon_id != 0,
    )
    return _Returned(
        order=order,
        lines={one.line_no: one for one in lines},
        quote=quote,
        restocked=restocked,
    )


def _restock(work: Work, returned: _Returned, refund: PaymentRefund) -> None:
    for one in returned.quote.lines:
        line = returned.lines[one.line_no]
        if line.reservation_id and one.line_no in returned.restocked:
            note_returned(
                work,
                store_id=returned.order.store_id,
                sku_id=line.sku_id,
                quantity=one.quantity,
                cause=refund.refund_id,
            )


async def _take_points(work: Work, returned: _Returned, refund: PaymentRefund) -> int:
    """Take back the points of this refund, as far as the member still has them."""
    order, wanted = returned.order, returned.quote.points_back
    if not wanted:
        return 0
    account = points_of(order.merchant_id, order.member_id).account_id
    held = (await read_accounts(work.db, [account])).get(account, EMPTY).available
    taken = min(wanted, held)
    note_points_taken_back(work, order.merchant_id, order.member_id, taken, cause=refund.refund_id)
    return taken


async def _give_back_coupon(work: Work, returned: _Returned) -> bool:
    """Give the coupon back with the last unit; tell whether it can still be used."""
    order = returned.order
    if not returned.quote.gives_back_coupon:
        return False
    coupons = await lock_coupons(work, [(order.merchant_id, order.coupon_id)])
    coupon = coupons[CouponId(order.coupon_id)]
    await write_coupon_states(work, [note_coupon_given_back(work, coupon)])
    return coupon.expires_at > work.now


async def _conclude(
    work: Work,
    returned: _Returned,
    refund: PaymentRefund,
    points_back: int,
    *,
    is_coupon_back: bool,
) -> OrderRefund:
    order, quote = returned.order, returned.quote
    state = OrderState.REFUNDED if quote.is_whole else OrderState.PART_REFUNDED
    refunded = store.Refunded(
        state=state,
        amount_fen=quote.amount_fen,
        points_back=points_back,
        points_short=quote.points_back - points_back,
        closed_at=work.now if quote.is_whole else None,
    )
    await store.set_refunded(work.db, (order.merchant_id, order.order_id), refunded)
    work.record(
        OrderRefunded(
            merchant_id=order.merchant_id,
            person_id=order.person_id,
            store_id=order.store_id,
            code_id=order.code_id,
            subject_id=order.order_id,
            order_id=order.order_id,
            member_id=order.member_id,
            refund_id=refund.refund_id,
            method=refund.method,
            currency=order.currency,
            amount_fen=quote.amount_fen,
            is_whole=quote.is_whole,
            points_back=refunded.points_back,
            points_short=refunded.points_short,
            coupon_id=order.coupon_id if is_coupon_back else 0,
            reason=refund.reason,
            lines=[
                (returned.lines[one.line_no].sku_id, one.quantity, one.amount_fen)
                for one in quote.lines
            ],
        )
    )
    return OrderRefund(
        merchant_id=Id(order.merchant_id),
        order_id=OrderId(order.order_id),
        refund_id=refund.refund_id,
        state=state,
        method=refund.method,
        currency=order.currency,
        amount_fen=quote.amount_fen,
        refunded_fen=order.refunded_fen + quote.amount_fen,
        points_back=refunded.points_back,
        points_short=refunded.points_short,
        is_coupon_back=is_coupon_back,
    )
