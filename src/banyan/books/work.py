"""What an operation is handed, and what it notes: settled by the Office at the end, in one go."""

import typing
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from banyan.base.db import Connection
from banyan.base.errors import Failure
from banyan.base.ids import IdSource
from banyan.books.actor import (
    MERCHANT_PERMISSIONS,
    NOBODY,
    SYSTEM,
    Actor,
    Grant,
    Permission,
    check_store,
)
from banyan.books.journal.types import Event
from banyan.books.ledger.types import (
    Account,
    AccountId,
    Refusing,
    Transfer,
    TransferId,
    TransferKind,
)
from banyan.books.timers.types import Timer

__all__ = [
    "MERCHANT_PERMISSIONS",
    "NOBODY",
    "SYSTEM",
    "Actor",
    "Call",
    "Connection",
    "Grant",
    "Operation",
    "Permission",
    "Plural",
    "Reading",
    "Single",
    "Stepped",
    "Steps",
    "Work",
    "plural",
    "reading",
    "single",
    "stepped",
]

C = TypeVar("C")
R = TypeVar("R")


class Call(msgspec.Struct, Generic[C], frozen=True):
    """One caller's command within a batch; `index` ties to it what is noted for it."""

    command: C
    actor: Actor
    at: datetime
    index: int = 0


class Noted(msgspec.Struct, frozen=True, gc=False):
    """An event as recorded by an operation, with its caller and instant."""

    event: Event
    actor: Actor
    at: datetime
    index: int


class Work:
    """One transaction in the making: time, ids and the actor are handed in; nothing commits."""

    __slots__ = (
        "accounts",
        "actor",
        "bells",
        "calls",
        "cancelled",
        "db",
        "events",
        "ids",
        "is_outrun",
        "now",
        "timers",
        "transfers",
    )

    def __init__(
        self,
        db: Connection,
        *,
        now: datetime,
        ids: IdSource,
        actor: Actor,
        calls: Sequence[Call[Any]] = (),
    ) -> None:
        self.db = db
        self.now = now
        self.ids = ids
        self.actor = actor
        self.calls = calls
        # A rival wrote the same first: a plural operation may now lock before it looks.
        self.is_outrun = False
        self.accounts: dict[AccountId, Account] = {}
        self.transfers: list[Transfer] = []
        self.events: list[Noted] = []
        self.timers: dict[tuple[int, str], Timer] = {}
        self.cancelled: set[tuple[int, str]] = set()
        self.bells: set[str] = set()

    def open_account(self, account: Account) -> AccountId:
        """Have this account from now on, and return its id; nothing happens if it exists."""
        account_id = account.account_id
        self.accounts[account_id] = account
        return account_id

    def move(  # noqa: PLR0913 - all of them name one transfer, and by keyword
        self,
        *,
        book: int,
        debit: int,
        credit: int,
        amount: int,
        code: int,
        cause: int,
        index: int = 0,
        transfer_id: int = 0,
        pending_until: datetime | None = None,
        is_pending: bool = False,
        refusal: Refusing = "",
    ) -> TransferId:
        """Note that `amount` goes from `debit` to `credit`; with `pending_until` it is set aside.

        If the debited account can't bear it, the command with this `index` is refused by
        `refusal` (see `Refusing`) or else by the ledger's own code.
        """
        assert amount > 0
        assert debit != credit
        transfer_id = transfer_id or self.ids.next()
        kind = TransferKind.PENDING if is_pending or pending_until else TransferKind.POSTED
        self.transfers.append(
            Transfer(
                transfer_id,
                book,
                debit,
                credit,
                amount,
                code,
                cause,
                kind,
                0,
                pending_until,
                index,
                refusal,
            )
        )
        return TransferId(transfer_id)

    def post(
        self,
        pending_id: int,
        *,
        code: int,
        cause: int,
        amount: int = 0,
        index: int = 0,
        refusal: Refusing = "",
    ) -> None:
        """Note that a pending transfer is completed, in whole or up to `amount`."""
        self._resolve(TransferKind.POST, pending_id, code, cause, amount, index, refusal)

    def void(
        self, pending_id: int, *, code: int, cause: int, index: int = 0, refusal: Refusing = ""
    ) -> None:
        """Note that what a pending transfer set aside is released."""
        self._resolve(TransferKind.VOID, pending_id, code, cause, 0, index, refusal)

    def _resolve(  # noqa: PLR0913, PLR0917 - the two callers above name every argument
        self,
        kind: TransferKind,
        pending_id: int,
        code: int,
        cause: int,
        amount: int,
        index: int,
        refusal: Refusing,
    ) -> None:
        self.transfers.append(
            Transfer(
                self.ids.next(),
                0,
                0,
                0,
                amount,
                code,
                cause,
                kind,
                pending_id,
                None,
                index,
                refusal,
            )
        )

    def record(self, event: Event, index: int = 0, at: datetime | None = None) -> None:
        """Note a fact; it gets its number in the journal just before the commit.

        It happened at `at`, or when the command at `index` was given.
        """
        if self.calls:
            call = self.calls[index]
            self.events.append(Noted(event, call.actor, at or call.at, index))
        else:
            self.events.append(Noted(event, self.actor, at or self.now, index))

    def later(self, kind: str, subject: int, due_at: datetime, data: bytes = b"") -> None:
        """Have the timer `kind` of `subject` go off once at `due_at`, instead of any earlier."""
        self.cancelled.discard((subject, kind))
        self.timers[subject, kind] = Timer(
            kind=kind, subject=subject, due_at=due_at, data=data, attempts=0
        )

    def cancel_later(self, kind: str, subject: int) -> None:
        """Have no such timer any more."""
        self.timers.pop((subject, kind), None)
        self.cancelled.add((subject, kind))

    def ring(self, bell: str) -> None:
        """Wake those who wait for this bell, once this commits."""
        self.bells.add(bell)

    def check_store(self, merchant_id: int, store_id: int) -> None:
        """Raise NotFound `stores.not_found` if the actor's grant is for other stores only."""
        if self.actor.kind != "system":
            check_store(self.actor.grants.get(merchant_id), store_id)


class Operation(Generic[C, R]):
    """A verb: its name `room.verb`, the permission it needs, its command and its result."""

    def __init__(
        self, function: Callable[..., Any], permission: Permission, *, is_answer_kept: bool = True
    ) -> None:
        self.is_answer_kept = is_answer_kept
        self.function = function
        self.permission = permission
        package, _, _file = function.__module__.rpartition(".")
        self.room = package.rpartition(".")[2]
        self.name = f"{self.room}.{function.__name__}"
        self.__doc__ = function.__doc__
        self.__module__ = function.__module__

    @property
    def command_type(self) -> type[Any]:
        """The struct this operation takes."""
        return _inner(self._hints(), 1, is_plural=isinstance(self, Plural))

    @property
    def result_type(self) -> Any:  # noqa: ANN401 - a type, possibly a generic alias
        """The struct this operation answers with."""
        hint = typing.get_type_hints(self.function)["return"]
        if isinstance(self, Plural):
            (hint,) = typing.get_args(hint)
        if Failure in typing.get_args(hint):
            (hint,) = [one for one in typing.get_args(hint) if one is not Failure]
        return hint

    def _hints(self) -> list[Any]:
        return list(typing.get_type_hints(self.function).values())


def _inner(hints: list[Any], position: int, *, is_plural: bool) -> type[Any]:
    hint = hints[position]
    if is_plural:
        (call,) = typing.get_args(hint)
        (hint,) = typing.get_args(call)
    return typing.cast("type[Any]", hint)


class Single(Operation[C, R]):
    """An operation that runs alone in its transaction.

    A Failure that it raises leaves nothing written. One that it returns is raised to the caller
    just the same, but what was written before stays: why somebody was refused, for instance.
    """

    async def __call__(self, work: Work, command: C) -> R:
        """Run within another operation's transaction; the permission was its caller's concern."""
        outcome = await self.function(work, command)
        if isinstance(outcome, Failure):
            raise outcome
        return typing.cast("R", outcome)


class Reading(Operation[C, R]):
    """An operation that only reads."""

    async def __call__(self, work: Work, command: C) -> R:
        """Read within another operation's transaction."""
        return typing.cast("R", await self.function(work, command))


BATCHES_AT_ONCE = 2
"""Batches of one operation under way in a process: one computes while the other commits."""


class Steps:
    """Runs the steps of one stepped operation, each in a transaction of its own, as its actor."""

    __slots__ = ("_run", "actor")

    def __init__(self, run: Callable[..., Awaitable[Any]], actor: Actor) -> None:
        self._run = run
        self.actor = actor

    async def run(self, operation: Operation[C, R], command: C) -> R:
        """The step's result, durable when it returns. Raises Failure."""
        return typing.cast("R", await self._run(operation, command, self.actor))


class Stepped(Operation[C, R]):
    """An operation of several transactions with slow work between them, such as a slow hash.

    Its function takes (steps, command). It keeps no answers: each step must be safe alone, and the
    whole may stop after any of them.
    """


class Plural(Operation[C, R]):
    """An operation that takes many callers' commands and answers each: one transaction for all."""

    def __init__(
        self,
        function: Callable[..., Any],
        permission: Permission,
        batch_max: int,
        *,
        batches_at_once: int = BATCHES_AT_ONCE,
        is_answer_kept: bool = True,
        recall: Callable[[Any, Actor], Failure | None] | None = None,
    ) -> None:
        super().__init__(function, permission, is_answer_kept=is_answer_kept)
        self.batch_max = batch_max
        self.batches_at_once = batches_at_once
        self.recall = recall

    async def __call__(self, work: Work, calls: Sequence[Call[C]]) -> Sequence[R | Failure]:
        """Run within another operation's transaction; indexes must be the caller's own."""
        return typing.cast("Sequence[R | Failure]", await self.function(work, calls))


def single(
    *, permission: Permission, is_answer_kept: bool = True
) -> Callable[[Callable[[Work, C], Awaitable[R | Failure]]], Single[C, R]]:
    """Declare an operation that runs alone.

    `is_answer_kept=False` if the result holds a secret: asked again under the same key it still
    acts once, but the answer is not repeated (`answers.not_repeated`).
    """
    return lambda function: Single(function, permission, is_answer_kept=is_answer_kept)


def reading(
    *, permission: Permission
) -> Callable[[Callable[[Work, C], Awaitable[R]]], Reading[C, R]]:
    """Declare an operation that only reads."""
    return lambda function: Reading(function, permission)


def stepped(
    *, permission: Permission
) -> Callable[[Callable[[Steps, C], Awaitable[R]]], Stepped[C, R]]:
    """Declare an operation of several steps."""
    return lambda function: Stepped(function, permission, is_answer_kept=False)


def plural(
    *,
    permission: Permission,
    batch_max: int,
    batches_at_once: int = BATCHES_AT_ONCE,
    is_answer_kept: bool = True,
    recall: Callable[[Any, Actor], Failure | None] | None = None,
) -> Callable[
    [Callable[[Work, Sequence[Call[C]]], Awaitable[Sequence[R | Failure]]]], Plural[C, R]
]:
    """Declare an operation that serves up to `batch_max` callers in one transaction.

    `batches_at_once` is one where batches would wait for each other at the same rows: then more
    callers share the next. `is_answer_kept` is that of `single`. `recall` tells a caller at once of
    a refusal that the process remembers, if it is for good.
    """
    return lambda function: Plural(
        function,
        permission,
        batch_max,
        batches_at_once=batches_at_once,
        is_answer_kept=is_answer_kept,
        recall=recall,
    )
