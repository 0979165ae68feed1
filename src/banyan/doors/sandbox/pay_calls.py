"""The sandbox plays people who pay what merchants ask for over the wire."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.errors import Failure, Invalid, NotFound
from banyan.base.text import LINE
from banyan.books.work import SYSTEM, Actor
from banyan.doors.sandbox.calls import call, meet
from banyan.doors.sandbox.ports import Playground
from banyan.parties.people import PersonId
from banyan.pay.charges import (
    TOKEN_LENGTH,
    Charge,
    ChargeState,
    DeclineCharge,
    FindCharge,
    PayCharge,
    Protocol,
    ReadByToken,
    decline_charge,
    find_charge,
    pay_charges,
    read_payable,
)
from banyan.pay.payees import Mchid, find_payees_by_mchid

_said = Annotated[str, msgspec.Meta(min_length=1, max_length=512, pattern=LINE)]
_token = re.compile(
    rf"(?:^wx[0-9]{{14}}|[?&](?:pr|token|prepay_id)=|/)([2-9A-Z]{{{TOKEN_LENGTH}}})"
)
_WECHAT = {
    ChargeState.UNPAID: "NOTPAY",
    ChargeState.PAYING: "USERPAYING",
    ChargeState.PAID: "SUCCESS",
    ChargeState.FAILED: "PAYERROR",
    ChargeState.CLOSED: "CLOSED",
    ChargeState.REVOKED: "REVOKED",
}
_ALIPAY = {
    ChargeState.UNPAID: "WAIT_BUYER_PAY",
    ChargeState.PAYING: "WAIT_BUYER_PAY",
    ChargeState.PAID: "TRADE_SUCCESS",
}


class Outcome(StrEnum):
    """What the person does at the cashier."""

    SUCCESS = "success"
    INSUFFICIENT = "insufficient"
    """They have not enough: what is asked stays unpaid, or fails at a till."""
    CANCEL = "cancel"
    """They go away, or say no to a till."""
    NEED_PASSWORD = "need_password"  # noqa: S105 - no password, but what people do
    """They are asked for their pay password, and have not yet given it."""


class PayAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person pays: by what the page, the code or the link holds, or by the merchant's number."""

    person: PersonId
    prepay_id: _said | None = None
    code_url: _said | None = None
    h5_url: _said | None = None
    mchid: Mchid | None = None
    out_trade_no: _said | None = None
    trade_no: _said | None = None
    outcome: Outcome = Outcome.SUCCESS


class PaidState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of it, in the words of the protocol that asked."""

    trade_state: str
    transaction_id: str = ""


@call
async def pay_asked(playground: Playground, command: PayAsked) -> PaidState:
    """Have a person pay, or not, what a merchant asks for.

    Raises Invalid `sandbox.nothing_to_pay`; NotFound `people.not_found`, `payees.not_found`,
    `charges.not_found`; and what `pay_charges` refuses by, `wallets.insufficient` apart, which
    leaves it unpaid.
    """
    actor = await meet(playground, command.person)
    token = await _find_token(playground, command)
    payable = await playground.office.run(read_payable, ReadByToken(token=token), actor)
    charge = payable.charges[0]
    await _play(playground, actor, charge, command.outcome)
    numbered = FindCharge(transaction_no=charge.transaction_no)
    return _tell(await playground.office.run(find_charge, numbered, SYSTEM))


async def _play(playground: Playground, actor: Actor, charge: Charge, outcome: Outcome) -> None:
    office = playground.office
    match outcome:
        case Outcome.SUCCESS:
            try:
                await office.run(pay_charges, PayCharge(token=charge.token), actor)
            except Failure as failure:
                if failure.code != "wallets.insufficient":
                    raise
        case Outcome.CANCEL | Outcome.INSUFFICIENT if charge.state is ChargeState.PAYING:
            await office.run(decline_charge, DeclineCharge(token=charge.token), actor)
        case _:
            pass


def _tell(charge: Charge) -> PaidState:
    if charge.protocol is Protocol.ALIPAY:
        state = _ALIPAY.get(charge.state, "TRADE_CLOSED")
    else:
        state = "REFUND" if charge.refunded_fen else _WECHAT[charge.state]
    return PaidState(
        trade_state=state, transaction_id=charge.transaction_no if charge.is_paid else ""
    )


async def _find_token(playground: Playground, command: PayAsked) -> str:
    for said in (command.prepay_id, command.code_url, command.h5_url):
        if said is not None:
            found = _token.search(said)
            if found is None:
                raise NotFound("charges.not_found")
            return found[1]
    if command.trade_no is not None:
        query = FindCharge(transaction_no=command.trade_no)
        return (await playground.office.run(find_charge, query, SYSTEM)).token
    if command.mchid is None or command.out_trade_no is None:
        raise Invalid("sandbox.nothing_to_pay")
    async with playground.office.begin() as work:
        payees = await find_payees_by_mchid(work.db, [command.mchid])
    payee = payees.get(command.mchid)
    if payee is None:
        raise NotFound("payees.not_found")
    asked = FindCharge(
        asker_id=payee.merchant_id, protocol=Protocol.WECHAT, out_no=command.out_trade_no
    )
    return (await playground.office.run(find_charge, asked, SYSTEM)).token
