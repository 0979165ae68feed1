"""Gives money of payments back, by the way it came."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from banyan.base.errors import Failure, Refusal
from banyan.base.money import currency
from banyan.books.work import Work
from banyan.pay.collect import Payment, PaymentId, PaymentMethod, add_refunded
from banyan.pay.gateways import ORDER, RefundWanted, ask_refunds
from banyan.pay.refunds import store
from banyan.pay.refunds.types import PaymentRefund, RefundId, TransferCode
from banyan.pay.wallets import purse_of, tender_of, till_of, wallet_of

_refunds_max = 1_000


class RefundPayment(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What to give back: so much of this payment, why, by whom, when, and for which command."""

    merchant_id: int
    payment_id: PaymentId
    amount_fen: int
    reason: str
    refunded_by: int
    at: datetime
    index: int = 0


async def refund_payments(
    work: Work, wanted: Sequence[RefundPayment]
) -> list[PaymentRefund | Failure]:
    """Give back a part of each payment, never more than is left of it; one outcome each.

    Each payment comes once at most. Money goes back the way it came: from the purse to the
    payer's wallet, out of the till, or through the gateway, whose provider is asked after the
    commit. Called by the operation that decides why; whoever may
    refund is that operation's concern.

    Fails with Refusal `refunds.exceeds_payment`; at the end of the operation
    `refunds.purse_short` or `refunds.till_short` if the merchant no longer has it.
    """
    amounts = {(one.merchant_id, int(one.payment_id)): one.amount_fen for one in wanted}
    through: list[tuple[PaymentRefund, int]] = []
    assert len(amounts) == len(wanted), "each payment once"
    payments = await add_refunded(work.db, amounts)
    outcomes: list[PaymentRefund | Failure] = []
    for one in wanted:
        payment = payments.get((one.merchant_id, int(one.payment_id)))
        if payment is None:
            code = "refunds.exceeds_payment"
            outcomes.append(Refusal(code, payment_id=str(int(one.payment_id))))
            continue
        refund = _refund(work, one, payment)
        outcomes.append(refund)
        if refund.amount_fen and payment.method.is_gateway:
            through.append((refund, one.index))
        elif refund.amount_fen:
            _note_money(work, payment, refund, one.index)
    refunds = [one for one in outcomes if isinstance(one, PaymentRefund)]
    if refunds:
        await store.insert_refunds(work.db, refunds)
    await _ask_gateways(work, through)
    return outcomes


async def _ask_gateways(work: Work, refunds: Sequence[tuple[PaymentRefund, int]]) -> None:
    """Have what came through gateways go back through them."""
    if not refunds:
        return
    wanted = [
        RefundWanted(
            merchant_id=one.merchant_id,
            subject_id=int(one.payment_id),
            amount_fen=one.amount_fen,
            reason=one.reason,
            source_id=one.refund_id,
            index=index,
        )
        for one, index in refunds
    ]
    for outcome in await ask_refunds(work, ORDER, wanted):
        # A payment and the attempt that made it know the same of what is left.
        assert not isinstance(outcome, Failure), outcome


def _refund(work: Work, wanted: RefundPayment, payment: Payment) -> PaymentRefund:
    return PaymentRefund(
        merchant_id=payment.merchant_id,
        refund_id=RefundId(work.ids.next()),
        payment_id=payment.payment_id,
        person_id=payment.person_id,
        method=payment.method,
        currency=payment.currency,
        amount_fen=wanted.amount_fen,
        reason=wanted.reason,
        refunded_by=wanted.refunded_by,
        refunded_at=wanted.at,
    )


def _note_money(work: Work, payment: Payment, refund: PaymentRefund, index: int) -> None:
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
        index=index,
        refusal=refusal,
    )


async def list_refunds(
    work: Work, merchant_id: int, payment_id: PaymentId
) -> Sequence[PaymentRefund]:
    """Return all refunds of a payment, the earliest first."""
    return await store.list_refunds(work.db, merchant_id, payment_id, _refunds_max)
