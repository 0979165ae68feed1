"""Statements: what came into a wallet and what went out, read from where it was written."""

from pathlib import Path

from banyan.books.room import Room
from banyan.views.statements.list_wallet_entries import ListWalletEntries, list_wallet_entries
from banyan.views.statements.read_wallet_bill import ReadWalletBill, read_wallet_bill
from banyan.views.statements.types import EntryKind, WalletBill, WalletEntry

ROOM = Room(
    name="statements",
    migrations=Path(__file__).parent / "migrations",
    operations=(list_wallet_entries, read_wallet_bill),
)

__all__ = (
    "ROOM",
    "EntryKind",
    "ListWalletEntries",
    "ReadWalletBill",
    "WalletBill",
    "WalletEntry",
    "list_wallet_entries",
    "read_wallet_bill",
)
