"""What a merchant held on a morning, from the days that were counted: the ledger tells the same."""

from __future__ import annotations

import asyncio
import random
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from banyan.base.ids import id_before
from banyan.base.money import currency
from banyan.books.ledger import AccountFlag
from banyan.books.timers import Timer
from banyan.books.work import Work
from banyan.pay.settle import CHINA
from banyan.pay.wallets import purse_of, shared_of, unsettled_of, wallet_of
from banyan.views.bills import ROOM
from banyan.views.bills import days_store as store
from banyan.views.bills.count_days import COUNT, count_days

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from banyan.base.db import Connection
    from banyan.books.ledger import Account
    from tests.kit.world import World

DAY = timedelta(days=1)
FIRST = datetime(2026, 11, 1, tzinfo=CHINA)
LATER = 2**62
"""An id that nothing has yet."""
_empty = """
delete from ledger.transfers;
delete from ledger.pendings;
delete from ledger.accounts;
delete from bills.days;
delete from bills.moves;
delete from bills.counted;
"""


class Book:
    """Three merchants in two currencies, and a person: money moves between them at any instant."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.chance = random.Random(4)
        self.holders = [
            [of(money, owner) for of in (purse_of, unsettled_of, shared_of)]
            for money in (currency("CNY"), currency("JPY"))
            for owner in (11, 12, 13)
        ]
        self.late: list[int] = []
        """What was set aside and not posted yet."""

    async def move(self, at: datetime, count: int = 1) -> None:
        """Between any two accounts of a currency, to and from people, some in two steps."""
        aside = []
        async with self.world.office.begin(at=at) as work:
            for _ in range(count):
                debit, credit = self._draw()
                work.open_account(debit)
                work.open_account(credit)
                fen = self.chance.randint(1, 500)
                is_pending = self.chance.random() < 0.2
                if self.late and self.chance.random() < 0.5:
                    work.post(self.late.pop(), code=2, cause=0)
                moved = work.move(
                    book=debit.book,
                    debit=debit.account_id,
                    credit=credit.account_id,
                    amount=fen,
                    code=1,
                    cause=0,
                    is_pending=is_pending,
                )
                if is_pending:
                    aside.append(moved)
        self.late += aside

    def _draw(self) -> tuple[Account, Account]:
        """Accounts that may be overdrawn here: what is counted is not who may pay."""
        money = currency(self.chance.choice(["CNY", "JPY"]))
        held = [one for own in self.holders for one in own if one.book == money.number]
        debit, credit = self.chance.sample([*held, wallet_of(money, 21)], 2)
        return _lent(debit), _lent(credit)

    async def compare(self, db: Connection) -> None:
        """Some mornings, by days and by the ledger alone; of all of a merchant and of its purse."""
        mornings = [FIRST + DAY * n for n in (-1, 14, *self.chance.sample(range(14), 4))]
        for own in self.holders:
            ids = [int(one.account_id) for one in own]
            for accounts in (ids, ids[:1]):
                for morning in mornings:
                    row = await db.fetchrow(store.READ_HELD, accounts, morning)
                    slow = await db.fetchval(store.READ_HELD_SLOWLY, accounts, morning)
                    assert row is not None
                    assert (row["held_fen"], row["is_whole"]) == (slow, True), morning
                    some = (accounts, morning, morning + DAY * self.chance.randint(1, 9), 10_000)
                    fast = await db.fetchval(store.LIST_MOVED, *some) or []
                    slow = await db.fetchval(store.LIST_MOVED_SLOWLY, *some) or []
                    assert sorted(fast) == sorted(slow), morning
        for promise in ROOM.invariants:
            assert not await db.fetch(promise.sql)


def _lent(account: Account) -> Account:
    return msgspec.structs.replace(account, flags=AccountFlag.NONE)


@pytest.fixture
async def book(world: World) -> AsyncIterator[Book]:
    """Afterwards nothing of it is left: no room tells why it moved."""
    yield Book(world)
    async with world.building.pool.acquire() as db:
        await db.execute(_empty)
    world.office.forget()


async def test_random_days_with_a_clock_that_goes_back(book: Book) -> None:
    async with book.world.building.pool.acquire() as db:
        for round_ in range(60):
            await book.move(FIRST + DAY * 13 * book.chance.random(), book.chance.randint(1, 6))
            if round_ % 4 == 0:
                async with db.transaction():
                    await store.count_moves(db, LATER, book.chance.choice([3, 20, 1_000]))
                    await store.check_moves(db, LATER, book.chance.choice([3, 20, 1_000]))
            if round_ % 30 == 29:
                await book.compare(db)
        while await store.count_moves(db, LATER, 50):
            pass
        await book.compare(db)


async def test_two_count_while_others_write(book: Book) -> None:
    world = book.world

    async def count(before: int) -> int:
        done = 0
        while True:
            async with world.office.begin() as work:
                step = await store.count_moves(work.db, before, 7)
            if not step:
                return done
            done += step

    written = counted = 0
    for day in range(5):
        before = world.office.ids.next()
        writing = [book.move(FIRST + DAY * day, 5) for _ in range(4)]
        _, *done = await asyncio.gather(asyncio.gather(*writing), count(before), count(before))
        counted += sum(done)
        async with world.building.pool.acquire() as db:
            await book.compare(db)
            written = await db.fetchval("select count(*) from ledger.transfers")
    assert counted + await count(LATER) == written


def _lend(work: Work, bank: Account, own: Account, transfer_id: int) -> None:
    work.open_account(own)
    work.open_account(_lent(bank))
    work.move(
        book=own.book,
        debit=bank.account_id,
        credit=own.account_id,
        amount=5,
        code=1,
        cause=0,
        transfer_id=transfer_id,
    )


async def test_counting_waits_until_all_have_committed_and_a_killed_step_leaves_nothing(
    book: Book,
) -> None:
    world = book.world
    timer = Timer(kind=COUNT, subject=0, due_at=FIRST, data=b"", attempts=0)
    own = book.holders[0][0]
    bank = wallet_of(currency("CNY"), 21)
    hour_ago = id_before(world.office.ids.next(), timedelta(hours=1))
    async with world.office.begin(at=FIRST) as work:
        for transfer_id in (hour_ago, work.ids.next()):
            _lend(work, bank, own, transfer_id)
    async with world.building.pool.acquire() as db:
        step = db.transaction()
        await step.start()
        assert await store.count_moves(db, LATER, 10) == 2
        await step.rollback()
        assert not await db.fetchval("select count(*) from bills.days")
        for _ in range(2):
            async with world.office.begin() as work:
                await count_days(work, timer)
            days = await db.fetch("select day::text, debits_fen, credits_fen from bills.days")
            assert [tuple(one) for one in days] == [("2026-11-01", 0, 5)]
            assert await db.fetchval("select transfer_id from bills.counted") == hour_ago
        assert await store.read_held(db, [int(own.account_id)], FIRST + DAY) == 10
        await db.execute("delete from timers.timers where kind = $1", COUNT)


async def test_who_commits_very_late_is_in_every_bill_and_added_when_looked_at_again(
    book: Book,
) -> None:
    world = book.world
    own, ids = book.holders[0], [int(one.account_id) for one in book.holders[0]]
    async with world.building.pool.acquire() as db:
        await book.move(FIRST, 40)
        async with world.office.begin(at=FIRST) as late:
            late.open_account(_lent(own[0]))
            late.open_account(_lent(own[1]))
            late.open_account(_lent(book.holders[1][0]))
            for credit in (own[1], book.holders[1][0]):
                late.move(
                    book=own[0].book,
                    debit=own[0].account_id,
                    credit=credit.account_id,
                    amount=7,
                    code=1,
                    cause=0,
                )
            await book.move(FIRST + DAY, 3)
            while await store.count_moves(db, LATER, 10):
                pass
        # The late one's ids lie behind what was counted.
        slow = await db.fetchval(store.READ_HELD_SLOWLY, ids, FIRST + DAY)
        counted = await db.fetchrow(store.READ_HELD, ids, FIRST + DAY)
        assert counted is not None
        assert not counted["is_whole"]
        assert await store.read_held(db, ids, FIRST + DAY) == slow
        moved = await db.fetchval(store.LIST_MOVED_SLOWLY, ids, FIRST, FIRST + DAY, 100)
        assert sorted(await store.list_moved(db, ids, FIRST, FIRST + DAY)) == sorted(moved)
        held = await db.fetchval(store.READ_HELD_SLOWLY, ids, FIRST)
        told, listed = await store.read_moved(db, ids, FIRST, FIRST + DAY)
        assert (told, sorted(listed)) == (held, sorted(moved))
        assert not any([await db.fetch(promise.sql) for promise in ROOM.invariants])
        while await store.check_moves(db, LATER, 10):
            pass
        await book.compare(db)


async def test_what_a_machine_commits_after_days_of_sleep_is_added_all_the_same(
    book: Book,
) -> None:
    world = book.world
    timer = Timer(kind=COUNT, subject=0, due_at=FIRST, data=b"", attempts=0)
    own, bank = book.holders[0][0], wallet_of(currency("CNY"), 21)
    ids = [int(own.account_id)]
    start = world.office.ids.next()

    async def move(ago: timedelta) -> None:
        async with world.office.begin(at=FIRST) as work:
            _lend(work, bank, own, id_before(start, ago))

    async def count() -> None:
        async with world.office.begin() as work:
            await count_days(work, timer)

    async with world.building.pool.acquire() as db:
        await move(9 * DAY)
        await count()
        # It falls asleep before the second is committed, and others had written the third; all
        # wakes up, and is counted before the second is there.
        await move(7 * DAY)
        await count()
        await move(8 * DAY)
        assert not any([await db.fetch(promise.sql) for promise in ROOM.invariants])
        assert await store.read_held(db, ids, FIRST + DAY) == 15
        await count()
        row = await db.fetchrow(store.READ_HELD, ids, FIRST + DAY)
        assert row is not None
        assert (row["held_fen"], row["is_whole"]) == (15, True)
        assert not any([await db.fetch(promise.sql) for promise in ROOM.invariants])
        await db.execute("delete from timers.timers where kind = $1", COUNT)


async def test_what_was_spoilt_is_seen_and_counted_anew(book: Book) -> None:
    world = book.world
    ids = [int(one.account_id) for one in book.holders[0]]
    async with world.building.pool.acquire() as db:
        await book.move(FIRST, 40)
        await store.count_moves(db, LATER, 1_000)
        await store.check_moves(db, LATER, 1_000)
        await db.execute(
            "update bills.days set credits_fen = credits_fen - 1; delete from bills.moves"
        )
        slow = await db.fetchval(store.READ_HELD_SLOWLY, ids, FIRST + DAY)
        assert await store.read_held(db, ids, FIRST + DAY) == slow
        assert all([await db.fetch(promise.sql) for promise in ROOM.invariants])
        await db.execute("delete from bills.days; delete from bills.counted")
        await store.count_moves(db, LATER, 1_000)
        await book.compare(db)
