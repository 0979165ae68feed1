"""Statements of the providers, fetched over loopback and held against what was paid here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from banyan.books.actor import SYSTEM
from banyan.commerce.orders import Order
from banyan.doors.sandbox.faults import FaultKind
from banyan.outside.gateways.alipay import AlipayProvider
from banyan.outside.gateways.runner import GatewayRunner
from banyan.outside.gateways.statements import StatementFetcher
from banyan.pay.gateways import (
    AskAgain,
    Attempt,
    AttemptState,
    Gateway,
    GatewayKind,
    ListGateways,
    Provider,
    ReadAttempt,
    RefundState,
    SetAlipay,
    SwitchGateway,
    ask_again,
    list_gateways,
    read_attempt,
    set_alipay,
    switch_gateway,
)
from banyan.pay.settle import CHINA
from banyan.pay.tallies import Disagreement
from banyan.views.reconcile import (
    ListTallyDays,
    ReadTally,
    TallyDay,
    list_tally_days,
    read_tally,
)
from tests.doors.alipay.test_trades import pay as pay_there
from tests.doors.alipay.test_trades import token_of
from tests.kit.alipay import open_program, program_key
from tests.kit.charges import open_till
from tests.kit.commerce_shop import TeaShop, open_tea_shop
from tests.kit.gateways import money_at, refunds, set_out
from tests.kit.outside_pay import Outside, open_outside
from tests.kit.sales import place, refund
from tests.kit.world import World


async def list_days(world: World, since: date) -> list[TallyDay]:
    """How days compare."""
    query = ListTallyDays(
        merchant_id=world.merchant_id, since=since, until=since + timedelta(days=5)
    )
    return (await world.office.run(list_tally_days, query, world.owner)).items


async def find(world: World, gateway: Gateway, day: date) -> list[tuple[Disagreement, str]]:
    """What differs on a day."""
    query = ReadTally(merchant_id=world.merchant_id, gateway_id=gateway.gateway_id, day=day)
    tally = await world.office.run(read_tally, query, world.owner)
    return [(one.problem, one.out_no) for one in tally.differences]


def until_noon(world: World) -> timedelta:
    """How long until it is noon in China: far from the end of a day."""
    local = world.now.astimezone(CHINA)
    noon = datetime.combine(local.date(), time(12), CHINA)
    return noon - local if noon > local else noon + timedelta(days=1) - local


async def test_what_was_missed_is_found_asked_for_and_given_back(world: World) -> None:
    async with open_outside(world) as outside:
        await world.advance(until_noon(world))
        day = world.now.astimezone(CHINA).date()
        known = await _buy(outside)
        outside.spoil_notice(FaultKind.DROP, 1)
        missed = await _buy(outside)
        fetcher = StatementFetcher(world.office, outside.providers)
        await world.advance(timedelta(hours=23))
        assert await fetcher.run_waiting() == 1
        gateway = await outside.gateway()
        assert await find(world, gateway, day) == [(Disagreement.UNPAID_HERE, missed.out_no)]
        (compared,) = await list_days(world, day)
        assert compared.open_count == 1
        assert compared.there.paid_fen == 2 * compared.here.paid_fen == 2 * known.amount_fen
        command = AskAgain(merchant_id=world.merchant_id, attempt_id=missed.attempt_id)
        await world.office.run(ask_again, command, world.owner)
        outside.clock.offset = world.office.clock.offset
        await outside.ask()
        # The order was over by then: what came for it goes back, which the next statement tells.
        assert (await outside.read(missed)).state is AttemptState.STRAY
        await outside.settle()
        assert [one.state for one in await refunds(world)] == [RefundState.DONE]
        assert await find(world, gateway, day) == []
        await world.advance(timedelta(days=1))
        assert await fetcher.run_waiting() == 1
        for compared in await list_days(world, day):
            assert compared.open_count == 0
            assert compared.here == compared.there
        await world.settle()
        fee_fen = sum(one.fee_fen for one in await list_days(world, day))
        assert (await money_at(world))[1] == known.amount_fen - fee_fen


async def _buy(outside: Outside) -> Attempt:
    attempt = await outside.set_out(await outside.order())
    await outside.pay_there(attempt)
    await outside.tell()
    return await outside.read(attempt)


@dataclass
class AtAlipay:
    """A shop whose buyers may pay through Alipay, for which the door of the same world stands."""

    world: World
    shop: TeaShop
    runner: GatewayRunner
    fetcher: StatementFetcher
    gateway: Gateway

    async def buy(self) -> tuple[Order, Attempt]:
        """Have lin pay an order by Alipay's code, of which the poller hears."""
        world = self.world
        order = await place(world, "lin", self.shop, {self.shop.oolong: 2})
        attempt = await set_out(world, "lin", order, kind=GatewayKind.ALIPAY)
        await self.runner.run_waiting()
        query = ReadAttempt(merchant_id=attempt.merchant_id, attempt_id=attempt.attempt_id)
        attempt = (await world.office.run(read_attempt, query, SYSTEM)).attempt
        assert attempt.state is AttemptState.OPEN, attempt.why
        await pay_there(world, "lin", token_of(attempt.link))
        command = AskAgain(merchant_id=world.merchant_id, attempt_id=attempt.attempt_id)
        await world.office.run(ask_again, command, world.owner)
        await self.runner.run_waiting()
        return order, (await world.office.run(read_attempt, query, SYSTEM)).attempt


@asynccontextmanager
async def open_at_alipay(world: World) -> AsyncIterator[AtAlipay]:
    """Give the keys of a program at our own Alipay door, have them tried, and switch it on."""
    shop = await open_tea_shop(world, stock=100)
    await open_till(world, "lin")
    async with open_program(world) as program:
        providers: dict[GatewayKind, Provider] = {GatewayKind.ALIPAY: AlipayProvider(program.url)}
        runner = GatewayRunner(world.office, providers, program.url)
        merchant_id, kind = world.merchant_id, GatewayKind.ALIPAY
        keys = SetAlipay(
            merchant_id=merchant_id,
            app_id=str(int(program.app.app_id)),
            private_key=program_key()[0],
            alipay_public_key=program.app.public_key,
        )
        await world.office.run(set_alipay, keys, world.owner)
        await runner.run_waiting()
        on = SwitchGateway(merchant_id=merchant_id, kind=kind, is_on=True)
        await world.office.run(switch_gateway, on, world.owner)
        listing = ListGateways(merchant_id=merchant_id)
        (gateway,) = (await world.office.run(list_gateways, listing, SYSTEM)).items
        yield AtAlipay(world, shop, runner, StatementFetcher(world.office, providers), gateway)


async def test_alipay_is_paid_given_back_and_compared(world: World) -> None:
    async with open_at_alipay(world) as alipay:
        await world.advance(until_noon(world))
        day = world.now.astimezone(CHINA).date()
        order, attempt = await alipay.buy()
        assert (attempt.state, attempt.learned_from) == (AttemptState.PAID, "asked")
        await refund(world, order, {1: 1})
        await alipay.runner.run_waiting()
        (back,) = await refunds(world)
        assert (back.state, back.amount_fen) == (RefundState.DONE, order.total_fen // 2)
        await world.advance(timedelta(hours=23))
        assert await alipay.fetcher.run_waiting() == 1
        assert await find(world, alipay.gateway, day) == []
        (compared,) = await list_days(world, day)
        assert compared.here == compared.there
        assert (compared.there.count, compared.there.paid_fen) == (2, order.total_fen)
        assert compared.fee_fen > 0
        held = (await money_at(world, GatewayKind.ALIPAY))[1]
        assert held == order.total_fen // 2 - compared.fee_fen
