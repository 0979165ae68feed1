"""Ends the time in which a charge may go back, where its protocol says so."""

from banyan.books.timers.types import Timer
from banyan.books.work import Work
from banyan.parties.ids import MerchantId
from banyan.pay.charges import store
from banyan.pay.charges.tell import tell_finished
from banyan.pay.charges.types import ChargeState


async def finish_charge(work: Work, timer: Timer) -> None:
    """Have the server told that nothing goes back any more, if something still could have."""
    charge = await store.lock_charge(work.db, MerchantId(int(timer.data)), timer.subject)
    assert charge is not None, "charges are never deleted"
    if charge.state is ChargeState.PAID and charge.refunded_fen < charge.total_fen:
        await tell_finished(work, charge)
