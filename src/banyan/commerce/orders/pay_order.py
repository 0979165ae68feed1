"""Pays a batch of orders: state, money, stock, coupon and points of each move together."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from banyan.base.errors import Failure
from banyan.base.ids import Id
from banyan.books.work import Work
from banyan.commerce.coupons import Redemption, redeem_coupons
from banyan.commerce.members import note_points_earned
from banyan.commerce.orders import rules, store
from banyan.commerce.orders.events import OrderPaid
from banyan.commerce.orders.place_order import EXPIRE
from banyan.commerce.orders.records import OrderRecord, SaleRecord
from banyan.commerce.orders.types import OrderId, OrderState, PaidOrder
from banyan.commerce.stock import note_sold
from banyan.pay.collect import Payment, PaymentId, PaymentMethod, insert_payments
from banyan.pay.risk import Attempt, Kind, judge_payments


class Intent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One caller who wants to pay one order."""

    index: int
    merchant_id: int
    order_id: int
    payer: rules.Payer
    method: PaymentMethod
    taken_by: int = 0
    session_id: int = 0
    """The payer's device."""
    proof: str = ""
    """That the payer gave their pay password."""
    is_at_till: bool = False
    """Whether the till takes it by the payer's code, without their doing anything."""

    @property
    def key(self) -> store.OrderKey:
        """Merchant and order."""
        return (self.merchant_id, self.order_id)


class Won(msgspec.Struct, frozen=True, gc=False):
    """An intent that pays, and its order."""

    intent: Intent
    order: OrderRecord


async def pay(work: Work, intents: Sequence[Intent]) -> list[PaidOrder | Failure]:
    """Pay each order for the first that may; one outcome each, in order.

    A wallet that holds too little refuses its command at the end, by `wallets.insufficient`.
    """
    decided = await _judge(work, await _lock_and_decide(work, intents))
    won = [one for one in decided if isinstance(one, Won)]
    if won:
        await _settle(work, won)
    return [_answer(one) if isinstance(one, Won) else one for one in decided]


async def _lock_and_decide(work: Work, intents: Sequence[Intent]) -> list[Won | Failure]:
    wanted: dict[store.OrderKey, datetime] = {}
    for intent in intents:
        wanted.setdefault(intent.key, intent.payer.at)
    orders = await store.take_unpaid(work.db, wanted)
    unpaid = set(orders)
    if len(orders) < len(wanted):
        orders |= await store.find_orders(work.db, wanted.keys() - unpaid)
    decided: list[Won | Failure] = []
    for intent in intents:
        order = orders.get(intent.key)
        failure = rules.decide_unpayable(order, intent.payer, was_unpaid=intent.key in unpaid)
        if failure is None:
            assert order is not None
            unpaid.discard(intent.key)
            decided.append(Won(intent, order))
        else:
            decided.append(failure)
    if unpaid:
        await store.give_unpaid_back(work.db, unpaid)
    return decided


async def _judge(work: Work, decided: list[Won | Failure]) -> list[Won | Failure]:
    """Let risk look at what people are about to pay from their wallets."""
    looked_at = [
        (place, one)
        for place, one in enumerate(decided)
        if isinstance(one, Won)
        and one.intent.method is PaymentMethod.WALLET
        and (one.intent.is_at_till or not one.intent.taken_by)
    ]
    if not looked_at:
        return decided
    judged = await judge_payments(work, [_attempt(one) for _, one in looked_at])
    refused = set()
    for (place, one), failure in zip(looked_at, judged, strict=True):
        if failure is not None:
            decided[place] = failure
            refused.add(one.intent.key)
    if refused:
        await store.give_unpaid_back(work.db, refused)
    return decided


def _attempt(one: Won) -> Attempt:
    order, intent = one.order, one.intent
    return Attempt(
        person_id=order.person_id,
        session_id=intent.session_id,
        merchant_id=order.merchant_id,
        kind=Kind.CODE if intent.is_at_till else Kind.ORDER,
        currency=order.currency,
        amount_fen=order.total_fen,
        subject=f"orders.{order.order_id:d}",
        proof=intent.proof,
        is_present=intent.session_id > 0 or intent.is_at_till,
        at=intent.payer.at,
    )


async def _settle(work: Work, won: Sequence[Won]) -> None:
    sales = await store.list_sales(work.db, [one.intent.key for one in won])
    indexes = {one.order.order_id: one.intent.index for one in won}
    await insert_payments(work, [_payment(one) for one in won], indexes)
    for one in won:
        _note(work, one, sales[one.order.order_id])
    redemptions = [_redemption(one) for one in won if one.order.coupon_id]
    if redemptions:
        await redeem_coupons(work, redemptions)


def _payment(one: Won) -> Payment:
    order = one.order
    assert order.paid_at is not None
    return Payment(
        merchant_id=order.merchant_id,
        payment_id=PaymentId(order.order_id),
        person_id=order.person_id,
        method=one.intent.method,
        currency=order.currency,
        amount_fen=order.total_fen,
        taken_by=one.intent.taken_by,
        paid_at=order.paid_at,
    )


def _redemption(one: Won) -> Redemption:
    order = one.order
    assert order.paid_at is not None
    return Redemption(
        merchant_id=order.merchant_id,
        coupon_id=order.coupon_id,
        order_id=order.order_id,
        order_total_fen=order.total_fen,
        at=order.paid_at,
        index=one.intent.index,
    )


def _note(work: Work, one: Won, sales: Sequence[SaleRecord]) -> None:
    order, index = one.order, one.intent.index
    for sale in sales:
        if sale.reservation_id:
            note_sold(work, sale.reservation_id, cause=order.order_id, index=index)
    if order.points_earned:
        note_points_earned(
            work,
            order.merchant_id,
            order.member_id,
            order.points_earned,
            cause=order.order_id,
            index=index,
        )
    work.cancel_later(EXPIRE, order.order_id)
    work.record(_fact(one, sales), index=index)


def _fact(one: Won, sales: Sequence[SaleRecord]) -> OrderPaid:
    order = one.order
    return OrderPaid(
        merchant_id=order.merchant_id,
        person_id=order.person_id,
        store_id=order.store_id,
        code_id=order.code_id,
        subject_id=order.order_id,
        order_id=order.order_id,
        member_id=order.member_id,
        method=one.intent.method,
        currency=order.currency,
        subtotal_fen=order.subtotal_fen,
        discount_fen=order.discount_fen,
        total_fen=order.total_fen,
        coupon_id=order.coupon_id,
        campaign_id=order.campaign_id,
        points_earned=order.points_earned,
        lines=[(sale.sku_id, sale.quantity, sale.total_fen) for sale in sales],
    )


def _answer(one: Won) -> PaidOrder:
    order = one.order
    assert order.paid_at is not None
    return PaidOrder(
        merchant_id=Id(order.merchant_id),
        order_id=OrderId(order.order_id),
        state=OrderState.PAID,
        method=one.intent.method,
        currency=order.currency,
        amount_fen=order.total_fen,
        pickup_number=order.pickup_number,
        points_earned=order.points_earned,
        paid_at=order.paid_at,
    )
