"""What of a charge waits to be shared: taken and given by the room that shares it."""

from banyan.books.work import Work
from banyan.pay.charges import store
from banyan.pay.charges.types import Charge


async def add_unsplit(
    work: Work, merchant_id: int, charge_id: int, amount_fen: int
) -> Charge | None:
    """Lock a charge and add to what waits to be shared of it, or take if below zero.

    None if there is not so much to take. Whoever calls moves the money from or to the account
    `shared_of` its merchant.
    """
    return await store.add_unsplit(work.db, merchant_id, charge_id, amount_fen)


async def lock_charge(work: Work, merchant_id: int, charge_id: int) -> Charge | None:
    """A charge, locked to the end of the transaction."""
    return await store.lock_charge(work.db, merchant_id, charge_id)
