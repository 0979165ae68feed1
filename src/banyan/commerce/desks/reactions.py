"""Follows what becomes of charges that were asked for at desks."""

from collections.abc import Sequence

from banyan.books.journal import Fact, Follower
from banyan.books.work import Work
from banyan.commerce.desks import store
from banyan.pay.charges import ChargePaid, ChargeRefunded, Way


async def on_charges_paid(work: Work, facts: Sequence[Fact]) -> None:
    """Write down when takings were paid."""
    paid = [
        store.Paid(merchant_id=fact.merchant_id, charge_id=fact.subject_id, paid_at=fact.at)
        for fact in facts
        if fact.decode(ChargePaid).way is Way.DESK
    ]
    if paid:
        await store.set_paid(work.db, paid)


async def on_charges_refunded(work: Work, facts: Sequence[Fact]) -> None:
    """Count what of takings went back."""
    refunded = [
        store.Refunded(
            merchant_id=fact.merchant_id,
            charge_id=fact.subject_id,
            refund_fen=fact.decode(ChargeRefunded).refund_fen,
        )
        for fact in facts
    ]
    await store.add_refunded(work.db, refunded)


FOLLOWERS = (
    Follower(name="desks.paid", kinds=("charges.paid",), handle=on_charges_paid),
    Follower(name="desks.refunded", kinds=("charges.refunded",), handle=on_charges_refunded),
)
