"""Closes unpaid orders: taken back by their buyer or the shop, or by the clock."""

import msgspec

from banyan.base.errors import NotFound
from banyan.books.room import Timer
from banyan.books.work import Permission, Work, single
from banyan.commerce.coupons import release_coupon
from banyan.commerce.orders import rules, store
from banyan.commerce.orders.events import OrderCancelled, OrderExpired
from banyan.commerce.orders.place_order import EXPIRE
from banyan.commerce.orders.records import OrderRecord, order_of
from banyan.commerce.orders.types import Order, OrderId, OrderState
from banyan.commerce.stock import note_released
from banyan.parties.merchants import MerchantId


class CancelOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: I do not want this unpaid order of mine any more."""

    merchant_id: MerchantId
    order_id: OrderId


class DropOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: the shop takes an unpaid order back."""

    merchant_id: MerchantId
    order_id: OrderId


@single(permission=Permission.PERSON)
async def cancel_order(work: Work, command: CancelOrder) -> Order:
    """Close an unpaid order of the one who asks; its stock and coupon are free again.

    Raises NotFound `orders.not_found`; Refusal `orders.already_paid`, `orders.expired`,
    `orders.cancelled`.
    """
    order = await store.lock_order(work.db, command.merchant_id, command.order_id)
    if order is None or order.person_id != work.actor.person_id:
        raise NotFound("orders.not_found")
    rules.check_cancellable(order)
    return await _cancel(work, order, is_by_merchant=False)


@single(permission=Permission.ORDERS_TAKE)
async def drop_order(work: Work, command: DropOrder) -> Order:
    """Close an unpaid order from the merchant's side; its stock and coupon are free again.

    Raises NotFound `orders.not_found`; Refusal `orders.already_paid`, `orders.expired`,
    `orders.cancelled`.
    """
    order = await store.lock_order(work.db, command.merchant_id, command.order_id)
    if order is None:
        raise NotFound("orders.not_found")
    work.check_store(order.merchant_id, order.store_id)
    rules.check_cancellable(order)
    return await _cancel(work, order, is_by_merchant=True)


async def expire_order(work: Work, timer: Timer) -> None:
    """Close an order that nobody paid in time; nothing happens to any other.

    One that somebody is just paying is looked at again a moment later: waiting for them, with the
    timer in hand that they are about to delete, would be a deadlock.
    """
    order = await store.lock_free_order(work.db, int(timer.data), timer.subject)
    if order is None:
        work.later(timer.kind, timer.subject, work.now + rules.LOOK_AGAIN, timer.data)
        return
    if not rules.is_overdue(order, work.now):
        return
    await _close(work, order, OrderState.EXPIRED)
    work.record(
        OrderExpired(
            merchant_id=order.merchant_id,
            person_id=order.person_id,
            store_id=order.store_id,
            code_id=order.code_id,
            subject_id=order.order_id,
            order_id=order.order_id,
            member_id=order.member_id,
            currency=order.currency,
            total_fen=order.total_fen,
            coupon_id=order.coupon_id,
        )
    )


async def _cancel(work: Work, order: OrderRecord, *, is_by_merchant: bool) -> Order:
    closed = await _close(work, order, OrderState.CANCELLED)
    work.cancel_later(EXPIRE, order.order_id)
    work.record(
        OrderCancelled(
            merchant_id=order.merchant_id,
            person_id=order.person_id,
            store_id=order.store_id,
            code_id=order.code_id,
            subject_id=order.order_id,
            order_id=order.order_id,
            member_id=order.member_id,
            currency=order.currency,
            total_fen=order.total_fen,
            coupon_id=order.coupon_id,
            is_by_merchant=is_by_merchant,
        )
    )
    return order_of(closed)


async def _close(work: Work, order: OrderRecord, state: OrderState) -> OrderRecord:
    """End a locked unpaid order: what it set aside is free again."""
    key = (order.merchant_id, order.order_id)
    await store.close_order(work.db, key, state, work.now)
    sales = await store.list_sales(work.db, [key])
    for sale in sales[order.order_id]:
        if sale.reservation_id:
            note_released(work, sale.reservation_id, cause=order.order_id)
    if order.coupon_id:
        await release_coupon(work, order.merchant_id, order.coupon_id)
    return msgspec.structs.replace(order, state=state, closed_at=work.now)
