"""The Office: answers under keys, batches, refusals among them, rivals and other processes."""
# ruff: noqa: ANN401 - what stands around the driver passes on whatever it is asked

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import asyncpg
import msgspec
import pytest

from banyan.base.db import connect
from banyan.base.errors import Failure, Invalid, NotFound, Refusal, Trouble
from banyan.books.actor import NOBODY, SYSTEM, Actor, Grant, Permission
from banyan.books.journal import Event
from banyan.books.ledger import Account, AccountFlag, TransferId, read_accounts
from banyan.books.office import Office
from banyan.books.work import Call, Work, plural, reading, single
from tests.books.conftest import open_office

BOOK = 156
SOURCE = Account(BOOK, 0, 1)
LIN = Account(BOOK, 11, 2, AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS)


class Given(Event, frozen=True, kw_only=True, tag="test.given"):
    """Somebody was given something."""

    amount: int


class Give(msgspec.Struct, frozen=True):
    """Give Lin an amount."""

    amount: int
    merchant_id: int = 0


class Gift(msgspec.Struct, frozen=True):
    """What was given, and the fact's own number."""

    gift_id: TransferId
    amount: int


@single(permission=Permission.SYSTEM)
async def give(work: Work, command: Give) -> Gift:
    """Move and record."""
    work.open_account(SOURCE)
    work.open_account(LIN)
    return _give(work, command, 0)


def _give(work: Work, command: Give, index: int) -> Gift:
    gift_id = work.move(
        book=BOOK,
        debit=SOURCE.account_id,
        credit=LIN.account_id,
        amount=command.amount,
        code=1,
        cause=0,
        index=index,
    )
    work.record(Given(amount=command.amount, merchant_id=1), index)
    return Gift(gift_id, command.amount)


@plural(permission=Permission.PERSON, batch_max=64)
async def take_many(work: Work, calls: Sequence[Call[Give]]) -> Sequence[Gift | Failure]:
    """Take from Lin; 13 is refused by rule, 666 is a bug."""
    outcomes: list[Gift | Failure] = []
    for call in calls:
        if call.command.amount == 13:
            outcomes.append(Refusal("test.unlucky"))
            continue
        assert call.command.amount != 666
        taken = work.move(
            book=BOOK,
            debit=LIN.account_id,
            credit=SOURCE.account_id,
            amount=call.command.amount,
            code=2,
            cause=0,
            index=call.index,
            refusal="test.insufficient",
        )
        work.record(Given(amount=-call.command.amount, merchant_id=1), call.index)
        outcomes.append(Gift(taken, call.command.amount))
    return outcomes


@reading(permission=Permission.ORDERS_READ)
async def look(work: Work, command: Give) -> Gift:
    """Read Lin's balance."""
    sums = await read_accounts(work.db, [LIN.account_id])
    return Gift(TransferId(0), sums[LIN.account_id].balance + command.amount)


def make_person(number: int) -> Actor:
    """Somebody of that number."""
    return Actor(kind="person", actor_id=number, person_id=number)


async def _balance(office: Office) -> int:
    async with office.pool.acquire() as db:
        return (await read_accounts(db, [LIN.account_id]))[LIN.account_id].balance


async def _facts(office: Office) -> int:
    async with office.pool.acquire() as db:
        count: int = await db.fetchval("select count(*) from journal.events")
        return count


async def test_one_key_fifty_times_at_once_acts_once(office: Office) -> None:
    """Fifty equal answers, one effect, from a single and from a plural operation."""
    gifts = await asyncio.gather(
        *(office.run(give, Give(100), SYSTEM, key="once") for _ in range(50))
    )
    assert len({one.gift_id for one in gifts}) == 1
    assert await _balance(office) == 100
    taken = await asyncio.gather(
        *(office.run(take_many, Give(30), make_person(5), key="once") for _ in range(50))
    )
    assert len({one.gift_id for one in taken}) == 1
    assert await _balance(office) == 70
    assert await _facts(office) == 2


async def test_one_key_over_two_processes_acts_once(office: Office, dsn: str) -> None:
    """Two Offices with pools of their own race under one key."""
    await office.run(give, Give(1_000), SYSTEM)
    async with open_office(dsn) as other:
        gifts = await asyncio.gather(
            *(
                one.run(take_many, Give(7), make_person(5), key=f"k{number % 10}")
                for number in range(40)
                for one in (office, other)
            )
        )
    assert len({one.gift_id for one in gifts}) == 10
    assert await _balance(office) == 1_000 - 70


async def test_a_key_with_another_body_is_refused(office: Office) -> None:
    """The same key may only ask the same; another actor's key is another key."""
    await office.run(give, Give(100), SYSTEM, key="k")
    with pytest.raises(Invalid, match=r"answers\.key_reused"):
        await office.run(give, Give(101), SYSTEM, key="k")
    await office.run(take_many, Give(1), make_person(1), key="k")
    await office.run(take_many, Give(1), make_person(2), key="k")
    assert await _balance(office) == 98


async def test_asking_twice_is_answered_though_the_effect_is_in_its_own_way(
    office: Office,
) -> None:
    """What was done under a key forbids doing it again, by a constraint or by an assertion."""
    async with office.pool.acquire() as db:
        await db.execute("create schema test")
        await db.execute("create table test.names (n int constraint test__taken primary key)")

    @single(permission=Permission.SYSTEM)
    async def enter(work: Work, command: Give) -> Gift:
        await work.db.execute("insert into test.names values ($1)", command.amount)
        return Gift(TransferId(7), command.amount)

    @single(permission=Permission.SYSTEM)
    async def enter_first(work: Work, command: Give) -> Gift:
        assert not await work.db.fetchval("select count(*) from test.names where n = 2")
        return cast("Gift", await enter.function(work, command))

    for operation, amount in ((enter, 1), (enter_first, 2)):
        first = await office.run(operation, Give(amount), SYSTEM, key=f"k{amount}")
        assert await office.run(operation, Give(amount), SYSTEM, key=f"k{amount}") == first
    with pytest.raises(Refusal, match=r"test\.taken"):
        await office.run(enter, Give(1), SYSTEM, key="another")
    with pytest.raises(Invalid, match=r"answers\.key_reused"):
        await office.run(enter, Give(2), SYSTEM, key="k1")


async def test_an_answer_of_nothing_is_an_answer(office: Office) -> None:
    """What returns nothing is done once as well, whether or not it could be done again."""
    await office.run(give, Give(100), SYSTEM)
    done = 0

    @single(permission=Permission.SYSTEM)
    async def give_silently(work: Work, command: Give) -> None:
        _give(work, command, 0)

    @single(permission=Permission.SYSTEM)
    async def end(work: Work, command: Give) -> None:
        del command
        nonlocal done
        done += 1
        work.record(Given(amount=0, merchant_id=1))
        if done > 1:
            raise NotFound("test.gone")

    for _ in range(2):
        await office.run(give_silently, Give(5), SYSTEM, key="silent")
        await office.run(end, Give(1), SYSTEM, key="end")
    assert await _balance(office) == 105
    assert await _facts(office) == 3
    with pytest.raises(NotFound, match=r"test\.gone"):
        await office.run(end, Give(1), SYSTEM, key="another")


async def test_who_asks_again_takes_nothing_from_the_others_of_the_batch(office: Office) -> None:
    """What is left is enough for the other, though not for both if it were done again."""
    await office.run(give, Give(100), SYSTEM)
    first = await office.run(take_many, Give(40), make_person(1), key="k")
    again, other = await asyncio.gather(
        office.run(take_many, Give(40), make_person(1), key="k"),
        office.run(take_many, Give(60), make_person(2), key="k"),
    )
    assert (again, other.amount) == (first, 60)
    assert await _balance(office) == 0
    with pytest.raises(Refusal, match=r"test\.insufficient"):
        await office.run(take_many, Give(1), make_person(1), key="another")
    assert await office.run(take_many, Give(40), make_person(1), key="k") == first


async def test_a_key_is_known_again_beside_a_wrong_use_of_it(office: Office) -> None:
    """In one batch: other content that is refused, that would do, and the same content."""
    await office.run(give, Give(100), SYSTEM)
    first = await office.run(take_many, Give(40), make_person(1), key="k")
    for wrong in (13, 20, 666, 999):
        outcomes = await asyncio.gather(
            *(
                office.run(take_many, Give(amount), make_person(1), key="k")
                for amount in (wrong, 40, wrong)
            ),
            return_exceptions=True,
        )
        assert outcomes[1] == first
        assert [getattr(one, "code", one) for one in outcomes[::2]] == ["answers.key_reused"] * 2
    assert await _balance(office) == 60
    assert await _facts(office) == 2


async def test_a_key_that_was_refused_may_be_used_again(office: Office) -> None:
    """A refusal is no answer that is kept: it may be otherwise the next time."""
    await office.run(give, Give(10), SYSTEM)
    with pytest.raises(Refusal, match=r"test\.insufficient"):
        await office.run(take_many, Give(30), make_person(1), key="k")
    await office.run(give, Give(30), SYSTEM)
    assert (await office.run(take_many, Give(30), make_person(1), key="k")).amount == 30
    assert await _balance(office) == 10


async def test_each_of_a_batch_gets_its_own_outcome(office: Office) -> None:
    """Refused by rule, by the ledger, or hit by a bug: the others don't notice."""
    await office.run(give, Give(100), SYSTEM)
    amounts = [40, 13, 70, 666, 50]
    outcomes = await asyncio.gather(
        *(office.run(take_many, Give(amount), make_person(1)) for amount in amounts),
        return_exceptions=True,
    )
    codes = [one.code if isinstance(one, Failure) else type(one).__name__ for one in outcomes]
    assert codes == ["Gift", "test.unlucky", "test.insufficient", "AssertionError", "Gift"]
    assert await _balance(office) == 10
    assert await _facts(office) == 3


async def test_rivals_on_one_purse(office: Office, dsn: str) -> None:
    """Two hundred want 10 out of 500, through two processes: exactly fifty get it."""
    await office.run(give, Give(500), SYSTEM)
    async with open_office(dsn) as other:
        outcomes = await asyncio.gather(
            *(
                one.run(take_many, Give(10), make_person(number + 1))
                for number in range(100)
                for one in (office, other)
            ),
            return_exceptions=True,
        )
    won = [one for one in outcomes if isinstance(one, Gift)]
    lost = [one for one in outcomes if isinstance(one, Refusal) and one.code == "test.insufficient"]
    assert (len(won), len(lost)) == (50, 150)
    assert await _balance(office) == 0
    assert await _facts(office) == 51


async def test_permission_is_checked_before_anything_runs(office: Office) -> None:
    """Strangers don't learn that the merchant exists; its own people are told what they lack."""
    await office.run(give, Give(100), SYSTEM)
    query = Give(0, merchant_id=8)
    with pytest.raises(Refusal, match=r"sessions\.required"):
        await office.run(look, query, NOBODY)
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await office.run(look, query, make_person(1))
    weak = Actor(kind="staff", actor_id=2, person_id=2, grants={8: Grant(frozenset())})
    with pytest.raises(Refusal, match=r"access\.forbidden"):
        await office.run(look, query, weak)
    grants = {8: Grant(frozenset({Permission.ORDERS_READ}))}
    strong = Actor(kind="staff", actor_id=2, person_id=2, grants=grants)
    assert (await office.run(look, query, strong)).amount == 100
    with pytest.raises(NotFound, match=r"operations\.not_found"):
        await office.run(give, Give(1), strong)


async def test_who_is_refused_from_memory_waits_for_no_batch(office: Office) -> None:
    """Only after permission; and not with a key, under which there may be an answer."""
    asked: list[int] = []

    def recall(command: Give, actor: Actor) -> Failure | None:
        return Refusal("test.over") if command.amount == 7 and actor.person_id == 1 else None

    @plural(permission=Permission.PERSON, batch_max=8, recall=recall)
    async def ask_many(work: Work, calls: Sequence[Call[Give]]) -> Sequence[Gift | Failure]:
        asked.extend(call.command.amount for call in calls)
        return [Gift(TransferId(work.ids.next()), call.command.amount) for call in calls]

    with pytest.raises(Refusal, match=r"sessions\.required"):
        await office.run(ask_many, Give(7), NOBODY)
    with pytest.raises(Refusal, match=r"test\.over"):
        await office.run(ask_many, Give(7), make_person(1))
    assert asked == []
    assert (await office.run(ask_many, Give(6), make_person(1))).amount == 6
    assert (await office.run(ask_many, Give(7), make_person(1), key="once")).amount == 7
    assert asked == [6, 7]


async def test_a_lost_race_is_run_again(office: Office) -> None:
    """A serialisation failure in the middle is invisible to the caller."""
    attempts = 0

    @single(permission=Permission.SYSTEM)
    async def unlucky(work: Work, command: Give) -> Gift:
        nonlocal attempts
        attempts += 1
        work.open_account(SOURCE)
        work.open_account(LIN)
        if attempts < 3:
            raise asyncpg.SerializationError
        return _give(work, command, 0)

    await office.run(unlucky, Give(5), SYSTEM)
    assert (attempts, await _balance(office)) == (3, 5)


async def test_an_answer_with_a_secret_is_not_kept(office: Office) -> None:
    """Asked again under its key it has acted once, and the answer is nowhere in the database."""

    @single(permission=Permission.SYSTEM, is_answer_kept=False)
    async def give_secretly(work: Work, command: Give) -> Gift:
        work.open_account(SOURCE)
        work.open_account(LIN)
        return _give(work, command, 0)

    await office.run(give_secretly, Give(100), SYSTEM, key="s")
    with pytest.raises(Refusal, match=r"answers\.not_repeated"):
        await office.run(give_secretly, Give(100), SYSTEM, key="s")
    assert await _balance(office) == 100
    async with office.pool.acquire() as db:
        assert await db.fetchval("select answer from answers.answers where key = 's'") == b""


class _Flaky:
    """The Office's pool on a bad line: cut at one asking, or right after one commit."""

    def __init__(self, pool: Any, *, cut_at: int = 0, cut_commit: int = 0) -> None:
        self._pool = pool
        self._cut_at, self._cut_commit = cut_at, cut_commit
        self.asked = self.commits = 0

    @asynccontextmanager
    async def acquire(self, *, timeout: float = 10) -> AsyncIterator[Any]:  # noqa: ASYNC109 - the pool's own
        """A connection, unless the line is cut now."""
        self.asked += 1
        if self.asked == self._cut_at:
            raise ConnectionResetError
        async with self._pool.acquire(timeout=timeout) as db:
            yield _FlakyConnection(db, self)

    def note_commit(self) -> None:
        """Cut the line after the commit whose turn it is: nobody hears that it was done."""
        self.commits += 1
        if self.commits == self._cut_commit:
            raise asyncpg.ConnectionDoesNotExistError


class _FlakyConnection:
    def __init__(self, db: Any, line: _Flaky) -> None:
        self._db, self._line = db, line

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    def transaction(self) -> Any:
        """A transaction whose commit may be done and not be heard of."""
        return _FlakyTransaction(self._db.transaction(), self._line)


class _FlakyTransaction:
    def __init__(self, transaction: Any, line: _Flaky) -> None:
        self._transaction, self._line = transaction, line

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transaction, name)

    async def commit(self) -> None:
        """Commit, and perhaps be cut off."""
        await self._transaction.commit()
        self._line.note_commit()


async def _give_at_once(office: Office, amounts: Sequence[int]) -> list[Any]:
    """Take so much from Lin, all in one batch; 13 comes under a key."""
    return await asyncio.gather(
        *(
            office.run(take_many, Give(amount), make_person(1), key="k" if amount == 13 else "")
            for amount in amounts
        ),
        return_exceptions=True,
    )


async def test_what_its_user_raises_passes_through_as_it_is(dsn: str) -> None:
    with pytest.raises(Refusal, match=r"^test\.no$"):
        async with open_office(dsn):
            raise Refusal("test.no")


async def test_what_is_committed_is_never_run_again(office: Office) -> None:
    """The line is cut while the Office looks for a refused caller's answer: the rest stays done."""
    await office.run(give, Give(100), SYSTEM)
    pool = office.pool
    office.pool = cast("Any", _Flaky(pool, cut_at=2))
    outcomes = await _give_at_once(office, [30, 13])
    office.pool = pool
    assert [type(one).__name__ for one in outcomes] == ["Gift", "Refusal"]
    assert await _balance(office) == 70
    assert await _facts(office) == 2


async def test_an_unheard_commit_is_not_run_again(office: Office) -> None:
    """Nobody knows whether it was done: the callers hear so, and nothing is done twice."""
    await office.run(give, Give(100), SYSTEM)
    pool = office.pool
    office.pool = cast("Any", _Flaky(pool, cut_commit=1))
    outcomes = await _give_at_once(office, [30, 20])
    office.pool = pool
    assert [str(one) for one in outcomes] == ["database.unavailable"] * 2
    assert await _balance(office) == 50
    assert await _facts(office) == 3


async def test_a_server_that_ends_is_trouble_and_no_bug(office: Office, dsn: str) -> None:
    """Its backends are ended in the middle of an operation: ask again later."""

    @single(permission=Permission.SYSTEM)
    async def ended(work: Work, command: Give) -> Gift:
        own = await work.db.fetchval("select pg_backend_pid()")
        other = await connect(dsn)
        await other.fetchval("select pg_terminate_backend($1, 5000)", own)
        await other.close()
        await work.db.fetchval("select 1")
        return Gift(TransferId(0), command.amount)

    with pytest.raises(Trouble, match=r"database\.unavailable"):
        await office.run(ended, Give(5), SYSTEM)


async def test_what_concerns_all_stores_is_not_for_those_of_some(office: Office) -> None:
    """Whoever acts in one store changes nothing that holds in every store, but in their own."""

    class Change(msgspec.Struct, frozen=True):
        merchant_id: int
        store_id: int = 0

    @single(permission=Permission.COUPONS_WRITE)
    async def change(work: Work, command: Change) -> Change:
        del work
        return command

    grants = {8: Grant(frozenset({Permission.COUPONS_WRITE}), frozenset({3}))}
    clerk = Actor(kind="staff", actor_id=2, person_id=2, grants=grants)
    with pytest.raises(Refusal, match=r"access\.forbidden"):
        await office.run(change, Change(8), clerk)
    with pytest.raises(NotFound, match=r"stores\.not_found"):
        await office.run(change, Change(8, 4), clerk)
    assert await office.run(change, Change(8, 3), clerk) == Change(8, 3)
