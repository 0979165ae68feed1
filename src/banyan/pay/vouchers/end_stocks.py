"""Ends stocks: when their time is over vouchers expire, and the rest of the money goes back."""

import msgspec

from banyan.books.ledger import EMPTY, read_accounts
from banyan.books.room import Timer
from banyan.books.work import Work
from banyan.pay.vouchers import store
from banyan.pay.vouchers.accounts import (
    fund_of,
    funder_of,
    note_count,
    note_money,
    read_counts,
)
from banyan.pay.vouchers.types import Stock, StockState, TransferCode

END = "vouchers.end"
SWEEP_MAX = 1_000
"""Most vouchers that expire in one transaction; the timer comes again at once for the rest."""


def note_end(work: Work, stock: Stock) -> None:
    """Have the stock ended when its time is over."""
    merchant = str(int(stock.merchant_id)).encode()
    work.later(END, int(stock.stock_id), stock.ends_at, data=merchant)


async def end_stock(work: Work, timer: Timer) -> None:
    """Let held vouchers expire, then give what is left of the fund back, and close the stock.

    The stock is locked: what a refund brings back after this goes to the funder at once.
    """
    stock = await store.lock_stock(work.db, int(timer.data), timer.subject)
    if stock is None or stock.ended_at is not None:
        return
    expired = await store.expire(work.db, stock.stock_id, SWEEP_MAX)
    if expired:
        _note(work, stock, TransferCode.EXPIRED, expired)
    if expired == SWEEP_MAX:
        work.later(END, int(stock.stock_id), work.now, data=timer.data)
        return
    await store.lock_budgets(work.db, [stock])
    counts = (await read_counts(work.db, [stock]))[stock.stock_id]
    if counts.left:
        _note(work, stock, TransferCode.EMPTIED, counts.left)
    fund = fund_of(stock.stock_id)
    rest_fen = (await read_accounts(work.db, [fund.account_id])).get(fund.account_id, EMPTY).balance
    if rest_fen:
        note_money(
            work,
            fund,
            funder_of(stock.merchant_id),
            rest_fen,
            TransferCode.RETURNED,
            cause=stock.stock_id,
        )
    ended = msgspec.structs.replace(
        stock,
        state=StockState.STOPPED,
        stopped_at=stock.stopped_at or work.now,
        ended_at=work.now,
        returned_fen=stock.returned_fen + rest_fen,
    )
    await store.set_stock(work.db, ended)


def _note(work: Work, stock: Stock, code: TransferCode, count: int) -> None:
    note_count(work, stock.merchant_id, stock.stock_id, code, cause=stock.stock_id, count=count)


TIMERS = {END: end_stock}
