"""Wallets: what people hold, where it comes from, and the accounts that money moves between."""

from pathlib import Path

from banyan.books.room import Room
from banyan.pay.wallets.invariants import MONEY
from banyan.pay.wallets.read_wallet import list_wallets, read_wallet
from banyan.pay.wallets.rules import BALANCE_MAX_FEN, SHORT, TOP_UP_MAX_FEN, refuse_short
from banyan.pay.wallets.set_bank import set_bank
from banyan.pay.wallets.store import list_open_banks
from banyan.pay.wallets.top_up import top_up
from banyan.pay.wallets.types import (
    TEST_BANK,
    AccountCode,
    Bank,
    BankId,
    ListWallets,
    ReadWallet,
    SetBank,
    ToppedUp,
    TopUp,
    TopUpId,
    TopUpWallet,
    Wallet,
    Wallets,
    fees_of,
    purse_of,
    shared_of,
    tender_of,
    test_bank_of,
    till_of,
    unsettled_of,
    wallet_of,
)

ROOM = Room(
    name="wallets",
    migrations=Path(__file__).parent / "migrations",
    operations=(top_up, read_wallet, list_wallets, set_bank),
    events=(ToppedUp,),
    money=MONEY,
)

__all__ = (
    "BALANCE_MAX_FEN",
    "ROOM",
    "SHORT",
    "TEST_BANK",
    "TOP_UP_MAX_FEN",
    "AccountCode",
    "Bank",
    "BankId",
    "ListWallets",
    "ReadWallet",
    "SetBank",
    "TopUp",
    "TopUpId",
    "TopUpWallet",
    "ToppedUp",
    "Wallet",
    "Wallets",
    "fees_of",
    "list_open_banks",
    "list_wallets",
    "purse_of",
    "read_wallet",
    "refuse_short",
    "set_bank",
    "shared_of",
    "tender_of",
    "test_bank_of",
    "till_of",
    "top_up",
    "unsettled_of",
    "wallet_of",
)
