"""Gives back a batch of paid orders: money, units, points and coupon of each go back together."""

from collections.abc import Iterable, Sequence

import msgspec

from banyan.base.errors import Failure, NotFound
from banyan.base.ids import Id
from banyan.books.actor import check_store
from banyan.books.work import Call, Work
from banyan.commerce.coupons import give_back_coupon
from banyan.commerce.members import MemberId, lock_points, note_points_taken_back
from banyan.commerce.orders import rules, store
from banyan.commerce.orders.events import OrderRefunded
from banyan.commerce.orders.records import LineRecord, OrderRecord
from banyan.commerce.orders.returned import RefundOrder, Returned, decide_returned
from banyan.commerce.orders.store import Refunded, ReturnRecord
from banyan.commerce.orders.types import OrderId, OrderState
from banyan.commerce.stock import note_returned
from banyan.pay.collect import PaymentId, PaymentMethod
from banyan.pay.refunds import PaymentRefund, RefundId, RefundPayment, refund_payments

RefundCall = Call[RefundOrder]


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


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A call that gives back, what of which order, and the money's refund."""

    call: RefundCall
    returned: Returned
    refund: PaymentRefund
    points_back: int = 0

    @property
    def order_id(self) -> int:
        """The order, of which nobody else gives back at the same time."""
        return self.returned.order.order_id

    @property
    def member(self) -> tuple[int, int]:
        """Merchant and member, 0 if it was nobody's."""
        return (self.returned.order.merchant_id, self.returned.order.member_id)

    @property
    def points_short(self) -> int:
        """Points that should have gone back too."""
        return self.returned.quote.points_back - self.points_back

    @property
    def state(self) -> OrderState:
        """What the order is afterwards."""
        is_whole = self.returned.quote.is_whole
        return OrderState.REFUNDED if is_whole else OrderState.PART_REFUNDED


async def give_back(work: Work, calls: Sequence[RefundCall]) -> list[OrderRefund | Failure]:
    """Give back what each call names; one outcome each, in order.

    Calls for one order come one after the other, each seeing what the one before left. A merchant
    who no longer has the money refuses a command at its end.
    """
    outcomes: dict[int, OrderRefund | Failure] = {}
    waiting = list(range(len(calls)))
    while waiting:
        wave = {_key(calls[place]): place for place in reversed(waiting)}
        now = sorted(wave.values())
        done = await _give_back_once(work, [calls[place] for place in now])
        outcomes |= dict(zip(now, done, strict=True))
        waiting = [place for place in waiting if place not in outcomes]
    return [outcomes[place] for place in range(len(calls))]


def _key(call: RefundCall) -> store.OrderKey:
    return (int(call.command.merchant_id), int(call.command.order_id))


async def _give_back_once(work: Work, calls: Sequence[RefundCall]) -> list[OrderRefund | Failure]:
    """Give back with one call an order at most."""
    keys = [_key(call) for call in calls]
    orders = await store.lock_orders(work.db, keys)
    lines = await store.list_lines_of(work.db, orders) if orders else {}
    decided = [
        _decide(call, orders.get(key), lines.get(key, []))
        for call, key in zip(calls, keys, strict=True)
    ]
    given = await _refund(work, calls, decided)
    won = [one for one in given if isinstance(one, Given)]
    if not won:
        return [one for one in given if isinstance(one, Failure)]
    await store.insert_returns(work.db, [row for one in won for row in _rows(one)])
    settled = {one.order_id: one for one in await _take_points(work, won)}
    for one in won:
        _restock(work, one)
    await store.set_refunded(work.db, [_refunded(one) for one in settled.values()])
    return [
        await _conclude(work, settled[one.order_id]) if isinstance(one, Given) else one
        for one in given
    ]


def _decide(
    call: RefundCall, order: OrderRecord | None, lines: Sequence[LineRecord]
) -> Returned | Failure:
    if order is None:
        return NotFound("orders.not_found")
    try:
        if call.actor.kind != "system":
            check_store(call.actor.grants.get(order.merchant_id), order.store_id)
        rules.check_refundable(order)
        return decide_returned(call.command, order, lines)
    except Failure as failure:
        return failure


async def _refund(
    work: Work, calls: Sequence[RefundCall], decided: Sequence[Returned | Failure]
) -> list[Given | Failure]:
    """Give the money back; one outcome for each of what was decided."""
    sound = [
        (call, one) for call, one in zip(calls, decided, strict=True) if isinstance(one, Returned)
    ]
    wanted = [
        RefundPayment(
            merchant_id=one.order.merchant_id,
            payment_id=PaymentId(one.order.order_id),
            amount_fen=one.quote.amount_fen,
            reason=call.command.reason,
            refunded_by=call.actor.actor_id,
            at=call.at,
            index=call.index,
        )
        for call, one in sound
    ]
    refunds = await refund_payments(work, wanted) if wanted else []
    made = iter(
        refund if isinstance(refund, Failure) else Given(call=call, returned=one, refund=refund)
        for (call, one), refund in zip(sound, refunds, strict=True)
    )
    return [one if isinstance(one, Failure) else next(made) for one in decided]


def _rows(one: Given) -> Iterable[ReturnRecord]:
    returned = one.returned
    for line in returned.quote.lines:
        yield ReturnRecord(
            merchant_id=returned.order.merchant_id,
            order_id=returned.order.order_id,
            refund_id=one.refund.refund_id,
            line_no=line.line_no,
            quantity=line.quantity,
            amount_fen=line.amount_fen,
            is_restocked=line.line_no in returned.restocked,
        )


def _restock(work: Work, one: Given) -> None:
    returned = one.returned
    for part in returned.quote.lines:
        line = returned.lines[part.line_no]
        if line.reservation_id and part.line_no in returned.restocked:
            note_returned(
                work,
                store_id=returned.order.store_id,
                sku_id=line.sku_id,
                quantity=part.quantity,
                cause=one.refund.refund_id,
                index=one.call.index,
            )


async def _take_points(work: Work, won: Sequence[Given]) -> list[Given]:
    """Take back the points of each refund, as far as the member still has them."""
    held = await lock_points(work, [one.member for one in won if one.returned.quote.points_back])
    settled = []
    for one in won:
        taken = min(one.returned.quote.points_back, held.get(one.member, 0))
        if taken:
            held[one.member] -= taken
            _note_points(work, one, taken)
        settled.append(msgspec.structs.replace(one, points_back=taken))
    return settled


def _note_points(work: Work, one: Given, points: int) -> None:
    order = one.returned.order
    note_points_taken_back(
        work,
        order.merchant_id,
        MemberId(order.member_id),
        points,
        cause=one.refund.refund_id,
        index=one.call.index,
    )


def _refunded(one: Given) -> Refunded:
    order, quote = one.returned.order, one.returned.quote
    return Refunded(
        merchant_id=order.merchant_id,
        order_id=order.order_id,
        state=one.state,
        amount_fen=quote.amount_fen,
        points_back=one.points_back,
        points_short=one.points_short,
        closed_at=one.call.at if quote.is_whole else None,
    )


async def _conclude(work: Work, one: Given) -> OrderRefund:
    """Give the coupon back if nothing is left of the order, and record what happened."""
    order, quote, index = one.returned.order, one.returned.quote, one.call.index
    is_coupon_back = quote.gives_back_coupon and await give_back_coupon(
        work, order.merchant_id, order.coupon_id, index=index
    )
    work.record(_fact(one, is_coupon_back=is_coupon_back), index=index)
    return OrderRefund(
        merchant_id=Id(order.merchant_id),
        order_id=OrderId(order.order_id),
        refund_id=one.refund.refund_id,
        state=one.state,
        method=one.refund.method,
        currency=order.currency,
        amount_fen=quote.amount_fen,
        refunded_fen=order.refunded_fen + quote.amount_fen,
        points_back=one.points_back,
        points_short=one.points_short,
        is_coupon_back=is_coupon_back,
    )


def _fact(one: Given, *, is_coupon_back: bool) -> OrderRefunded:
    order, quote, refund = one.returned.order, one.returned.quote, one.refund
    return OrderRefunded(
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
        points_back=one.points_back,
        points_short=one.points_short,
        coupon_id=order.coupon_id if is_coupon_back else 0,
        reason=refund.reason,
        lines=[
            (one.returned.lines[part.line_no].sku_id, part.quantity, part.amount_fen)
            for part in quote.lines
        ],
    )
