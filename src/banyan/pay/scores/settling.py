"""Collects what orders cost: from the wallet, again and again until it is there."""

from datetime import datetime

import msgspec

from banyan.books.timers import Timer
from banyan.books.work import Work
from banyan.pay.passwords import ProofToken
from banyan.pay.scores import store
from banyan.pay.scores.charging import charge_order
from banyan.pay.scores.records import fact_of, merchant_key
from banyan.pay.scores.rules import ASKED_AGAIN
from banyan.pay.scores.telling import tell_order
from banyan.pay.scores.types import (
    PaidBy,
    ScoreCompleted,
    ScoreOrder,
    ScorePaid,
    ScoreShort,
    ScoreState,
)

COLLECT = "scores.collect"
"""The timer of an order that is to be paid."""


async def begin_collecting(work: Work, order: ScoreOrder) -> ScoreOrder:
    """Write a completed order, and have its money asked for at once; it is done if it is free."""
    work.record(ScoreCompleted(**fact_of(order), total_fen=order.total_fen))
    if not order.total_fen:
        return await finish(work, order, PaidBy.NOBODY)
    await store.set_order(work.db, order)
    work.later(COLLECT, order.order_id, work.now, merchant_key(order))
    return order


async def collect(work: Work, order: ScoreOrder, proof: ProofToken = "") -> ScoreOrder:
    """Take from the wallet what a locked order costs; it stays owed if there is too little.

    The wallet is looked at first: that somebody is short is no failure of whoever asks.
    """
    charge = await charge_order(work, order, proof)
    if charge is not None:
        paid = msgspec.structs.replace(
            order, charge_id=charge.charge_id, transaction_no=charge.transaction_no
        )
        return await finish(work, paid, PaidBy.BANYAN)
    short = msgspec.structs.replace(order, tries=order.tries + 1)
    await store.set_order(work.db, short)
    pause = ASKED_AGAIN.pause_after(short.tries)
    if pause is not None:
        work.later(COLLECT, order.order_id, work.now + pause, merchant_key(order))
    work.record(ScoreShort(**fact_of(order), total_fen=order.total_fen, tries=short.tries))
    return short


async def finish(
    work: Work, order: ScoreOrder, paid_by: PaidBy, *, paid_at: datetime | None = None
) -> ScoreOrder:
    """Write that a locked order is paid, or was free, and tell the merchant what Banyan took."""
    done = msgspec.structs.replace(
        order,
        state=ScoreState.DONE,
        paid_by=paid_by,
        paid_at=paid_at or (work.now if paid_by is PaidBy.BANYAN else None),
        ended_at=work.now,
    )
    await store.set_order(work.db, done)
    work.cancel_later(COLLECT, done.order_id)
    work.record(ScorePaid(**fact_of(done), total_fen=done.total_fen, paid_by=paid_by))
    if paid_by is PaidBy.BANYAN:
        await tell_order(work, done, "scores.paid")
    return done


async def collect_due(work: Work, timer: Timer) -> None:
    """Ask a wallet for what is owed."""
    order = await store.lock_order(work.db, int(timer.data), timer.subject)
    if order is not None and order.is_owed:
        await collect(work, order)
