"""Open accounts in bulk: the ledger's own operation, idempotent."""

import msgspec

from banyan.books.actor import Permission
from banyan.books.ledger.types import Account
from banyan.books.work import Work, single


class OpenAccounts(msgspec.Struct, frozen=True):
    """Accounts to open; those that exist stay as they are."""

    accounts: list[Account]


class Opened(msgspec.Struct, frozen=True):
    """How many were asked for."""

    count: int


@single(permission=Permission.SYSTEM)
async def open_accounts(work: Work, command: OpenAccounts) -> Opened:
    """Open the accounts. Raises Trouble `ledger.account_id_taken` on a collision of ids."""
    for account in command.accounts:
        work.open_account(account)
    return Opened(count=len(command.accounts))
