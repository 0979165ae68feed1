"""Has merchants' servers told what became of what they asked for."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from banyan.base.json import encode
from banyan.books.work import Work
from banyan.pay.charges import store
from banyan.pay.charges.rules import REFUNDABLE_FOR
from banyan.pay.charges.types import Charge, ChargeRefund, Combination, Protocol, Way
from banyan.pay.notifications import NewNotification, note_notifications
from banyan.pay.notifications import Protocol as Told

PAID = "charges.paid"
COMBINED_PAID = "charges.combined_paid"
REFUNDED = "charges.refunded"
CLOSED = "charges.closed"
FINISHED = "charges.finished"
FINISH = "charges.finish"
_TOLD_ENDS = frozenset({Way.H5, Way.APP})
"""The ways of which Alipay tells more than that somebody paid."""


class CombinedPaid(msgspec.Struct, frozen=True, kw_only=True):
    """What a server is told of a combination."""

    combination: Combination
    charges: list[Charge]


class RefundMade(msgspec.Struct, frozen=True, kw_only=True):
    """What a server is told of a refund: the charge as it is after it, and the refund."""

    charge: Charge
    refund: ChargeRefund


async def tell_paid(work: Work, paid: Sequence[tuple[int, Sequence[Charge]]]) -> None:
    """Have servers told of payments, each beside the index of its call."""
    ids = {int(one.combined_id) for _, charges in paid for one in charges if one.combined_id}
    combinations = await store.find_combinations(work.db, ids) if ids else {}
    notes: list[tuple[int, NewNotification]] = []
    for index, charges in paid:
        first = charges[0]
        if first.combined_id:
            combination = combinations[int(first.combined_id)]
            told = CombinedPaid(combination=combination, charges=list(charges))
            notes += _note(index, first, COMBINED_PAID, combination.facts.notify_url, told)
        else:
            notes += _note(index, first, PAID, first.facts.notify_url, first)
        for one in charges:
            if _is_told_ends(one) and one.paid_at is not None:
                over_at = one.paid_at + REFUNDABLE_FOR + timedelta(seconds=1)
                work.later(FINISH, one.charge_id, over_at, b"%d" % one.merchant_id)
    if notes:
        await note_notifications(work, notes)


async def tell_refunded(work: Work, charge: Charge, refund: ChargeRefund) -> None:
    """Have a server told of a refund."""
    made = RefundMade(charge=charge, refund=refund)
    notes = _note(0, charge, REFUNDED, refund.facts.notify_url, made)
    if notes:
        await note_notifications(work, notes)


async def tell_closed(work: Work, charge: Charge) -> None:
    """Have a server told that nobody will pay, where its protocol tells that."""
    if _is_told_ends(charge) and not charge.is_paid:
        notes = _note(0, charge, CLOSED, charge.facts.notify_url, charge)
        await note_notifications(work, notes)


async def tell_finished(work: Work, charge: Charge) -> None:
    """Have a server told that nothing of a payment goes back any more."""
    notes = _note(0, charge, FINISHED, charge.facts.notify_url, charge)
    await note_notifications(work, notes)


def _is_told_ends(charge: Charge) -> bool:
    is_told = charge.protocol is Protocol.ALIPAY and charge.way in _TOLD_ENDS
    return is_told and bool(charge.facts.notify_url)


def _note(
    index: int, charge: Charge, kind: str, url: str, told: msgspec.Struct
) -> list[tuple[int, NewNotification]]:
    if not url or charge.protocol is Protocol.OWN:
        return []
    is_combined = isinstance(told, CombinedPaid)
    asker = told.combination.merchant_id if is_combined else charge.provider_id  # type: ignore[attr-defined]
    one = NewNotification(
        merchant_id=int(asker or charge.merchant_id),
        protocol=Told(charge.protocol.value),
        kind=kind,
        subject_id=int(charge.combined_id or charge.charge_id),
        url=url,
        data=encode(told),
        ladder="alipay" if charge.protocol is Protocol.ALIPAY else "payment",
    )
    return [(index, one)]
