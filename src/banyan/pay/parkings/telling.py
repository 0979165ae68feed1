"""Tells car parks what became of cars and money, in the transaction of it."""

import msgspec

from banyan.base import json
from banyan.books.work import Work
from banyan.pay.charges import Charge
from banyan.pay.notifications import NewNotification, Protocol, note_notification
from banyan.pay.parkings.types import Deduction, Entry

ENTRY_CHANGED = "parkings.entry_changed"
FINISHED = "parkings.finished"
"""Money was taken, or could not be."""


class ToldDeduction(msgspec.Struct, frozen=True, kw_only=True):
    """What a car park is told of money: what it asked for, and the charge once it is paid."""

    deduction: Deduction
    charge: Charge | None


async def tell_entry(work: Work, entry: Entry) -> None:
    """Tell a car park that a car inside can pay in passing, or can't any more."""
    await _tell(work, entry, ENTRY_CHANGED, int(entry.entry_id), entry.notify_url, entry)


async def tell_deduction(work: Work, deduction: Deduction, charge: Charge | None) -> None:
    """Tell a car park what became of the money."""
    told = ToldDeduction(deduction=deduction, charge=charge)
    url = deduction.terms.notify_url
    await _tell(work, deduction, FINISHED, int(deduction.deduction_id), url, told)


async def _tell(
    work: Work,
    of: Entry | Deduction,
    kind: str,
    subject_id: int,
    url: str,
    told: msgspec.Struct,
) -> None:
    await note_notification(
        work,
        NewNotification(
            merchant_id=int(of.provider_id or of.merchant_id),
            protocol=Protocol.WECHAT,
            kind=kind,
            subject_id=subject_id,
            url=url,
            data=json.encode(told),
        ),
    )
