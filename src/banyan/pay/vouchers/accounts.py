"""A stock on the ledger: its vouchers from the pool to their end, and the money behind them."""

from collections.abc import Iterable

from banyan.base.db import Connection
from banyan.base.money import CNY
from banyan.books.ledger import EMPTY, Account, AccountFlag, read_accounts
from banyan.books.work import Work
from banyan.pay.vouchers.types import AccountCode, Stock, StockCounts, StockId, TransferCode
from banyan.pay.wallets import fees_of, purse_of

CURRENCY = CNY.code
"""Vouchers are in yuan, as the protocol has it."""

_path_of = {
    TransferCode.FILLED: (AccountCode.SOURCE, AccountCode.POOL),
    TransferCode.SENT: (AccountCode.POOL, AccountCode.HELD),
    TransferCode.USED: (AccountCode.HELD, AccountCode.USED),
    TransferCode.EXPIRED: (AccountCode.HELD, AccountCode.EXPIRED),
    TransferCode.GIVEN_BACK: (AccountCode.USED, AccountCode.HELD),
    TransferCode.EMPTIED: (AccountCode.POOL, AccountCode.SOURCE),
}
_counted = (
    AccountCode.POOL,
    AccountCode.HELD,
    AccountCode.USED,
    AccountCode.EXPIRED,
    AccountCode.SOURCE,
)


def count_of(merchant_id: int, stock_id: int, code: AccountCode) -> Account:
    """Return an account that counts a stock's vouchers; only the source may be overdrawn."""
    is_source = code is AccountCode.SOURCE
    flags = AccountFlag.NONE if is_source else AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS
    return Account(book=stock_id, owner=merchant_id, code=code, flags=flags)


def fund_of(stock_id: int) -> Account:
    """Return the account of the money behind a stock; it can't be overdrawn."""
    flags = AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS
    return Account(book=CNY.number, owner=stock_id, code=AccountCode.FUND, flags=flags)


def funder_of(merchant_id: int) -> Account:
    """Return where a stock's money comes from: a purse, or what the platform earned."""
    return purse_of(CNY, merchant_id) if merchant_id else fees_of(CNY)


def open_counts(work: Work, stock: Stock) -> None:
    """Have the accounts that count a stock's vouchers."""
    for code in _counted:
        work.open_account(count_of(stock.merchant_id, stock.stock_id, code))


def note_count(  # noqa: PLR0913 - each names one thing about a transfer
    work: Work,
    merchant_id: int,
    stock_id: int,
    code: TransferCode,
    *,
    cause: int,
    count: int = 1,
    index: int = 0,
) -> None:
    """Note that vouchers go where `code` says; an empty pool refuses as `vouchers.sold_out`."""
    source, target = _path_of[code]
    work.move(
        book=stock_id,
        debit=count_of(merchant_id, stock_id, source).account_id,
        credit=count_of(merchant_id, stock_id, target).account_id,
        amount=count,
        code=code,
        cause=cause,
        index=index,
        refusal="vouchers.sold_out" if code is TransferCode.SENT else "",
    )


def note_money(  # noqa: PLR0913 - each names one thing about a transfer
    work: Work,
    debit: Account,
    credit: Account,
    amount_fen: int,
    code: TransferCode,
    *,
    cause: int,
    index: int = 0,
    refusal: str = "",
) -> None:
    """Note that money of a stock goes from one account to another."""
    work.move(
        book=CNY.number,
        debit=debit.account_id,
        credit=credit.account_id,
        amount=amount_fen,
        code=code,
        cause=cause,
        index=index,
        refusal=refusal,
    )


async def read_counts(db: Connection, stocks: Iterable[Stock]) -> dict[StockId, StockCounts]:
    """Return what became of each stock's vouchers and money."""
    accounts = {
        (one.stock_id, code): count_of(one.merchant_id, one.stock_id, code).account_id
        for one in stocks
        for code in _counted
    }
    funds = {stock_id: fund_of(stock_id).account_id for stock_id, _ in accounts}
    sums = await read_accounts(db, [*accounts.values(), *funds.values()])

    def balance(stock_id: StockId, code: AccountCode) -> int:
        return sums.get(accounts[stock_id, code], EMPTY).balance

    return {
        one: StockCounts(
            left=balance(one, AccountCode.POOL),
            sent=sum(
                balance(one, code)
                for code in (AccountCode.HELD, AccountCode.USED, AccountCode.EXPIRED)
            ),
            held=balance(one, AccountCode.HELD),
            used=balance(one, AccountCode.USED),
            expired=balance(one, AccountCode.EXPIRED),
            fund_fen=sums.get(fund, EMPTY).balance,
        )
        for one, fund in funds.items()
    }
