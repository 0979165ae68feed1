"""Gives money of a payment back, by the way it came."""

from collections.abc import Sequence

import msgspec

from banyan.base.errors import Refusal
from banyan.base.money import currency
from banyan.books.work import Work
from banyan.pay.collect import Payment, PaymentId, PaymentMethod, add_refunded
from banyan.pay.refunds import store
from banyan.pay.refunds.types import PaymentRefund, RefundId, TransferCode
from banyan.pay.wallets import purse_of, tender_of, till_of, wallet_of

_refunds_max = 1_000


class RefundPayment(msgspec.Struct, frozen=True, kw_only=True):
    """What to give back: so much of this payment, and why."""

    merchant_id: int
    payment_id: PaymentId
    amount_fen: int
    reason: str


async def refund_payment(work: Work, wanted: RefundPayment) -> PaymentRefund:
    """Give back a part of a payment, never more than is left of it.

    Money goes back the way it came: from the purse to the payer's wallet, or out of the till.
    Called by the operation that decides why; whoever may refund is that operation's concern.

    Raises Refusal `refunds.exceeds_payment`; at the end of the operation `refunds.purse_short`
    or `refunds.till_short` if the merchant no longer has it.
    """
    payment = await add_refunded(work.db, wanted.merchant_id, wanted.payment_id, wanted.amount_fen)
    if payment is None:
        raise Refusal("refunds.exceeds_payment", payment_id=str(int(wanted.payment_id)))
    refund = PaymentRefund(
        merchant_id=payment.merchant_id,
        refund_id=RefundId(work.ids.next()),
        payment_id=payment.payment_id,
        person_id=payment.person_id,
        method=payment.method,
        currency=payment.currency,
        amount_fen=wanted.amount_fen,
        reason=wanted.reason,
        refunded_by=work.actor.actor_id,
        refunded_at=work.now,
    )
    await store.insert_refund(work.db, refund)
    if refund.amount_fen:
        _note_money(work, payment, refund)
    return refund


def _note_money(work: Work, payment: Payment, refund: PaymentRefund) -> None:
    money = currency(payment.currency)
    if payment.method is PaymentMethod.WALLET:
        source = purse_of(money, payment.merchant_id)
        target = wallet_of(money, payment.person_id)
        code, refusal = TransferCode.REFUND, "refunds.purse_short"
    else:
        source, target = till_of(money, payment.merchant_id), tender_of(money)
        code, refusal = TransferCode.TILL_REFUND, "refunds.till_short"
    work.move(
        book=money.number,
        debit=source.account_id,
        credit=target.account_id,
        amount=refund.amount_fen,
        code=code,
        cause=refund.refund_id,
        refusal=refusal,
    )


async def list_refunds(
    work: Work, merchant_id: int, payment_id: PaymentId
) -> Sequence[PaymentRefund]:
    """Return all refunds of a payment, the earliest first."""
    return await store.list_refunds(work.db, merchant_id, payment_id, _refunds_max)
