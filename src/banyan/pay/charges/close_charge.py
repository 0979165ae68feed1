"""Closes charges that nobody shall pay any more, and reverses what a till began."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.timers.types import Timer
from banyan.books.work import Permission, Work, single
from banyan.parties.ids import MerchantId
from banyan.pay.charges import rules, store
from banyan.pay.charges.events import ChargeClosed
from banyan.pay.charges.read_charge import ChargeRef, find_for
from banyan.pay.charges.refund_charge import give_back_whole
from banyan.pay.charges.tell import tell_closed
from banyan.pay.charges.types import Charge, ChargeState, OutNo, Protocol
from banyan.pay.payees import Scope, check_bound


class CloseCharge(ChargeRef, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: let nobody pay this charge any more."""


class CloseCombination(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: let nobody pay this combination any more."""

    merchant_id: MerchantId
    protocol: Protocol = Protocol.OWN
    out_no: OutNo


class ReverseCharge(ChargeRef, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: the till takes back what it began, whether it was paid or not."""


@single(permission=Permission.ORDERS_TAKE)
async def close_charge(work: Work, command: CloseCharge) -> Charge:
    """Close an unpaid charge; one that is closed stays so.

    Raises NotFound `charges.not_found`; Refusal `payees.not_bound`, `charges.already_paid`,
    `charges.paying`, `charges.combined`.
    """
    charge = await _lock(work, command)
    await check_bound(work.db, command.merchant_id, [charge.merchant_id], Scope.PAY)
    if charge.combined_id:
        raise Refusal("charges.combined", out_no=charge.out_no)
    return await _close(work, charge)


@single(permission=Permission.ORDERS_TAKE)
async def close_combination(work: Work, command: CloseCombination) -> list[Charge]:
    """Close all charges of a combination that was not paid.

    Raises NotFound `charges.not_found`; Refusal `payees.not_bound`, `charges.already_paid`.
    """
    found = await store.find_combination(
        work.db, command.merchant_id, command.protocol.network, command.out_no
    )
    if found is None:
        raise NotFound("charges.not_found")
    combined = await store.list_combined(work.db, [found[1]])
    payee_ids = [one.merchant_id for one in combined]
    await check_bound(work.db, command.merchant_id, payee_ids, Scope.PAY)
    closed = []
    for one in combined:
        charge = await store.lock_charge(work.db, one.merchant_id, one.charge_id)
        assert charge is not None, "charges are never deleted"
        closed.append(await _close(work, charge))
    return closed


@single(permission=Permission.ORDERS_TAKE)
async def reverse_charge(work: Work, command: ReverseCharge) -> Charge:
    """Close an unpaid charge, give a paid one back whole; asked again it stays so.

    A provider that may not refund can't give back what was paid either.
    Raises NotFound `charges.not_found`; Refusal `payees.not_bound`, `charges.reverse_too_late`,
    `refunds.purse_short`.
    """
    charge = await _lock(work, command)
    rules.check_reversible(charge, work.now)
    if charge.state in {ChargeState.REVOKED, ChargeState.CLOSED}:
        return charge
    scope = Scope.REFUND if charge.is_paid else Scope.PAY
    await check_bound(work.db, command.merchant_id, [charge.merchant_id], scope)
    if charge.is_paid:
        charge = await give_back_whole(work, charge, reason="")
    revoked = await store.set_state(work.db, charge, ChargeState.REVOKED, closed_at=work.now)
    _record(work, revoked)
    await tell_closed(work, revoked)
    return revoked


async def expire_charge(work: Work, timer: Timer) -> None:
    """End what nobody paid in time: closed where its protocol says so, failed at a till."""
    charge = await store.lock_charge(work.db, MerchantId(int(timer.data)), timer.subject)
    # Asked for again in the meantime, it may be paid longer.
    if charge is None or charge.payable_until > work.now:
        return
    if charge.state is ChargeState.PAYING:
        await store.set_state(work.db, charge, ChargeState.FAILED, closed_at=work.now)
    else:
        await close_unpaid(work, charge)


async def _lock(work: Work, command: ChargeRef) -> Charge:
    found = await find_for(work, command)
    charge = await store.lock_charge(work.db, found.merchant_id, found.charge_id)
    assert charge is not None, "charges are never deleted"
    return charge


async def _close(work: Work, charge: Charge) -> Charge:
    failure = rules.decide_unclosable(charge)
    if failure is not None:
        raise failure
    return await close_unpaid(work, charge)


async def close_unpaid(work: Work, charge: Charge) -> Charge:
    """Close a locked charge if nobody has paid it."""
    if charge.state is not ChargeState.UNPAID:
        return charge
    closed = await store.set_state(work.db, charge, ChargeState.CLOSED, closed_at=work.now)
    _record(work, closed)
    await tell_closed(work, closed)
    return closed


def _record(work: Work, charge: Charge) -> None:
    work.record(
        ChargeClosed(
            merchant_id=charge.merchant_id,
            person_id=charge.payer_id,
            channel_id=charge.channel_id,
            subject_id=charge.charge_id,
            out_no=charge.out_no,
            is_revoked=charge.state is ChargeState.REVOKED,
        )
    )
