"""Tells a person what they hold."""

from banyan.base.money import currency
from banyan.books.ledger import EMPTY, read_accounts
from banyan.books.work import Permission, Work, reading
from banyan.pay.wallets import store
from banyan.pay.wallets.rules import compute_room
from banyan.pay.wallets.types import TEST_BANK, Bank, ReadWallet, Wallet, wallet_of


@reading(permission=Permission.PERSON)
async def read_wallet(work: Work, query: ReadWallet) -> Wallet:
    """Return the wallet of the one who asks; one never used is empty.

    Raises Invalid `money.unknown_currency`.
    """
    account = wallet_of(currency(query.currency), work.actor.person_id).account_id
    sums = (await read_accounts(work.db, [account])).get(account, EMPTY)
    banks = await store.list_open_banks(work.db)
    return Wallet(
        currency=query.currency,
        balance_fen=sums.balance,
        available_fen=sums.available,
        top_up_max_fen=compute_room(sums.balance) if banks else 0,
        banks=[Bank(bank_id=bank_id, is_test=bank_id == TEST_BANK) for bank_id in banks],
    )
