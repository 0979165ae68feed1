"""Charges that are paid in another way than from a wallet: they end without being paid here."""

from banyan.base.errors import NotFound
from banyan.books.work import Work
from banyan.parties.ids import MerchantId
from banyan.pay.charges import rules, store
from banyan.pay.charges.close_charge import close_unpaid
from banyan.pay.charges.types import Charge, ChargeState


async def lock_to_pay(work: Work, charge: Charge, expected_total_fen: int | None) -> Charge:
    """Lock a charge that the one who asks may pay alone.

    Raises like `pay_charges` for one that can't be paid.
    """
    locked = await store.lock_charge(work.db, charge.merchant_id, charge.charge_id)
    if locked is None or locked.combined_id:
        raise NotFound("charges.not_found")
    failure = rules.decide_unpayable(
        [locked],
        work.actor.person_id,
        work.now,
        was_payable=locked.state is ChargeState.UNPAID,
        expected_total_fen=expected_total_fen,
    )
    if failure is not None:
        raise failure
    return locked


async def end_unpaid(work: Work, merchant_id: int, charge_id: int) -> bool:
    """Close a charge, since it was paid elsewhere; False if it is paid or over already."""
    charge = await store.lock_charge(work.db, MerchantId(merchant_id), charge_id)
    if charge is None or charge.state is not ChargeState.UNPAID:
        return False
    await close_unpaid(work, charge)
    return True
