"""What came of taking money, and paying what is owed."""

import msgspec

from banyan.base.errors import NotFound
from banyan.base.ids import NONE, Id
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.ids import MerchantId
from banyan.pay.charges import (
    Charge,
    ChargeId,
    ReadCharge,
    read_charge,
)
from banyan.pay.parkings import store
from banyan.pay.parkings.charging import read_wallet_fen, take
from banyan.pay.parkings.types import (
    Deduction,
    DeductionId,
    DeductionState,
    OutNo,
)
from banyan.pay.passwords import ProofToken
from banyan.pay.wallets import refuse_short


class ReadDeduction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came of taking it, by my number."""

    merchant_id: MerchantId
    provider_id: Id = NONE
    out_no: OutNo


class PayMyParking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Pay now what I owe for parking."""

    merchant_id: MerchantId
    deduction_id: DeductionId
    proof: ProofToken = ""
    """That the pay password was given for `parkings.<deduction_id>`, where it is asked for."""


class SeenDeduction(msgspec.Struct, frozen=True, kw_only=True):
    """What is taken for parking, and the charge that paid it."""

    deduction: Deduction
    charge: Charge


@reading(permission=Permission.ORDERS_READ)
async def read_deduction(work: Work, query: ReadDeduction) -> SeenDeduction:
    """Return what came of it. Raises NotFound `parkings.not_found`."""
    known = await store.find_deduction_of(
        work.db, query.merchant_id, query.provider_id, query.out_no
    )
    if known is None:
        raise NotFound("parkings.not_found")
    deduction = known[0]
    query_charge = ReadCharge(
        merchant_id=MerchantId(deduction.merchant_id), charge_id=ChargeId(deduction.charge_id)
    )
    return SeenDeduction(deduction=deduction, charge=await read_charge(work, query_charge))


@single(permission=Permission.PERSON)
async def pay_my_parking(work: Work, command: PayMyParking) -> Deduction:
    """Pay now what one owes; paid twice it is paid once.

    Raises NotFound `parkings.not_found`; Refusal `wallets.insufficient`, `risk.password_needed`,
    `risk.refused`.
    """
    found = await store.find_deduction(
        work.db, command.merchant_id, command.deduction_id, is_locked=True
    )
    if found is None or found.person_id != work.actor.person_id:
        raise NotFound("parkings.not_found")
    if found.state is DeductionState.PAID:
        return found
    available = await read_wallet_fen(work, found)
    if available < found.total_fen:
        raise refuse_short(available, found.total_fen)
    return await take(work, found, command.proof)
