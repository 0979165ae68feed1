"""Statements: what came into a wallet and what went out, read from where it was written."""

from pathlib import Path

from banyan.books.room import Room
from banyan.views.statements.list_wallet_entries import ListWalletEntries, list_wallet_entries
from banyan.views.statements.types import EntryKind, WalletEntry

ROOM = Room(
    name="statements",
    migrations=Path(__file__).parent / "migrations",
    operations=(list_wallet_entries,),
)

__all__ = ("ROOM", "EntryKind", "ListWalletEntries", "WalletEntry", "list_wallet_entries")
