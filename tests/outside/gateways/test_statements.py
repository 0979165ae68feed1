"""Statements of the providers, fetched over loopback and held against what was paid here."""

from __future__ import annotations

import contextlib
import random
from datetime import date, datetime, time, timedelta

from banyan.base.errors import Failure
from banyan.commerce.orders import Order
from banyan.doors.sandbox.faults import FaultKind
from banyan.outside.gateways.statements import StatementFetcher
from banyan.pay.collect import PaymentMethod
from banyan.pay.gateways import (
    AskAgain,
    Attempt,
    AttemptState,
    Gateway,
    GatewayKind,
    RefundState,
    ask_again,
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
from tests.kit.gateways import money_at, refunds
from tests.kit.outside_alipay import AtAlipay, open_at_alipay
from tests.kit.outside_pay import Outside, open_outside
from tests.kit.sales import pay, receipt, refund
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


async def test_alipay_is_paid_given_back_and_compared(world: World) -> None:
    async with open_at_alipay(world) as alipay:
        await world.advance(until_noon(world))
        day = world.now.astimezone(CHINA).date()
        order, attempt = await alipay.buy()
        assert (attempt.state, attempt.learned_from) == (AttemptState.PAID, "notice")
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


async def test_whatever_goes_wrong_at_alipay_the_books_and_its_statement_agree(
    world: World,
) -> None:
    draw = random.Random(4)
    kinds = list(FaultKind)
    answers = [one for one in kinds if one is not FaultKind.FORGE]
    async with open_at_alipay(world) as alipay:
        await alipay.later(until_noon(world).total_seconds())
        day = world.now.astimezone(CHINA).date()
        orders = [await alipay.order() for _ in range(6)]
        for kind in (*answers, *draw.choices(answers, k=12)):
            alipay.spoil_answer(kind)
        for told in (*kinds, *draw.choices(kinds, k=6)):
            alipay.spoil_notice(told)
        for order in orders:
            await _live(alipay, order, draw)
        await alipay.settle()
        paid = [one for one in orders if await _is_paid(world, one)]
        for order in paid[::2]:
            await refund(world, order, {1: 1})
        for _ in range(4):
            await alipay.settle()
        assert {one.state for one in await refunds(world)} <= {RefundState.DONE}
        await alipay.later(until_noon(world).total_seconds())
        assert await alipay.fetcher.run_waiting() >= 1
        await world.settle()
        days = await list_days(world, day)
        there_fen = sum(one.there.paid_fen for one in days)
        assert there_fen >= max(sum(one.total_fen for one in paid), 1)
        for compared in days:
            if compared.statement:
                assert compared.open_count == 0
                assert compared.here == compared.there
        outside_fen, held_fen, returning_fen = await money_at(world, GatewayKind.ALIPAY)
        fee_fen = sum(one.fee_fen for one in days)
        assert (returning_fen, outside_fen - held_fen) == (0, fee_fen)


async def _live(alipay: AtAlipay, order: Order, draw: random.Random) -> None:
    """Let lin do with an order what people do."""
    attempt = await alipay.set_out(order)
    for _ in range(6):
        if attempt.link:
            break
        await alipay.later(draw.choice([6, 20]))
        await alipay.runner.run_waiting()
        attempt = await alipay.read(attempt)
    if attempt.link:
        await alipay.pay_there(attempt)
    if draw.random() < 0.3:
        with contextlib.suppress(Failure):
            await pay(alipay.world, "lin", order)
    await alipay.notifier.tell_waiting()


async def _is_paid(world: World, order: Order) -> bool:
    """Whether an order was paid, and through Alipay."""
    seen = await receipt(world, "lin", order)
    return seen.payment is not None and seen.payment.method is PaymentMethod.ALIPAY
