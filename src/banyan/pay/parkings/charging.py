"""Makes charges of what parking costs, and pays them from wallets."""

import msgspec

from banyan.base.errors import Failure
from banyan.base.ids import Id
from banyan.base.money import CNY
from banyan.books.ledger import read_available
from banyan.books.work import Work
from banyan.parties.ids import MerchantId, PersonId
from banyan.pay.charges import (
    Ask,
    Asked,
    Charge,
    CreateCharges,
    Facts,
    PayCharge,
    Protocol,
    Way,
    create_charges,
    pay_agreed,
)
from banyan.pay.parkings import store
from banyan.pay.parkings.keep_plates import look_at_cars
from banyan.pay.parkings.telling import tell_deduction
from banyan.pay.parkings.types import (
    Deduction,
    DeductionState,
    ParkingPaid,
)
from banyan.pay.passwords import ProofToken
from banyan.pay.wallets import wallet_of

DEDUCT = "parkings.deduct"
"""The timer of money that is to be taken."""


def subject_of(deduction_id: int) -> str:
    """What the pay password is given for, to pay what one owes for parking."""
    return f"parkings.{deduction_id:d}"


async def take(work: Work, deduction: Deduction, proof: ProofToken = "") -> Deduction:
    """Take from the wallet what a locked deduction costs, and tell the car park."""
    charge = await _charge(work, deduction, proof)
    paid = msgspec.structs.replace(
        deduction,
        charge_id=charge.charge_id,
        state=DeductionState.PAID,
        is_repaid=deduction.state is DeductionState.FAILED,
        paid_at=work.now,
    )
    await store.set_deduction(work.db, paid)
    work.cancel_later(DEDUCT, paid.deduction_id)
    work.record(
        ParkingPaid(
            **fact_of(paid),
            out_no=paid.out_no,
            total_fen=paid.total_fen,
            is_repaid=paid.is_repaid,
        )
    )
    await tell_deduction(work, paid, charge)
    if paid.is_repaid:
        await look_at_cars(work, paid.person_id)
    return paid


async def _charge(work: Work, deduction: Deduction, proof: ProofToken) -> Charge:
    asked = await ask_charge(work, deduction)
    pay = PayCharge(token=asked.token, expected_total_fen=deduction.total_fen, proof=proof)
    subject = subject_of(deduction.deduction_id)
    paid = await pay_agreed(work, deduction.person_id, pay, subject=subject)
    if isinstance(paid, Failure):
        raise paid
    return paid.charges[0]


async def ask_charge(work: Work, deduction: Deduction) -> Asked:
    """Ask for the charge, or for the same one again: it can be paid afresh then."""
    terms = deduction.terms
    ask = Ask(
        payee_id=MerchantId(deduction.merchant_id),
        out_no=deduction.out_no,
        total_fen=deduction.total_fen,
        channel_id=Id(terms.channel_id),
        sub_channel_id=Id(terms.sub_channel_id),
        wanted_payer_id=PersonId(deduction.person_id),
        is_shared=terms.is_shared,
        facts=Facts(description=terms.description, attach=terms.attach, goods_tag=terms.goods_tag),
    )
    return await create_charges(
        work,
        CreateCharges(
            merchant_id=MerchantId(deduction.provider_id or deduction.merchant_id),
            protocol=Protocol.WECHAT,
            way=Way.PARKING,
            asks=[ask],
        ),
    )


async def read_wallet_fen(work: Work, deduction: Deduction) -> int:
    """What the wallet holds that is to pay."""
    wallet = wallet_of(CNY, deduction.person_id).account_id
    return (await read_available(work.db, [wallet])).get(wallet, 0)


def fact_of(deduction: Deduction) -> dict[str, int]:
    """Where a fact about a deduction belongs."""
    return {
        "merchant_id": int(deduction.merchant_id),
        "person_id": int(deduction.person_id),
        "subject_id": int(deduction.deduction_id),
    }


def merchant_key(deduction: Deduction) -> bytes:
    """What a timer of a deduction must know to find it."""
    return str(int(deduction.merchant_id)).encode()
