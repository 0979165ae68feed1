"""Ends what waits for a person: they confirm, the merchant cancels, or a day is over."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.timers.types import Timer
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.pay.remit import store
from banyan.pay.remit.ends import end_offer
from banyan.pay.remit.offers import offer_of
from banyan.pay.remit.types import MoneyOffer, OutNo, Remittance, RemittanceState, Token, Way


class ConfirmRemittance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take the money that waits."""

    token: Token


class CancelRemittance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take back what nobody has confirmed."""

    merchant_id: MerchantId
    out_no: OutNo


@single(permission=Permission.PERSON)
async def confirm_remittance(work: Work, command: ConfirmRemittance) -> MoneyOffer:
    """Take what a merchant sent, and return it; once taken it stays so.

    Raises NotFound `remit.not_found` (also for what is somebody else's), Refusal `remit.ended`.
    """
    held = await store.find_by_token(work.db, command.token)
    if held is None or held.person_id != work.actor.person_id:
        raise NotFound("remit.not_found")
    one = held.remittance
    locked = await store.lock_remittance(work.db, one.merchant_id, one.remittance_id)
    assert locked is not None
    one = locked.remittance
    is_late = one.expires_at is not None and work.now >= one.expires_at
    if one.state is RemittanceState.WAITING and not is_late:
        one = await end_offer(work, locked, RemittanceState.DONE)
    elif one.state is not RemittanceState.DONE:
        raise Refusal("remit.ended", state=one.state.value)
    return await offer_of(work, one)


@single(permission=Permission.FINANCE_WRITE)
async def cancel_remittance(work: Work, command: CancelRemittance) -> Remittance:
    """Take back what waits for a person; cancelled already, it is returned as it is.

    Raises NotFound `remit.not_found`, Refusal `remit.ended`.
    """
    held = await store.find_remittance(
        work.db, command.merchant_id, out_no=command.out_no, way=Way.CONFIRM
    )
    if held is None:
        raise NotFound("remit.not_found")
    locked = await store.lock_remittance(
        work.db, command.merchant_id, held.remittance.remittance_id
    )
    assert locked is not None
    one = locked.remittance
    if one.state is RemittanceState.CANCELLED:
        return one
    if one.state is not RemittanceState.WAITING:
        raise Refusal("remit.ended", state=one.state.value)
    return await end_offer(work, locked, RemittanceState.CANCELLED)


async def expire_remittance(work: Work, timer: Timer) -> None:
    """Give up waiting: the money stays with the merchant."""
    locked = await store.lock_remittance(work.db, int(timer.data), timer.subject)
    if locked is not None and locked.remittance.state is RemittanceState.WAITING:
        await end_offer(work, locked, RemittanceState.FAILED, "OVERDUE_CLOSE")
