"""Orders paid through Alipay as through WeChat Pay, and through both at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from banyan.base.errors import Failure
from banyan.commerce.orders import OrderState
from banyan.doors.sandbox.faults import FaultKind
from banyan.pay.collect import PaymentMethod
from banyan.pay.gateways import AttemptState, GatewayKind, GatewayState, RefundState, Way
from tests.doors.alipay.test_trades import pay as pay_alipay
from tests.doors.alipay.test_trades import token_of
from tests.kit.gateways import attempts, money_at
from tests.kit.outside_pay import Outside, open_outside
from tests.kit.sales import pay, receipt, refund
from tests.kit.world import World

ALIPAY = GatewayKind.ALIPAY


@pytest_asyncio.fixture
async def outside(world: World) -> AsyncIterator[Outside]:
    """A shop whose buyers may pay through WeChat Pay and Alipay."""
    async with open_outside(world) as opened:
        gateway = await opened.open_alipay()
        assert (gateway.state, gateway.is_on) == (GatewayState.WORKING, True), gateway.why
        yield opened


async def test_an_order_is_paid_and_given_back_through_alipay(
    world: World, outside: Outside
) -> None:
    order = await outside.order(2)
    attempt = await outside.set_out(order, Way.CODE, ALIPAY)
    assert attempt.state is AttemptState.OPEN, attempt.why
    await pay_alipay(world, "wu", token_of(attempt.link))
    await outside.tell()
    seen = await receipt(world, "lin", order)
    assert seen.payment is not None
    assert (seen.order.state, seen.payment.method) == (OrderState.PAID, PaymentMethod.ALIPAY)
    assert (await outside.read(attempt)).learned_from == "notice"
    await refund(world, order, {1: 1})
    await outside.settle()
    (back,) = await outside.refunds()
    half = order.total_fen // 2
    assert (back.state, back.amount_fen) == (RefundState.DONE, half)
    assert await money_at(world, ALIPAY) == (half, half, 0)
    assert await money_at(world) == (0, 0, 0)


async def test_the_poller_hears_of_it_where_no_notice_comes(world: World, outside: Outside) -> None:
    outside.spoil_notice(FaultKind.DROP, 100)
    order = await outside.order()
    attempt = await outside.set_out(order, Way.CODE, ALIPAY)
    await outside.later(6)
    await outside.ask()
    assert (await outside.read(attempt)).state is AttemptState.OPEN
    await pay_alipay(world, "lin", token_of(attempt.link))
    outside.spoil_answer(FaultKind.ERROR, "/gateway.do", "POST", 2)
    await outside.settle(with_notices=False)
    assert (await outside.read(attempt)).learned_from == "asked"
    assert (await receipt(world, "lin", order)).order.state is OrderState.PAID


async def test_both_providers_paid_at_once_leave_one_and_give_back_the_other(
    world: World, outside: Outside
) -> None:
    order = await outside.order()
    ours = await outside.set_out(order, Way.CODE, ALIPAY)
    theirs = await outside.set_out(order, Way.WEB)
    told = await asyncio.gather(
        pay_alipay(world, "wu", token_of(ours.link)),
        outside.market.pay("lin", {"code_url": theirs.link.partition("&redirect_url")[0]}),
        return_exceptions=True,
    )
    assert all(isinstance(one, Failure) for one in told if isinstance(one, BaseException))
    await outside.settle()
    states = sorted(one.state for one in await attempts(world))
    assert states in (
        [AttemptState.PAID, AttemptState.STRAY],
        [AttemptState.CLOSED, AttemptState.PAID],
    )
    assert (await receipt(world, "lin", order)).order.state is OrderState.PAID
    both = [await money_at(world, kind) for kind in GatewayKind]
    assert sorted(both) == [(0, 0, 0), (order.total_fen, order.total_fen, 0)]


async def test_a_code_that_nobody_has_scanned_is_paid_later_and_comes_back(
    world: World, outside: Outside
) -> None:
    order = await outside.order()
    attempt = await outside.set_out(order, Way.CODE, ALIPAY)
    await pay(world, "lin", order)
    await world.settle()
    await outside.ask()
    assert (await outside.read(attempt)).state is AttemptState.CLOSED
    outside.spoil_notice(FaultKind.DROP, 100)
    try:
        await pay_alipay(world, "wu", token_of(attempt.link))
    except Failure:
        # Alipay had it closed already: so much the better.
        return
    for _ in range(6):
        await outside.later(timedelta(minutes=5).total_seconds())
        await outside.ask()
    assert (await outside.read(attempt)).state is AttemptState.STRAY
    await outside.settle()
    assert await money_at(world, ALIPAY) == (0, 0, 0)
