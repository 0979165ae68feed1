"""Follows what becomes of charges that were asked for at desks."""

from collections.abc import Sequence
from typing import Any

from banyan.books.journal import Fact, Follower
from banyan.books.work import Work
from banyan.commerce.desks import store
from banyan.commerce.desks.events import DeskPaid, DeskRefunded
from banyan.pay.charges import ChargePaid, ChargeRefunded, Way
from banyan.pay.collect import PaymentMethod
from banyan.pay.gateways import DESK, end_attempts


async def on_charges_paid(work: Work, facts: Sequence[Fact]) -> None:
    """Write down when takings were paid."""
    paid = [
        store.Paid(merchant_id=fact.merchant_id, charge_id=fact.subject_id, paid_at=fact.at)
        for fact in facts
        if fact.decode(ChargePaid).way is Way.DESK
    ]
    if not paid:
        return
    await end_attempts(work, DESK, sorted((one.merchant_id, one.charge_id) for one in paid))
    for one in await store.set_paid(work.db, paid):
        assert one.paid_at is not None, "it was just written"
        work.record(
            DeskPaid(
                **name_taking(one),
                total_fen=one.total_fen,
                method=PaymentMethod.WALLET.value,
                taken_at=one.paid_at,
            )
        )


async def on_charges_closed(work: Work, facts: Sequence[Fact]) -> None:
    """Let nobody pay through a provider what is over."""
    keys = sorted({(int(fact.merchant_id), int(fact.subject_id)) for fact in facts})
    await end_attempts(work, DESK, keys)


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
    for one in await store.add_refunded(work.db, refunded):
        work.record(DeskRefunded(**name_taking(one), amount_fen=one.refund_fen))


def name_taking(one: store.Moved) -> dict[str, Any]:
    """The fields by which a fact says of which taking it is."""
    return {
        "merchant_id": one.merchant_id,
        "person_id": one.person_id,
        "store_id": one.store_id,
        "code_id": one.code_id,
        "subject_id": one.charge_id,
        "currency": one.currency,
    }


FOLLOWERS = (
    Follower(name="desks.paid", kinds=("charges.paid",), handle=on_charges_paid),
    Follower(name="desks.closed", kinds=("charges.closed",), handle=on_charges_closed),
    Follower(name="desks.refunded", kinds=("charges.refunded",), handle=on_charges_refunded),
)
