"""Gives back a paid order, whole or some units of it, with all that hangs on it."""

import msgspec

from banyan.base.errors import NotFound
from banyan.base.ids import Id
from banyan.books.ledger import EMPTY, read_accounts
from banyan.books.work import Permission, Work, single
from banyan.commerce.coupons import give_back_coupon
from banyan.commerce.members import note_points_taken_back, points_of
from banyan.commerce.orders import rules, store
from banyan.commerce.orders.events import OrderRefunded
from banyan.commerce.orders.returned import RefundOrder, Returned, decide_returned
from banyan.commerce.orders.store import ReturnRecord
from banyan.commerce.orders.types import LINES_MAX, OrderId, OrderState
from banyan.commerce.stock import note_returned
from banyan.pay.collect import PaymentId, PaymentMethod
from banyan.pay.refunds import PaymentRefund, RefundId, RefundPayment, refund_payment


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
    returned = decide_returned(command, order, lines)
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
    is_coupon_back = returned.quote.gives_back_coupon and await give_back_coupon(
        work, order.merchant_id, order.coupon_id
    )
    return await _conclude(work, returned, refund, points_back, is_coupon_back=is_coupon_back)


def _restock(work: Work, returned: Returned, refund: PaymentRefund) -> None:
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


async def _take_points(work: Work, returned: Returned, refund: PaymentRefund) -> int:
    """Take back the points of this refund, as far as the member still has them."""
    order, wanted = returned.order, returned.quote.points_back
    if not wanted:
        return 0
    account = points_of(order.merchant_id, order.member_id).account_id
    held = (await read_accounts(work.db, [account])).get(account, EMPTY).available
    taken = min(wanted, held)
    note_points_taken_back(work, order.merchant_id, order.member_id, taken, cause=refund.refund_id)
    return taken


async def _conclude(
    work: Work,
    returned: Returned,
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
