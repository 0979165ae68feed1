"""Operators admit car parks: whoever is one takes money from cars without asking their owners."""

import msgspec

from banyan.base.errors import Refusal
from banyan.books.work import Permission, Work, single
from banyan.parties.audit import note_change
from banyan.parties.ids import MerchantId
from banyan.pay.parkings import store
from banyan.pay.parkings.types import Park


class AdmitPark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say whether a merchant is a car park."""

    merchant_id: MerchantId
    is_admitted: bool


@single(permission=Permission.OPERATOR)
async def admit_park(work: Work, command: AdmitPark) -> Park:
    """Let a merchant take money for parking, or from now on no more."""
    before = Park(is_admitted=await store.is_park(work.db, command.merchant_id))
    after = Park(is_admitted=command.is_admitted)
    await store.set_park(work.db, command.merchant_id, work.now, is_park=after.is_admitted)
    await note_change(
        work,
        merchant_id=command.merchant_id,
        subject="parkings.park",
        subject_id=command.merchant_id,
        before=before,
        after=after,
    )
    return after


async def check_park(work: Work, merchant_id: int) -> None:
    """Let a car park pass. Raises Refusal `parkings.not_admitted`."""
    if not await store.is_park(work.db, merchant_id):
        raise Refusal("parkings.not_admitted")
