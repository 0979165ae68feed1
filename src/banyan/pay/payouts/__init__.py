"""Payouts: money on its way from wallets and purses to their holders' accounts at banks."""

from pathlib import Path

from banyan.books.room import Room
from banyan.pay.payouts.ask_bank import (
    FinishPayout,
    ReadyPayout,
    TakePayouts,
    TestBankOrder,
    find_at_test_bank,
    finish_payout,
    pay_from_test_bank,
    take_payouts,
)
from banyan.pay.payouts.invariants import INVARIANTS, MONEY
from banyan.pay.payouts.ports import PORTS, Bank
from banyan.pay.payouts.read_payouts import (
    ListMyPayouts,
    ListPayouts,
    ReadMyPayout,
    ReadPayout,
    list_my_payouts,
    list_payouts,
    read_my_payout,
    read_payout,
)
from banyan.pay.payouts.rules import LEASE
from banyan.pay.payouts.set_account import (
    HeldBankAccount,
    ReadBankAccount,
    ReadMyBankAccount,
    SetBankAccount,
    SetMyBankAccount,
    read_bank_account,
    read_my_bank_account,
    set_bank_account,
    set_my_bank_account,
)
from banyan.pay.payouts.types import (
    BankAccount,
    BankAnswer,
    BankOrder,
    HolderKind,
    Payout,
    PayoutAccepted,
    PayoutFailed,
    PayoutId,
    PayoutPaid,
    PayoutState,
    Verdict,
)
from banyan.pay.payouts.withdraw import (
    WithdrawPurse,
    WithdrawWallet,
    subject_of,
    withdraw_purse,
    withdraw_wallet,
)

ROOM = Room(
    name="payouts",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        set_my_bank_account,
        set_bank_account,
        read_my_bank_account,
        read_bank_account,
        withdraw_wallet,
        withdraw_purse,
        list_my_payouts,
        list_payouts,
        read_payout,
        read_my_payout,
        take_payouts,
        finish_payout,
        pay_from_test_bank,
        find_at_test_bank,
    ),
    events=(PayoutAccepted, PayoutPaid, PayoutFailed),
    invariants=INVARIANTS,
    money=MONEY,
)

__all__ = (
    "LEASE",
    "PORTS",
    "ROOM",
    "Bank",
    "BankAccount",
    "BankAnswer",
    "BankOrder",
    "FinishPayout",
    "HeldBankAccount",
    "HolderKind",
    "ListMyPayouts",
    "ListPayouts",
    "Payout",
    "PayoutId",
    "PayoutState",
    "ReadBankAccount",
    "ReadMyBankAccount",
    "ReadMyPayout",
    "ReadPayout",
    "ReadyPayout",
    "SetBankAccount",
    "SetMyBankAccount",
    "TakePayouts",
    "TestBankOrder",
    "Verdict",
    "WithdrawPurse",
    "WithdrawWallet",
    "find_at_test_bank",
    "finish_payout",
    "list_my_payouts",
    "list_payouts",
    "pay_from_test_bank",
    "read_bank_account",
    "read_my_bank_account",
    "read_my_payout",
    "read_payout",
    "set_bank_account",
    "set_my_bank_account",
    "subject_of",
    "take_payouts",
    "withdraw_purse",
    "withdraw_wallet",
)
