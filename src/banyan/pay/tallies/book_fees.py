"""Books what providers kept of payments, as far as they are ours."""

import msgspec

from banyan.base.ids import Id
from banyan.base.money import CNY
from banyan.books.work import Work
from banyan.pay.gateways import fees_outside_of, find_counted, held_of
from banyan.pay.tallies import store
from banyan.pay.tallies.types import Statement, TransferCode


async def book_fees(work: Work, kept: store.Kept) -> None:
    """Book the fees of a locked statement, less what is booked of them already.

    Those of payments that are not counted here are none of ours: an account may serve other tills.
    """
    one = kept.statement
    fees = await store.list_fees(work.db, one, CNY.code)
    numbers = {out_no for out_no, _ in fees}
    ours = await find_counted(work.db, one.merchant_id, one.gateway_id, numbers)
    fee_fen = sum(fee for out_no, fee in fees if out_no in ours)
    if fee_fen == kept.booked_fee_fen:
        return
    _move(work, one, fee_fen - kept.booked_fee_fen)
    await store.set_statement(work.db, msgspec.structs.replace(kept, booked_fee_fen=fee_fen))


def _move(work: Work, one: Statement, fee_fen: int) -> None:
    held = held_of(CNY, one.kind, one.merchant_id)
    fees = fees_outside_of(CNY, one.kind, one.merchant_id)
    for account in (held, fees):
        work.open_account(account)
    debit, credit = (held, fees) if fee_fen > 0 else (fees, held)
    work.move(
        book=CNY.number,
        debit=debit.account_id,
        credit=credit.account_id,
        amount=abs(fee_fen),
        code=TransferCode.FEE if fee_fen > 0 else TransferCode.FEE_BACK,
        cause=Id(one.gateway_id),
    )
