"""Ids, ledger codes, structs and events of wallets, purses and tills."""

from datetime import datetime
from enum import IntEnum
from typing import Annotated

import msgspec

from banyan.base.ids import NONE, Id
from banyan.base.money import CNY, Currency, CurrencyCode, Fen
from banyan.books.journal import Event
from banyan.books.ledger import Account, AccountFlag

TEST_BANK = "test"
"""The built-in bank: it hands out play money and says so; closed where money is earnest."""

BankId = Annotated[
    str, msgspec.Meta(min_length=1, max_length=32, pattern=r"^[a-z][a-z0-9_]*$(?!\n)")
]


class TopUpId(Id):
    """One top-up of a wallet."""


class AccountCode(IntEnum):
    """What a money account is for. Stored: never renumbered."""

    WALLET = 101
    """What a person holds."""
    PURSE = 102
    """What a merchant may dispose of: paid from wallets in its own shops, or settled."""
    TEST_BANK = 103
    """Where play money comes from; its debit balance is all that was ever handed out."""
    TILL = 104
    """What a merchant took outside Banyan: cash and other means."""
    TENDER = 105
    """Where takings outside Banyan come from and go back to."""
    UNSETTLED = 106
    """What a merchant was paid over the wire and is settled into its purse later."""
    FEES = 107
    """What the platform earned by payments."""
    SHARED = 108
    """What a merchant was paid and must not touch until it is shared with others."""


class TransferCode(IntEnum):
    """Why money moved. Stored: never renumbered."""

    TOP_UP = 101


class ToppedUp(Event, frozen=True, kw_only=True, tag="wallets.topped_up"):
    """A person put money into their wallet."""

    currency: str
    amount_fen: int
    bank_id: str
    balance_fen: int
    """What the wallet held afterwards."""


class TopUp(msgspec.Struct, frozen=True, kw_only=True):
    """A top-up that happened."""

    top_up_id: TopUpId
    bank_id: str
    is_test: bool
    """The money came from the built-in test bank: it is not real."""
    currency: str
    amount_fen: int
    balance_fen: int
    topped_up_at: datetime


class Bank(msgspec.Struct, frozen=True, kw_only=True):
    """A bank that a wallet can be topped up from now."""

    bank_id: str
    is_test: bool


class Wallet(msgspec.Struct, frozen=True, kw_only=True):
    """What a person holds in one currency, and how much may come in."""

    currency: str
    balance_fen: int
    available_fen: int
    """The balance less what is set aside for payments under way."""
    top_up_max_fen: int
    """The most that one top-up may bring now; 0 when no bank is open or the wallet is full."""
    banks: list[Bank]


class ReadWallet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: the wallet of the one who asks."""

    currency: CurrencyCode = CNY.code


class ListWallets(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: all wallets of the one who asks."""


class Wallets(msgspec.Struct, frozen=True, kw_only=True):
    """A person's wallets, one a currency."""

    items: list[Wallet]


class SetBank(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: open or close a bank for top-ups."""

    bank_id: BankId
    is_enabled: bool


class TopUpWallet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: put money from a bank into the wallet of the one who asks."""

    amount_fen: Fen
    currency: CurrencyCode = CNY.code
    bank_id: BankId = TEST_BANK


def wallet_of(currency: Currency, person_id: int) -> Account:
    """Return the account of what a person holds; it can't be overdrawn."""
    return Account(
        currency.number,
        person_id,
        AccountCode.WALLET,
        AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS,
    )


def purse_of(currency: Currency, merchant_id: int) -> Account:
    """Return the account of what a merchant was paid from wallets; it can't be overdrawn."""
    return Account(
        currency.number,
        merchant_id,
        AccountCode.PURSE,
        AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS,
    )


def unsettled_of(currency: Currency, merchant_id: int) -> Account:
    """Return the account of what a merchant was paid and waits for; it can't be overdrawn."""
    return Account(
        currency.number,
        merchant_id,
        AccountCode.UNSETTLED,
        AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS,
    )


def shared_of(currency: Currency, merchant_id: int) -> Account:
    """Return the account of what waits to be shared with others; it can't be overdrawn."""
    return Account(
        currency.number,
        merchant_id,
        AccountCode.SHARED,
        AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS,
    )


def fees_of(currency: Currency) -> Account:
    """Return the account of what the platform earned by payments."""
    return Account(currency.number, NONE, AccountCode.FEES)


def till_of(currency: Currency, merchant_id: int) -> Account:
    """Return the account of what a merchant took outside Banyan; it can't be overdrawn."""
    return Account(
        currency.number,
        merchant_id,
        AccountCode.TILL,
        AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS,
    )


def tender_of(currency: Currency) -> Account:
    """Return the account that stands for all money outside Banyan."""
    return Account(currency.number, NONE, AccountCode.TENDER)


def test_bank_of(currency: Currency) -> Account:
    """Return the account that play money comes from."""
    return Account(currency.number, NONE, AccountCode.TEST_BANK)
