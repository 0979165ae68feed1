"""Statements are asked for until they are there, once each, and their fees are booked once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import pytest

from banyan.base.errors import Invalid, NotFound
from banyan.base.money import CNY
from banyan.books.actor import SYSTEM
from banyan.books.ledger import EMPTY, read_accounts
from banyan.outside.gateways.statements import StatementFetcher
from banyan.pay.gateways import (
    Attempt,
    Gateway,
    GatewayKind,
    Keys,
    StatementKind,
    StatementLine,
    Unreachable,
    fees_outside_of,
)
from banyan.pay.settle import CHINA
from banyan.pay.tallies import (
    AskStatement,
    FinishStatement,
    GiveStatement,
    StatementErrand,
    StatementState,
    TakeStatements,
    WantStatements,
    ask_statement,
    finish_statement,
    give_statement,
    take_statements,
    want_statements,
)
from banyan.pay.tallies.rules import LEASE, compute_days, decide_unready
from banyan.views.reconcile import ReadTally, Tally, read_tally
from tests.kit.commerce_shop import open_tea_shop
from tests.kit.gateways import hear, money_at, open_gateway, paid, set_out
from tests.kit.sales import place
from tests.kit.world import World


@dataclass
class Scripted:
    """A provider that gives statements as it is told to."""

    lines: list[StatementLine] | None = None
    away: str = ""
    days: list[date] = field(default_factory=list)

    def fetch_statement(self, keys: Keys, day: date) -> Sequence[StatementLine] | None:
        """What the test says."""
        del keys
        self.days.append(day)
        if self.away:
            raise Unreachable(self.away)
        return self.lines


@dataclass
class Paid:
    """A payment of today through a gateway, and who fetches its statement tomorrow."""

    world: World
    gateway: Gateway
    attempt: Attempt
    provider: Scripted
    fetcher: StatementFetcher

    @property
    def day(self) -> date:
        """The day of the payment."""
        assert self.attempt.paid_at is not None
        return self.attempt.paid_at.astimezone(CHINA).date()

    @property
    def line(self) -> StatementLine:
        """What a statement says of it."""
        assert self.attempt.paid_at is not None
        return StatementLine(
            kind=StatementKind.PAYMENT,
            out_no=self.attempt.out_no,
            provider_no=self.attempt.provider_no,
            amount_fen=self.attempt.amount_fen,
            fee_fen=7,
            at=self.attempt.paid_at,
        )

    async def tally(self) -> Tally:
        """How the day compares."""
        query = ReadTally(
            merchant_id=self.world.merchant_id, gateway_id=self.gateway.gateway_id, day=self.day
        )
        return await self.world.office.run(read_tally, query, self.world.owner)

    async def state(self) -> StatementState | None:
        """How far the statement is."""
        day = (await self.tally()).day
        return day.statement.state if day and day.statement else None

    async def give(self, *lines: StatementLine) -> None:
        """Give a file."""
        command = GiveStatement(
            merchant_id=self.world.merchant_id,
            gateway_id=self.gateway.gateway_id,
            day=self.day,
            lines=list(lines),
        )
        await self.world.office.run(give_statement, command, self.world.owner)

    async def fees(self) -> int:
        """What the provider kept, by the ledger."""
        account = fees_outside_of(CNY, GatewayKind.WECHATPAY, self.world.merchant_id).account_id
        async with self.world.building.pool.acquire() as db:
            return (await read_accounts(db, [account])).get(account, EMPTY).balance


@pytest.fixture
async def sale(world: World) -> Paid:
    """An order that was paid through WeChat Pay."""
    shop = await open_tea_shop(world, stock=100)
    gateway = await open_gateway(world)
    await world.person("lin")
    await world.advance(_until(world.now, time(12)))
    order = await place(world, "lin", shop, {shop.oolong: 1})
    attempt = await set_out(world, "lin", order)
    attempt = await hear(world, attempt, paid(attempt))
    provider = Scripted()
    fetcher = StatementFetcher(world.office, {GatewayKind.WECHATPAY: provider})  # type: ignore[dict-item]
    return Paid(world, gateway, attempt, provider, fetcher)


def _until(now: datetime, moment: time) -> timedelta:
    local = now.astimezone(CHINA)
    then = datetime.combine(local.date(), moment, CHINA)
    return then - local if then > local else then + timedelta(days=1) - local


async def test_a_statement_is_fetched_once_it_is_there(world: World, sale: Paid) -> None:
    assert await sale.fetcher.run_waiting() == 0
    await world.advance(timedelta(hours=21, minutes=59))
    assert await sale.fetcher.run_waiting() == 0
    await world.advance(timedelta(minutes=2))
    sale.provider.lines = [sale.line]
    assert await sale.fetcher.run_waiting() == 1
    assert sale.provider.days == [sale.day]
    tally = await sale.tally()
    assert tally.differences == []
    assert tally.day is not None
    assert tally.day.here == tally.day.there
    # It is asked for no more, but the next day's is in its turn.
    assert await sale.fetcher.run_waiting() == 0
    await world.advance(timedelta(days=1))
    sale.provider.lines = []
    assert await sale.fetcher.run_waiting() == 1
    assert sale.provider.days[-1] == sale.day + timedelta(days=1)


async def test_who_gives_no_answer_is_asked_again_and_nothing_is_lost(
    world: World, sale: Paid
) -> None:
    await world.advance(timedelta(days=1))
    sale.provider.away = "HTTP 503"
    assert await sale.fetcher.run_waiting() == 1
    tally = await sale.tally()
    assert tally.day is not None
    assert tally.day.statement is not None
    assert (tally.day.statement.state, tally.day.statement.why) == (
        StatementState.WANTED,
        "HTTP 503",
    )
    assert tally.day.is_asked
    # Without its statement nothing of the day is said to be missing there.
    assert tally.differences == []
    assert await sale.fetcher.run_waiting() == 0
    sale.provider.away, sale.provider.lines = "", []
    await ask(sale)
    assert await sale.fetcher.run_waiting() == 1
    (missing,) = (await sale.tally()).differences
    assert missing.problem == "missing_there"
    # What was had stays, though asking anew is in vain.
    sale.provider.away = "HTTP 500"
    await ask(sale)
    await sale.fetcher.run_waiting()
    assert await sale.state() is StatementState.READY


async def ask(sale: Paid) -> None:
    """Have the statement fetched now."""
    command = AskStatement(
        merchant_id=sale.world.merchant_id, gateway_id=sale.gateway.gateway_id, day=sale.day
    )
    await sale.world.office.run(ask_statement, command, sale.world.owner)


async def test_fees_are_booked_once_and_only_of_what_is_ours(world: World, sale: Paid) -> None:
    await world.advance(timedelta(days=1))
    alien = StatementLine(
        kind=StatementKind.PAYMENT,
        out_no="another-till",
        provider_no="9",
        amount_fen=100,
        fee_fen=50,
        at=sale.line.at,
    )
    held = (await money_at(world))[1]
    for _ in range(2):
        await sale.give(sale.line, alien)
        assert await sale.fees() == 7
        assert (await money_at(world))[1] == held - 7
    (unknown,) = (await sale.tally()).differences
    assert (unknown.problem, unknown.out_no) == ("missing_here", "another-till")
    await sale.give()
    assert await sale.fees() == 0
    assert (await money_at(world))[1] == held


async def test_two_who_fetch_do_not_undo_each_other(world: World, sale: Paid) -> None:
    await world.advance(timedelta(days=1))
    await world.office.run(want_statements, WantStatements(), SYSTEM)
    at = world.now
    first = await _take(world, at)
    assert await _take(world, at) == []
    late = await _take(world, at + LEASE)
    assert [one.tries for one in (*first, *late)] == [1, 2]
    for errand, lines in ((first[0], []), (late[0], [sale.line]), (first[0], [])):
        command = FinishStatement(
            merchant_id=errand.merchant_id,
            gateway_id=errand.gateway_id,
            day=errand.day,
            tries=errand.tries,
            at=at,
            lines=lines,
        )
        await world.office.run(finish_statement, command, SYSTEM)
    assert (await sale.tally()).differences == []


async def test_days_that_are_not_over_and_lines_of_others_are_refused(
    world: World, sale: Paid
) -> None:
    with pytest.raises(Invalid, match="day_not_over"):
        await sale.give()
    with pytest.raises(Invalid, match="day_not_over"):
        await ask(sale)
    await world.advance(timedelta(days=1))
    other = StatementLine(
        kind=StatementKind.PAYMENT,
        out_no="x",
        provider_no="9",
        amount_fen=1,
        at=sale.line.at + timedelta(days=1),
    )
    with pytest.raises(Invalid, match="other_days"):
        await sale.give(other)
    assert await sale.state() is None
    await world.merchant("别家", owner="chen")
    command = AskStatement(
        merchant_id=world.merchant_id, gateway_id=sale.gateway.gateway_id, day=sale.day
    )
    with pytest.raises(NotFound):
        await world.office.run(ask_statement, command, world.as_person("chen"))


async def _take(world: World, at: datetime) -> list[StatementErrand]:
    command = TakeStatements(at=at, until=at + LEASE, limit=10)
    return (await world.office.run(take_statements, command, SYSTEM)).items


def test_days_and_rests() -> None:
    first = datetime(2026, 11, 1, 12, tzinfo=CHINA)
    assert compute_days(first, first) is None
    assert compute_days(first + timedelta(hours=20), first) is None
    ready = datetime(2026, 11, 2, 10, tzinfo=CHINA)
    assert compute_days(ready, first) == (first.date(), first.date())
    midnight = datetime(2026, 11, 1, 0, 2, tzinfo=CHINA)
    assert compute_days(ready, midnight) == (date(2026, 10, 31), date(2026, 11, 1))
    late = compute_days(ready + timedelta(days=300), first)
    assert late is not None
    assert (late[1] - late[0]).days == 13
    day = date(2026, 11, 1)
    for age, is_answer, state in (
        (timedelta(hours=11), True, StatementState.WANTED),
        (timedelta(days=2), True, StatementState.ABSENT),
        (timedelta(days=2), False, StatementState.WANTED),
        (timedelta(days=7), False, StatementState.FAILED),
    ):
        now = datetime(2026, 11, 2, tzinfo=CHINA) + age
        found, rest = decide_unready(day, now, 3, is_answer=is_answer)
        assert found is state
        assert (rest is None) == (state is not StatementState.WANTED)
