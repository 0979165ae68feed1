"""Tells a person what they hold."""

from collections.abc import Sequence

from banyan.base.money import CNY, Currency, currency, list_currencies
from banyan.books.ledger import EMPTY, AccountId, AccountSums, read_accounts
from banyan.books.work import Permission, Work, reading
from banyan.pay.wallets import store
from banyan.pay.wallets.rules import compute_room
from banyan.pay.wallets.types import (
    TEST_BANK,
    Bank,
    ListWallets,
    ReadWallet,
    Wallet,
    Wallets,
    wallet_of,
)


@reading(permission=Permission.PERSON)
async def read_wallet(work: Work, query: ReadWallet) -> Wallet:
    """Return the wallet of the one who asks; one never used is empty.

    Raises Invalid `money.unknown_currency`.
    """
    account = _account(currency(query.currency), work.actor.person_id)
    sums = (await read_accounts(work.db, [account])).get(account, EMPTY)
    return _wallet(query.currency, sums, await store.list_open_banks(work.db))


@reading(permission=Permission.PERSON)
async def list_wallets(work: Work, query: ListWallets) -> Wallets:  # noqa: ARG001 - asks for nothing
    """Return the wallet in every currency that the one who asks ever had money in.

    Who never had any has an empty one.
    """
    accounts = {_account(one, work.actor.person_id): one for one in list_currencies()}
    found = await read_accounts(work.db, accounts)
    banks = await store.list_open_banks(work.db)
    items = [
        _wallet(one.code, found[account], banks)
        for account, one in accounts.items()
        if account in found
    ]
    return Wallets(items=items or [_wallet(CNY.code, EMPTY, banks)])


def _account(of: Currency, person_id: int) -> AccountId:
    return wallet_of(of, person_id).account_id


def _wallet(code: str, sums: AccountSums, banks: Sequence[str]) -> Wallet:
    return Wallet(
        currency=code,
        balance_fen=sums.balance,
        available_fen=sums.available,
        top_up_max_fen=compute_room(sums.balance) if banks else 0,
        banks=[Bank(bank_id=bank_id, is_test=bank_id == TEST_BANK) for bank_id in banks],
    )
