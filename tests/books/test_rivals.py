"""Rivals in several processes use keys again: one effect a key, and nobody waits in a circle."""

import asyncio
import random
from collections import defaultdict

import asyncpg
import msgspec
import pytest
from structlog.testing import capture_logs

from banyan.base.errors import Failure, Refusal
from banyan.books.actor import SYSTEM, Permission
from banyan.books.ledger import Account, AccountFlag, read_accounts
from banyan.books.ledger.store import insert_accounts
from banyan.books.office import Office
from banyan.books.work import Work, single
from tests.books.conftest import open_office
from tests.books.test_office import (
    BOOK,
    LIN,
    SOURCE,
    Gift,
    Give,
    give,
    make_person,
    take_many,
)


@single(permission=Permission.PERSON)
async def take_one(work: Work, command: Give) -> Gift:
    """Take from Lin, and set a timer that others set as well; 13 and 666 as in `take_many`."""
    work.open_account(SOURCE)
    work.open_account(LIN)
    if command.amount == 13:
        raise Refusal("test.unlucky")
    assert command.amount != 666
    taken = work.move(
        book=BOOK,
        debit=LIN.account_id,
        credit=SOURCE.account_id,
        amount=command.amount,
        code=2,
        cause=0,
        refusal="test.insufficient",
    )
    work.later("test.reminder", command.amount, work.now)
    return Gift(taken, command.amount)


@pytest.mark.parametrize("seed", [1, 2])
async def test_keys_that_are_used_again_at_random_act_once(
    office: Office, dsn: str, seed: int
) -> None:
    """Again as they were or with other content, refused, hit by a bug, or short of money."""
    chance = random.Random(seed)
    await office.run(give, Give(3_000), SYSTEM)
    calls = []
    for number in range(80):
        operation = chance.choice([take_one, take_many])
        amount = chance.choice([13, 666, 20, 30, 40, 50, 60])
        calls += [(number, operation, amount)] * chance.randint(1, 4)
        if number % 5 == 0:
            calls.append((number, operation, amount + 1))
    chance.shuffle(calls)
    with capture_logs() as lines:
        async with open_office(dsn) as second, open_office(dsn) as third:
            outcomes = await asyncio.gather(
                *(
                    chance.choice([office, second, third]).run(
                        operation, Give(amount), make_person(number % 5 + 1), key=f"k{number}"
                    )
                    for number, operation, amount in calls
                ),
                return_exceptions=True,
            )
    gifts = defaultdict(set)
    for (number, _, amount), outcome in zip(calls, outcomes, strict=True):
        if isinstance(outcome, Gift):
            assert outcome.amount == amount
            gifts[number].add(outcome)
    assert {len(one) for one in gifts.values()} == {1}
    codes = {one.code for one in outcomes if isinstance(one, Failure)}
    assert codes <= {"test.unlucky", "test.insufficient", "answers.key_reused"}
    async with office.pool.acquire() as db:
        balance = (await read_accounts(db, [LIN.account_id]))[LIN.account_id].balance
    assert balance == 3_000 - sum(one.amount for kept in gifts.values() for one in kept)
    assert "DeadlockDetectedError" not in {one.get("reason") for one in lines}


class Name(msgspec.Struct, frozen=True):
    """Write this name down."""

    name: str
    is_looking: bool = True


class Lookers:
    """Lets nobody write before two have looked."""

    def __init__(self) -> None:
        self._count = 0
        self._both = asyncio.Event()

    async def wait(self) -> None:
        """Wait for the other."""
        self._count += 1
        if self._count > 1:
            self._both.set()
        async with asyncio.timeout(5):
            await self._both.wait()


_LOOKERS = Lookers()


@single(permission=Permission.PERSON)
async def write_name(work: Work, command: Name) -> str:
    """Refuse what is there; else write it, when the rival has looked as well."""
    if command.is_looking:
        looking = "select 1 from ledger.pendings where transfer_id = $1"
        if await work.db.fetchval(looking, int(command.name)):
            raise Refusal("test.there")
        await _LOOKERS.wait()
    await work.db.execute(
        "insert into ledger.pendings (transfer_id, book, debit, credit, amount)"
        " values ($1::bigint, $1::bigint, 1, 2, 1)",
        int(command.name),
    )
    return command.name


async def test_who_is_outrun_looks_again(office: Office) -> None:
    """Both had looked and found nothing: one writes, and the other finds it written."""
    outcomes = await asyncio.gather(
        *(office.run(write_name, Name("7"), make_person(one)) for one in (1, 2)),
        return_exceptions=True,
    )
    assert sorted(str(one) for one in outcomes) == ["7", "test.there"]
    # Whoever does not look has a bug, and hears of it.
    blind = Name("99", is_looking=False)
    assert await office.run(write_name, blind, make_person(1)) == "99"
    with pytest.raises(asyncpg.UniqueViolationError):
        await office.run(write_name, blind, make_person(1))
    async with office.pool.acquire() as db:
        await db.execute("delete from ledger.pendings")


async def test_to_open_an_account_that_exists_waits_for_nobody(office: Office) -> None:
    """A rival settles on it; one of another owner under its id is told all the same."""
    stranger = Account(BOOK, 12, 2, AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS)
    async with office.pool.acquire() as rival, office.pool.acquire() as db:
        assert await insert_accounts(db, [LIN]) == []
        async with rival.transaction():
            await rival.execute("update ledger.accounts set flags = flags")
            async with asyncio.timeout(5):
                assert await insert_accounts(db, [LIN, stranger]) == []
        await db.execute("update ledger.accounts set owner = 13 where owner = 12")
        assert await insert_accounts(db, [LIN, stranger]) == [stranger.account_id]
        await db.execute("delete from ledger.accounts")
