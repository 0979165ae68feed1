"""ledger: what moved, in double entry and integers: money, points, coupons and stock."""

from banyan.books.ledger.store import read_accounts, read_available
from banyan.books.ledger.types import (
    EMPTY,
    Account,
    AccountFlag,
    AccountId,
    AccountSums,
    Refusing,
    Transfer,
    TransferId,
    TransferKind,
    account_id,
)

__all__ = [
    "EMPTY",
    "Account",
    "AccountFlag",
    "AccountId",
    "AccountSums",
    "Refusing",
    "Transfer",
    "TransferId",
    "TransferKind",
    "account_id",
    "read_accounts",
    "read_available",
]
