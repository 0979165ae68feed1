"""Charges that a till takes by the payment code that a customer shows."""

import msgspec

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.books.work import Permission, Work, single
from banyan.parties.ids import PersonId
from banyan.pay.charges import store
from banyan.pay.charges.create_charges import CreateCharges, access_payees, insert_or_renew
from banyan.pay.charges.pay_charges import pay
from banyan.pay.charges.rules import check_asks
from banyan.pay.charges.settle_paid import Intent
from banyan.pay.charges.types import Charge, ChargeState, Token


class TakeCharge(CreateCharges, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: ask this of the person whose payment code was scanned, and take it."""

    payer_id: PersonId
    needs_password: bool = False
    """Whether they must confirm it on their phone."""


class DeclineCharge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: I won't pay what the till asks for."""

    token: Token


@single(permission=Permission.ORDERS_TAKE)
async def take_charge(work: Work, command: TakeCharge) -> Charge:
    """Take money from whoever showed their code; it is `paying` while they must confirm it.

    A number that has been used up needs a new code and a new number.

    Raises like `create_charges`, and Refusal `wallets.insufficient`.
    """
    check_asks(command.asks, work.now, is_combined=False)
    await access_payees(work, command)
    payer_id = int(command.payer_id)
    (charge,) = await insert_or_renew(work, command, command.asks, payer_id=payer_id)
    if charge.payer_id != payer_id:
        raise Refusal("charges.out_no_used", out_no=charge.out_no)
    if command.needs_password:
        return charge
    (paid,) = await pay(work, [Intent(index=0, token=charge.token, payer_id=payer_id, at=work.now)])
    if isinstance(paid, Failure):
        raise paid
    return paid.charges[0]


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
