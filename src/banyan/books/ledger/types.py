"""The ledger's nouns: accounts, transfers and their sums."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from enum import IntEnum, IntFlag
from functools import lru_cache

import msgspec

from banyan.base.errors import Refusal
from banyan.base.ids import Id


class AccountId(Id):
    """A ledger account; derived from book, owner and code, so that nobody needs to look it up."""


class TransferId(Id):
    """A transfer; the caller chooses it, so that sending it twice moves once."""


class AccountFlag(IntFlag):
    """Limits that the ledger enforces on an account, pending amounts included."""

    NONE = 0
    DEBITS_MUST_NOT_EXCEED_CREDITS = 1
    """A holder's account: it can't be overdrawn."""
    CREDITS_MUST_NOT_EXCEED_DEBITS = 2
    CLOSED = 4
    """Takes no transfer any more."""


class TransferKind(IntEnum):
    """How a transfer moves value. Stored: never renumbered."""

    POSTED = 0
    """At once."""
    PENDING = 1
    """Set aside until posted, voided or expired."""
    POST = 2
    """Completes a pending one, in whole or in part; the rest is released."""
    VOID = 3
    """Releases a pending one."""


class Account(msgspec.Struct, frozen=True):
    """An account to open: `book` says in what, `owner` whose, `code` for what purpose."""

    book: int
    owner: int
    code: int
    flags: int = AccountFlag.NONE

    @property
    def account_id(self) -> AccountId:
        """The id that book, owner and code imply."""
        return account_id(self.book, self.owner, self.code)


Refusing = str | Callable[[int, int], Refusal]
"""A room's own word for "the debited account has too little".

Either a code, or what makes the refusal of (what is left, what was wanted). The ledger knows both
when it must explain itself, so nobody reads anything on the way that succeeds; and as it names no
account, none of its ids gets out.
"""


class Transfer(msgspec.Struct, frozen=True, gc=False):
    """One immutable debit and credit, as noted by an operation.

    `index` is the command of a batch it belongs to: transfers of one command succeed or fail
    together. `refusal` is how that command is refused if this transfer can't be.
    """

    transfer_id: int
    book: int
    debit: int
    credit: int
    amount: int
    code: int
    cause: int
    kind: int = 0
    pending_id: int = 0
    pending_until: datetime | None = None
    index: int = 0
    refusal: Refusing = ""


class AccountSums(msgspec.Struct, frozen=True):
    """An account with its four sums, never one signed balance."""

    book: int
    flags: int
    debits_pending: int = 0
    debits_posted: int = 0
    credits_pending: int = 0
    credits_posted: int = 0

    @property
    def balance(self) -> int:
        """What a holder owns: posted credits less posted debits."""
        return self.credits_posted - self.debits_posted

    @property
    def available(self) -> int:
        """What a holder can still spend: the balance less what is set aside."""
        return self.balance - self.debits_pending


EMPTY = AccountSums(book=0, flags=0)
"""The sums of an account that was never opened."""


@lru_cache(maxsize=200_000)
def account_id(book: int, owner: int, code: int) -> AccountId:
    """The id of the account for `code` of `owner` in `book`.

    63 bits of a keyless BLAKE2b: among a hundred million accounts the chance of any two sharing an
    id is 1 in 2,000; the second is then refused when it is opened, never merged.
    """
    name = b"%d/%d/%d" % (book, owner, code)
    number = int.from_bytes(hashlib.blake2b(name, digest_size=8).digest())
    return AccountId(number >> 1 or 1)
