"""The Office: the only place that begins, retries and commits."""
# ruff: noqa: ANN401 - commands and results are checked at `run`; inside they are anything

import asyncio
import random
import re
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar, cast

import asyncpg
import structlog

from banyan.base.clock import Clock
from banyan.base.errors import Failure, Refusal, Trouble
from banyan.base.ids import IdSource
from banyan.base.limits import QUEUE_MAX, RETRIES_MAX, TRANSFERS_MAX
from banyan.books import timers
from banyan.books.actor import SYSTEM, Actor, check_permission
from banyan.books.answers.entries import (
    UNANSWERED,
    Entry,
    copy_to_twins,
    find_answered,
    list_fresh,
    new_answers,
    new_entry,
)
from banyan.books.answers.store import Answer, insert_answers
from banyan.books.journal import record_facts
from banyan.books.ledger import store as ledger
from banyan.books.ledger.settle import Refused, settle
from banyan.books.signal import JOURNAL, Signal
from banyan.books.work import (
    Call,
    Connection,
    Operation,
    Plural,
    Reading,
    Stepped,
    Steps,
    Work,
)

_log = structlog.get_logger("banyan.office")

C = TypeVar("C")
R = TypeVar("R")

_AGAIN = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
)
_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    OSError,
    TimeoutError,
)
_GONE = frozenset({"database.unavailable", "database.unreachable"})
_CUT_OFF = re.compile("clos(ed|ing)|terminated|released")
"""How the driver's own complaints sound that are about the connection, not about its use."""
_WORTH_ANOTHER = 32
"""Callers that must wait before a second batch begins: two half-full ones cost more than a full."""
_OPENED_MAX = 200_000


class _KeyTaken(Exception):
    """A rival has just answered under one of our keys."""


class _Queue:
    """Callers of one plural operation who wait for the next batch."""

    __slots__ = ("running", "waiting")

    def __init__(self) -> None:
        self.running = 0
        self.waiting: deque[tuple[Entry, asyncio.Future[Any]]] = deque()


class Office:
    """Runs operations: permission, transaction, five beats, settlement, retry, answer.

    Use as `async with Office(...)`: it owns the tasks that carry batches.
    """

    def __init__(self, pool: "asyncpg.Pool[Any]", signal: Signal, clock: Clock) -> None:
        self.pool = pool
        self.signal = signal
        self.clock = clock
        self.ids = IdSource(signal.node)
        self.on_batch: Callable[[str, int], None] = lambda _operation, _size: None
        self._queues: dict[str, _Queue] = {}
        self._opened: set[int] = set()
        self._tasks = asyncio.TaskGroup()
        self._chance = random.SystemRandom()
        signal.on_node = self._renew_ids

    async def __aenter__(self) -> Self:
        """Open for business."""
        await self._tasks.__aenter__()
        async with self.pool.acquire() as db:
            self.clock.offset = await timers.read_clock(db)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish the batches under way; what its user raised passes through as it is."""
        try:
            await self._tasks.__aexit__(kind, error, trace)
        except BaseExceptionGroup as group:
            if group.exceptions != (error,):
                raise

    async def run(
        self,
        operation: Operation[C, R],
        command: C,
        actor: Actor,
        *,
        key: str = "",
        at: datetime | None = None,
    ) -> R:
        """Run one command and return its result, durable when it returns.

        With `key` the same actor gets the same answer to the same command, once. `at` is the
        instant of business if it is not now. Raises Failure; a bug passes through as it is.
        """
        self._check(operation, command, actor)
        if isinstance(operation, Reading):
            return cast("R", await self._read(operation, command, actor))
        if isinstance(operation, Stepped):
            return cast("R", await operation.function(Steps(self.run, actor), command))
        if isinstance(operation, Plural) and operation.recall is not None and not key:
            # A key may have been answered before, or used for something else: the books know.
            _raise_failure(operation.recall(command, actor))
        entry = new_entry(operation, command, actor, at, key)
        if isinstance(operation, Plural):
            return cast("R", _raise_failure(await self._join(operation, entry)))
        return cast("R", _raise_failure((await self._carry(operation, [entry]))[0]))

    async def run_many(
        self,
        operation: Plural[C, R],
        commands: Sequence[C],
        actor: Actor,
        *,
        at: Sequence[datetime] | None = None,
        keys: Sequence[str] | None = None,
    ) -> list[R | Failure]:
        """Run many commands of one actor; one outcome each. A transaction serves `batch_max`."""
        for command in commands:
            self._check(operation, command, actor)
        entries = [
            new_entry(operation, command, actor, at[i] if at else None, keys[i] if keys else "")
            for i, command in enumerate(commands)
        ]
        outcomes: list[Any] = []
        for start in range(0, len(entries), operation.batch_max):
            batch = entries[start : start + operation.batch_max]
            outcomes += await self._carry(operation, batch, looks=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException) and not isinstance(outcome, Failure):
                raise outcome
        return outcomes

    @asynccontextmanager
    async def begin(self, actor: Actor = SYSTEM, at: datetime | None = None) -> AsyncIterator[Work]:
        """A transaction for Banyan's own followers and timers: settled and committed at the end.

        Raises the refusal if the ledger refuses; the caller decides whether to try again.
        """
        async with self._connection() as db:
            work = Work(db, now=at or self.clock.now(), ids=self.ids, actor=actor)
            try:
                async with db.transaction():
                    yield work
                    await self._settle(work)
            except Refused as refused:
                raise next(iter(refused.by_index.values())) from None
            self._committed(work)

    async def set_clock(self, now: datetime) -> None:
        """Make `now` the instant of business in every process. Only a test server calls this."""
        self.clock.set(now)
        async with self._connection() as db:
            await timers.set_clock(db, self.clock.offset)
        await self.signal.say("clock")

    async def read_clock(self) -> None:
        """Take over the instant of business that another process has set."""
        async with self._connection() as db:
            self.clock.offset = await timers.read_clock(db)

    def forget(self) -> None:
        """Drop what was remembered of the database, after it has been emptied."""
        self._opened.clear()

    def _renew_ids(self, node: int) -> None:
        self.ids = IdSource(node)

    def _check(self, operation: Operation[Any, Any], command: object, actor: Actor) -> None:
        merchant_id = getattr(command, "merchant_id", 0)
        store_id = getattr(command, "store_id", 0) or 0
        check_permission(actor, operation.permission, merchant_id, store_id)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        try:
            async with self.pool.acquire(timeout=10) as db:
                yield db
        except _AWAY as error:
            raise _away(error) from error
        except asyncpg.InterfaceError as error:
            if _CUT_OFF.search(str(error)):
                raise _away(error) from error
            raise

    async def _read(self, operation: Reading[Any, Any], command: object, actor: Actor) -> Any:
        async with self._connection() as db:
            work = Work(db, now=self.clock.now(), ids=self.ids, actor=actor)
            return await operation.function(work, command)

    def _join(self, operation: Plural[Any, Any], entry: Entry) -> asyncio.Future[Any]:
        """The outcome, after a place in the next batch; one caller alone waits for nobody."""
        queue = self._queues.get(operation.name)
        if queue is None:
            queue = self._queues[operation.name] = _Queue()
        if len(queue.waiting) >= QUEUE_MAX:
            raise Trouble("office.busy")
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        queue.waiting.append((entry, future))
        worth = queue.running == 0 or len(queue.waiting) >= _WORTH_ANOTHER
        if queue.running < operation.batches_at_once and worth:
            queue.running += 1
            self._tasks.create_task(self._work_off(operation, queue))
        return future

    async def _work_off(self, operation: Plural[Any, Any], queue: _Queue) -> None:
        try:
            while queue.waiting and (queue.running == 1 or len(queue.waiting) >= _WORTH_ANOTHER):
                count = min(len(queue.waiting), operation.batch_max)
                batch = [queue.waiting.popleft() for _ in range(count)]
                outcomes = await self._carry(operation, [entry for entry, _ in batch])
                for (_, future), outcome in zip(batch, outcomes, strict=True):
                    if not future.done():
                        future.set_result(outcome)
        finally:
            queue.running -= 1

    async def _carry(
        self, operation: Operation[Any, Any], entries: list[Entry], *, looks: bool = False
    ) -> list[Any]:
        """The outcome of each entry: a result, a Failure, or the exception of a bug.

        Keys are rarely used twice, so nobody looks for earlier answers until one is in the way,
        unless `looks`, as when a long list may be done again from its beginning.

        If a whole batch fails, each runs alone, so that one bad command can't hurt the others. Not
        so when the database went away: the batch may have been committed without our hearing of it.
        """
        try:
            return await self._carry_together(operation, entries, looks=looks)
        except Exception as error:  # noqa: BLE001 - handed to the callers, one by one
            if isinstance(error, Failure):
                error.__traceback__ = None  # see _raise_failure; what caused it keeps its own
            outcomes: list[Any] = [error] * len(entries)
            if isinstance(error, Trouble) and error.code in _GONE:
                return outcomes
            if len(entries) == 1:
                await self._look_again(operation, entries, outcomes)
                return outcomes
        return [(await self._carry(operation, [entry]))[0] for entry in entries]

    async def _carry_together(
        self, operation: Operation[Any, Any], entries: list[Entry], *, looks: bool
    ) -> list[Any]:
        outcomes: list[Any] = [None] * len(entries)
        live = list(range(len(entries)))
        again, is_outrun = 0, False
        while live:
            try:
                done = await self._attempt(
                    operation, [entries[i] for i in live], looks=looks, is_outrun=is_outrun
                )
            except Refused as refused:
                for index, failure in refused.by_index.items():
                    outcomes[live[index]] = failure
                live = [i for place, i in enumerate(live) if place not in refused.by_index]
                again += not refused.by_index
            except (_KeyTaken, *_AGAIN) as error:
                looks = True
                again += 1
                _log.info("office.again", operation=operation.name, reason=type(error).__name__)
                await asyncio.sleep(self._chance.uniform(0.002, 0.02) * again)
            except asyncpg.UniqueViolationError:
                # A rival wrote the same first, after we had looked: who looks again sees it.
                if is_outrun:
                    raise
                looks = is_outrun = True
                _log.info("office.again", operation=operation.name, reason="outrun")
            else:
                for place, i in enumerate(live):
                    outcomes[i] = done[place]
                live = []
            if again > RETRIES_MAX:
                raise Trouble("office.contended", operation=operation.name)
        await self._look_again(operation, entries, outcomes)
        return outcomes

    async def _look_again(
        self, operation: Operation[Any, Any], entries: list[Entry], outcomes: list[Any]
    ) -> None:
        """Give a refused caller the answer of their key after all, if one has been kept.

        The same command may have been carried out before, or by another process while this one
        waited for its locks: what it then found ("already paid") is the doing of its own key.
        """
        places = [
            i for i, one in enumerate(outcomes) if entries[i].key and isinstance(one, Exception)
        ]
        if not places:
            return
        answers: list[Any] = [UNANSWERED] * len(places)
        try:
            async with self._connection() as db:
                await find_answered(db, operation, [entries[i] for i in places], answers)
        except Exception:  # noqa: BLE001 - the batch is committed: whatever it is, it must stand
            _log.exception("office.not_looked_again", operation=operation.name)
        for i, answer in zip(places, answers, strict=True):
            outcomes[i] = outcomes[i] if answer is UNANSWERED else answer

    async def _attempt(
        self,
        operation: Operation[Any, Any],
        entries: list[Entry],
        *,
        looks: bool,
        is_outrun: bool,
    ) -> list[Any]:
        """One transaction. Raises Refused, with indexes into `entries`, before anything commits."""
        async with self._connection() as db:
            transaction = db.transaction()
            await transaction.start()
            try:
                outcomes, work = await self._beats(
                    db, operation, entries, looks=looks, is_outrun=is_outrun
                )
            except asyncpg.IntegrityConstraintViolationError as error:
                await transaction.rollback()
                _raise_named(error)
                raise
            except BaseException:
                await transaction.rollback()
                raise
            await transaction.commit()
        self._committed(work)
        return outcomes

    async def _beats(
        self,
        db: Connection,
        operation: Operation[Any, Any],
        entries: list[Entry],
        *,
        looks: bool,
        is_outrun: bool,
    ) -> tuple[list[Any], Work]:
        now = self.clock.now()
        outcomes: list[Any] = [UNANSWERED] * len(entries)
        if looks:
            await find_answered(db, operation, entries, outcomes)
        fresh = list_fresh(entries, outcomes)
        calls = [
            Call(entries[i].command, entries[i].actor, entries[i].at or now, place)
            for place, i in enumerate(fresh)
        ]
        if not calls:
            return outcomes, Work(db, now=now, ids=self.ids, actor=SYSTEM)
        first = calls[0]
        if isinstance(operation, Plural):
            work = Work(db, now=now, ids=self.ids, actor=first.actor, calls=calls)
            work.is_outrun = is_outrun
            results = await operation.function(work, calls)
            assert len(results) == len(calls)
        else:
            work = Work(db, now=first.at, ids=self.ids, actor=first.actor)
            results = [await operation.function(work, first.command)]
        self.on_batch(operation.name, len(calls))
        for place, i in enumerate(fresh):
            outcomes[i] = results[place]
        answers = new_answers(operation, [entries[i] for i in fresh], results)
        try:
            await self._settle(work, answers)
        except Refused as refused:
            raise Refused(
                {fresh[place]: failure for place, failure in refused.by_index.items()}
            ) from None
        copy_to_twins(entries, outcomes)
        return outcomes, work

    async def _settle(self, work: Work, answers: Sequence[Answer] = ()) -> None:
        """Write what was noted: accounts, timers, answers, transfers, and last the journal.

        Rivals wait for each other at the accounts and the lanes: those are locked for the shortest
        time that can be, from here to the commit.
        """
        unopened = {key: one for key, one in work.accounts.items() if key not in self._opened}
        work.accounts = unopened  # the others need not be remembered again
        if unopened:
            collided = await ledger.insert_accounts(work.db, unopened.values())
            if collided:
                raise Trouble("ledger.account_id_taken", account=str(collided[0]))
        if work.cancelled:
            await timers.delete_timers(work.db, work.cancelled)
        if work.timers:
            await timers.upsert_timers(work.db, work.timers.values())
        if answers and not await insert_answers(work.db, answers, work.now):
            raise _KeyTaken
        if work.transfers:
            assert len(work.transfers) <= TRANSFERS_MAX
            await settle(work.db, work.transfers, work.now)
        if work.events:
            await record_facts(work.db, work.events)

    def _committed(self, work: Work) -> None:
        if len(self._opened) > _OPENED_MAX:
            self._opened.clear()
        self._opened.update(work.accounts)
        if work.events:
            work.bells.add(JOURNAL)
        if work.bells:
            self.signal.ring(*work.bells)


def _away(error: Exception) -> Trouble:
    _log.warning("office.database_away", reason=repr(error))
    return Trouble("database.unavailable")


def _raise_failure(outcome: Any) -> Any:
    """Return a result, raise anything else.

    No frame on its way up may hold what is raised, for that holds the frames: garbage that only a
    search can find, at a thirteenth of the time of a server that refuses many.
    """
    if isinstance(outcome, BaseException):
        try:
            raise outcome
        finally:
            del outcome
    return outcome


def _raise_named(error: asyncpg.IntegrityConstraintViolationError) -> None:
    """A constraint named `room__fact` is the refusal `room.fact`; any other is a bug."""
    name: str | None = error.constraint_name
    if name and "__" in name:
        raise Refusal(name.replace("__", ".", 1)) from error
