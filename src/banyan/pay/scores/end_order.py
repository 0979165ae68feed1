"""Ends orders without collecting: taken back, paid elsewhere, or past their time."""

from datetime import datetime

import msgspec

from banyan.base.errors import Invalid
from banyan.books.timers import Timer
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.pay.scores import store
from banyan.pay.scores.begin_order import EXPIRE
from banyan.pay.scores.records import fact_of, lock_of_scheme
from banyan.pay.scores.rules import state_failure
from banyan.pay.scores.settling import finish
from banyan.pay.scores.types import (
    OutNo,
    PaidBy,
    SchemeId,
    ScoreExpired,
    ScoreOrder,
    ScoreRevoked,
    ScoreState,
    Why,
)


class RevokeOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take an order back before it is completed."""

    merchant_id: MerchantId
    scheme_id: SchemeId
    out_no: OutNo
    why: Why


class NotePaidElsewhere(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say that somebody paid me otherwise what they owed."""

    merchant_id: MerchantId
    scheme_id: SchemeId
    out_no: OutNo
    paid_at: datetime


@single(permission=Permission.ORDERS_TAKE)
async def revoke_order(work: Work, command: RevokeOrder) -> ScoreOrder:
    """Take an order back; taken back twice for the same reason it is taken back once.

    Raises NotFound `scores.not_found`; Refusal `scores.wrong_state`.
    """
    order = await lock_of_scheme(work, command.merchant_id, command.scheme_id, command.out_no)
    if order.state is ScoreState.REVOKED and order.why == command.why:
        return order
    is_early = order.state in {ScoreState.CREATED, ScoreState.DOING} and not order.is_owed
    if not is_early:
        raise state_failure(order)
    revoked = msgspec.structs.replace(
        order, state=ScoreState.REVOKED, why=command.why, ended_at=work.now
    )
    await store.set_order(work.db, revoked)
    work.cancel_later(EXPIRE, order.order_id)
    work.record(ScoreRevoked(**fact_of(order), why=command.why))
    return revoked


@single(permission=Permission.ORDERS_TAKE)
async def note_paid_elsewhere(work: Work, command: NotePaidElsewhere) -> ScoreOrder:
    """Believe the merchant that an order is paid, and collect no more; said twice it is so once.

    Raises NotFound `scores.not_found`; Invalid `scores.paid_in_future`; Refusal
    `scores.wrong_state`.
    """
    order = await lock_of_scheme(work, command.merchant_id, command.scheme_id, command.out_no)
    if order.paid_by is PaidBy.MERCHANT and order.paid_at == command.paid_at:
        return order
    if not order.is_owed:
        raise state_failure(order)
    if command.paid_at > work.now:
        raise Invalid("scores.paid_in_future")
    return await finish(work, order, PaidBy.MERCHANT, paid_at=command.paid_at)


async def expire_order(work: Work, timer: Timer) -> None:
    """End an order that nobody agreed to in time, or that was never completed."""
    order = await store.lock_order(work.db, int(timer.data), timer.subject)
    if order is None or order.is_owed or order.state not in _open:
        return
    expired = msgspec.structs.replace(order, state=ScoreState.EXPIRED, ended_at=work.now)
    await store.set_order(work.db, expired)
    work.record(ScoreExpired(**fact_of(order)))


_open = frozenset({ScoreState.CREATED, ScoreState.DOING})
