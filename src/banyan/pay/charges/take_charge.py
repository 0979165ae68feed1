"""Charges that a till takes by the payment code that a customer shows."""

from datetime import datetime

import msgspec

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.base.ids import NONE, Id
from banyan.books.work import Permission, Steps, Work, single, stepped
from banyan.parties.ids import PersonId
from banyan.pay.charges import store
from banyan.pay.charges.create_charges import EXPIRE, CreateCharges, access_payees, insert_or_renew
from banyan.pay.charges.pay_charges import pay
from banyan.pay.charges.rules import check_asks, check_shown
from banyan.pay.charges.settle_paid import Intent
from banyan.pay.charges.types import Charge, ChargeState, Token
from banyan.pay.risk import PASSWORD_NEEDED


class TakeCharge(CreateCharges, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: ask this of the person whose payment code was scanned, and take it."""

    payer_id: PersonId
    session_id: Id = NONE
    """The device that showed the code."""
    shown_at: datetime
    """When the till first brought the code."""
    needs_password: bool = False
    """Whether they must confirm it on their phone, whatever the rules say."""


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A charge at a till, and the number of the decision if risk refused it."""

    charge: Charge
    refused_by: str = ""


class DeclineCharge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: I won't pay what the till asks for."""

    token: Token


@stepped(permission=Permission.ORDERS_TAKE)
async def take_charge(steps: Steps, command: TakeCharge) -> Charge:
    """Take money from whoever showed their code; it is `paying` while they must confirm it.

    They must where a rule of risk wants their pay password; what they do not confirm in time has
    `failed`. A number that has been used up, by a
    refusal too, needs a new code and a new number. So does a try that comes long after the code
    was shown: its owner has left the till, and must not be asked behind their back.

    Raises like `create_charges`, and Refusal `risk.refused`, `wallets.insufficient`,
    `paycodes.expired`.
    """
    begun = await steps.run(begin_taking, command)
    if begun.refused_by:
        # Said after the commit: what was decided, and why, stays written.
        raise Refusal("risk.refused", decision_id=begun.refused_by)
    return begun.charge


@single(permission=Permission.ORDERS_TAKE)
async def begin_taking(work: Work, command: TakeCharge) -> Begun:
    """Ask, and take the money unless risk wants otherwise: then it is `paying` or `failed`."""
    check_asks(command.asks, work.now, is_combined=False)
    await access_payees(work, command)
    payer_id = int(command.payer_id)
    (charge,) = await insert_or_renew(work, command, command.asks, payer_id=payer_id)
    if charge.payer_id != payer_id:
        raise Refusal("charges.out_no_used", out_no=charge.out_no)
    check_shown(command.shown_at, work.now)
    if command.needs_password:
        return _wait(work, charge)
    intent = Intent(
        index=0,
        token=charge.token,
        payer_id=payer_id,
        at=work.now,
        session_id=int(command.session_id),
        is_at_till=True,
    )
    (paid,) = await pay(work, [intent])
    if not isinstance(paid, Failure):
        return Begun(charge=paid.charges[0])
    if paid.code == PASSWORD_NEEDED:
        return _wait(work, charge)
    if paid.code != "risk.refused":
        raise paid
    failed = await store.set_state(work.db, charge, ChargeState.FAILED, closed_at=work.now)
    return Begun(charge=failed, refused_by=str(paid.fields["decision_id"]))


def _wait(work: Work, charge: Charge) -> Begun:
    """Let the payer confirm it on their phone, but not for ever."""
    work.later(EXPIRE, charge.charge_id, charge.payable_until, b"%d" % charge.merchant_id)
    return Begun(charge=charge)


@single(permission=Permission.PERSON)
async def decline_charge(work: Work, command: DeclineCharge) -> Charge:
    """Say no to what a till asks for; it then can't be paid.

    Raises NotFound `charges.not_found`; Refusal `charges.already_paid`.
    """
    mine = int(work.actor.person_id)
    for one in await store.find_by_tokens(work.db, [command.token]):
        charge = await store.lock_charge(work.db, one.merchant_id, one.charge_id)
        assert charge is not None, "charges are never deleted"
        if charge.payer_id != mine:
            break
        if charge.is_paid:
            raise Refusal("charges.already_paid", out_no=charge.out_no)
        if charge.state is ChargeState.PAYING:
            return await store.set_state(work.db, charge, ChargeState.FAILED, closed_at=work.now)
        return charge
    raise NotFound("charges.not_found")
