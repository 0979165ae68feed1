"""Takes payments: money from payers to merchants, with a row for each."""

from collections.abc import Mapping, Sequence

from banyan.base.money import Currency, currency
from banyan.books.ledger import Refusing
from banyan.books.work import Work
from banyan.pay.collect import store
from banyan.pay.collect.types import Payment, PaymentMethod, TransferCode
from banyan.pay.wallets import SHORT, purse_of, refuse_short, tender_of, till_of, wallet_of


async def insert_payments(
    work: Work, payments: Sequence[Payment], indexes: Mapping[int, int]
) -> None:
    """Write the payments and note that their money moves; `indexes` has the command of each.

    What came through a gateway was moved by whoever heard of it.
    A payer with too little is refused `wallets.insufficient`, and nothing of their command stays;
    who pays for themself is told what they hold and what is missing.
    Purse and wallet must be open: `open_accounts` when something is put up for payment.
    """
    await store.insert_payments(work.db, payments)
    for one in payments:
        if one.amount_fen and not one.method.is_gateway:
            _note_money(work, one, indexes[one.payment_id])


def _note_money(work: Work, one: Payment, index: int) -> None:
    money = currency(one.currency)
    refusal: Refusing
    if one.method is PaymentMethod.WALLET:
        source = wallet_of(money, one.person_id)
        target = purse_of(money, one.merchant_id)
        # What a person holds is nobody's business but theirs: not of a till that takes it.
        code, refusal = TransferCode.PAYMENT, SHORT if one.taken_by else refuse_short
    else:
        source, target = tender_of(money), till_of(money, one.merchant_id)
        code, refusal = TransferCode.TAKING, ""
        work.open_account(source)
        work.open_account(target)
    work.move(
        book=money.number,
        debit=source.account_id,
        credit=target.account_id,
        amount=one.amount_fen,
        code=code,
        cause=one.payment_id,
        index=index,
        refusal=refusal,
    )


def open_accounts(work: Work, money: Currency, merchant_id: int, person_id: int) -> None:
    """Have the accounts between which this person may pay this merchant from their wallet.

    Called when something is put up for payment, so that paying, which is hot, need not.
    """
    work.open_account(purse_of(money, merchant_id))
    if person_id:
        work.open_account(wallet_of(money, person_id))
