"""Gives back a paid order, whole or some units of it, with all that hangs on it."""

from banyan.base.errors import Failure
from banyan.books.work import Call, Permission, Work, single
from banyan.commerce.orders.give_back import OrderRefund, give_back
from banyan.commerce.orders.returned import RefundOrder
from banyan.parties.audit import note_change


@single(permission=Permission.ORDERS_REFUND)
async def refund_order(work: Work, command: RefundOrder) -> OrderRefund:
    """Give back the money of the named units, by the way it came, and undo what hangs on them.

    Units go back on the shelf unless told otherwise. Points follow the money as far as the member
    still has them; what is missing is recorded. The coupon returns with the last unit, unless its
    time is over. Partial refunds of one order sum exactly to what was paid for it, and rivals
    can't give back a unit twice.

    Raises NotFound `orders.not_found`; Refusal `orders.not_paid`, `orders.already_refunded`,
    `pricing.refund_exceeds_line`, `refunds.purse_short`, `refunds.till_short`; Invalid
    `orders.line_twice`, `pricing.unknown_line`.
    """
    (outcome,) = await give_back(work, [Call(command, work.actor, work.now)])
    if isinstance(outcome, Failure):
        raise outcome
    await note_change(
        work,
        merchant_id=outcome.merchant_id,
        subject="orders.refund",
        subject_id=outcome.refund_id,
        before=None,
        after=outcome,
    )
    return outcome
