"""WeChat Pay fails in every way that it can: no order is paid twice, and no money is lost."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from banyan.base.errors import Failure
from banyan.books.actor import SYSTEM
from banyan.commerce.orders import Order, OrderState
from banyan.doors.sandbox.faults import FaultKind
from banyan.pay.gateways import (
    LEASE,
    AttemptState,
    GatewayErrands,
    RefundState,
    TakeGatewayErrands,
    Way,
    take_gateway_errands,
)
from tests.kit.gateways import attempts, money_at
from tests.kit.outside_pay import Outside, open_outside
from tests.kit.sales import pay, receipt, refund
from tests.kit.world import World

_orders = "/v3/pay/transactions/native"
_refunds = "/v3/refund/domestic/refunds"


@pytest_asyncio.fixture
async def outside(world: World) -> AsyncIterator[Outside]:
    """A shop whose buyers may pay through WeChat Pay."""
    async with open_outside(world) as opened:
        yield opened


async def test_notices_doubled_late_forged_and_out_of_order_pay_once(
    world: World, outside: Outside
) -> None:
    kinds = [FaultKind.DUPLICATE, FaultKind.FORGE, FaultKind.DELAY, FaultKind.ERROR, FaultKind.DROP]
    orders = [await outside.order() for _ in kinds]
    begun = [await outside.set_out(one) for one in orders]
    for kind in kinds:
        outside.spoil_notice(kind)
    for attempt in reversed(begun):
        await outside.pay_there(attempt)
    await outside.settle()
    assert {one.state for one in await attempts(world)} == {AttemptState.PAID}
    for order in orders:
        seen = await receipt(world, "lin", order)
        assert (seen.order.state, seen.left_fen) == (OrderState.PAID, order.total_fen)
    total = sum(one.total_fen for one in orders)
    assert await money_at(world) == (total, total, 0)


async def test_forged_notices_are_refused_and_teach_nothing(world: World, outside: Outside) -> None:
    order = await outside.order()
    attempt = await outside.set_out(order)
    gateway = await outside.gateway()
    url = outside.market.town.url + gateway.notify_path
    body = f'{{"resource":{{"out_trade_no":"{attempt.out_no}","trade_state":"SUCCESS"}}}}'
    headers = {"wechatpay-signature": "x", "wechatpay-serial": "FFFF", "wechatpay-nonce": "n"}
    platform = next(iter(outside.market.shop.platform.values()))
    async with httpx.AsyncClient() as client:
        for serial in ("", "FFFF", "not hex", platform.serial):
            told = await client.post(
                url, content=body, headers={**headers, "wechatpay-serial": serial}
            )
            assert told.status_code == 401
        assert (await client.post(url, content=b"\xff\xfe", headers=headers)).status_code == 401
        assert (await client.post(url[:-3] + "XXX", content=body)).status_code == 404
        assert (await client.post(url.replace("wechatpay", "nobody"))).status_code == 404
        assert (await client.get(url)).status_code == 405
        assert (await client.post(url, content=b"x" * 100_000)).status_code == 413
    assert (await outside.read(attempt)).state is AttemptState.OPEN
    assert (await receipt(world, "lin", order)).order.state is OrderState.UNPAID


@pytest.mark.parametrize("kind", [FaultKind.ERROR, FaultKind.DROP, FaultKind.DUPLICATE], ids=str)
async def test_a_begin_without_an_answer_is_asked_again_and_paid_once(
    world: World, outside: Outside, kind: FaultKind
) -> None:
    outside.spoil_answer(kind, _orders, "POST")
    order = await outside.order()
    attempt = await outside.set_out(order)
    if kind is not FaultKind.DUPLICATE:
        assert attempt.state is AttemptState.ASKING
        assert attempt.why.startswith("sandbox.fault")
        await outside.later(6)
        await outside.ask()
        attempt = await outside.read(attempt)
    assert attempt.state is AttemptState.OPEN
    await outside.pay_there(attempt)
    await outside.settle()
    assert (await receipt(world, "lin", order)).order.state is OrderState.PAID
    assert await money_at(world) == (order.total_fen, order.total_fen, 0)


async def test_a_provider_that_is_down_never_counts_as_a_no(outside: Outside) -> None:
    outside.spoil_notice(FaultKind.DROP, 100)
    order = await outside.order()
    attempt = await outside.set_out(order)
    await outside.pay_there(attempt)
    path = f"/v3/pay/transactions/out-trade-no/{attempt.out_no}"
    outside.spoil_answer(FaultKind.ERROR, path, "GET", 3)
    for _ in range(3):
        await outside.later(70)
        assert await outside.ask() == 1
        seen = await outside.read(attempt)
        assert seen.state is AttemptState.OPEN
        assert seen.why.startswith("sandbox.fault")
        assert await outside.ask() == 0
    await outside.later(130)
    await outside.ask()
    assert (await outside.read(attempt)).state is AttemptState.PAID


async def test_what_is_paid_at_the_last_moment_while_it_is_closed_counts(
    world: World, outside: Outside
) -> None:
    outside.spoil_notice(FaultKind.DROP, 100)
    order = await outside.order()
    attempt = await outside.set_out(order)
    await pay(world, "lin", order)
    await outside.pay_there(attempt)
    await world.settle()
    await outside.settle()
    seen = await outside.read(attempt)
    assert (seen.state, seen.refunded_fen) == (AttemptState.STRAY, order.total_fen)
    (back,) = await outside.refunds()
    assert back.state is RefundState.DONE
    assert await money_at(world) == (0, 0, 0)


async def test_two_ways_paid_at_once_leave_one_and_give_back_the_other(
    world: World, outside: Outside
) -> None:
    order = await outside.order()
    code = await outside.set_out(order, Way.CODE)
    web = await outside.set_out(order, Way.WEB)
    # Whoever held the code in their hands pays it before it is closed there.
    link = web.link.partition("&redirect_url")[0]
    rivals = (
        outside.pay_there(code),
        outside.market.pay("wu", {"code_url": link}),
        outside.tell(),
        outside.ask(),
        pay(world, "lin", order),
    )
    told = await asyncio.gather(*rivals, return_exceptions=True)
    assert all(isinstance(one, Failure) for one in told if isinstance(one, BaseException))
    await outside.settle()
    assert (await receipt(world, "lin", order)).order.state is OrderState.PAID
    states = [one.state for one in await attempts(world)]
    assert states.count(AttemptState.PAID) <= 1
    kept = order.total_fen if AttemptState.PAID in states else 0
    assert await money_at(world) == (kept, kept, 0)


@pytest.mark.parametrize("kind", [FaultKind.ERROR, FaultKind.DROP, FaultKind.DUPLICATE], ids=str)
async def test_a_refund_without_an_answer_goes_back_once(
    world: World, outside: Outside, kind: FaultKind
) -> None:
    order = await outside.order(2)
    attempt = await outside.set_out(order)
    await outside.pay_there(attempt)
    await outside.tell()
    outside.spoil_answer(kind, _refunds, "POST", 2)
    outside.spoil_notice(FaultKind.DROP, 100)
    await refund(world, order, {1: 1})
    await outside.settle()
    (back,) = await outside.refunds()
    assert back.state is RefundState.DONE
    half = order.total_fen // 2
    assert await money_at(world) == (half, half, 0)


async def test_who_is_killed_between_the_beats_loses_and_doubles_nothing(
    world: World, outside: Outside
) -> None:
    order = await outside.order(2)
    attempt = await outside.set_out(order)
    await outside.pay_there(attempt)
    await outside.later(6)
    await _take_and_die(outside)
    assert await outside.ask() == 0
    await outside.later(LEASE.total_seconds() + 1)
    assert await outside.ask() == 1
    assert (await outside.read(attempt)).state is AttemptState.PAID
    await refund(world, order)
    taken = await _take_and_die(outside)
    # It had asked before it died; the provider has given back, and nobody here knows.
    (errand,) = taken.refunds
    provider = next(iter(outside.providers.values()))
    await asyncio.to_thread(provider.refund, errand.keys, errand.asked)
    await outside.later(LEASE.total_seconds() + 1)
    await outside.settle()
    (back,) = await outside.refunds()
    assert back.state is RefundState.DONE
    assert await money_at(world) == (0, 0, 0)


async def test_whatever_goes_wrong_the_books_end_up_right(world: World, outside: Outside) -> None:
    draw = random.Random(9)
    orders = [await outside.order() for _ in range(8)]
    for _ in range(20):
        kind = draw.choice([one for one in FaultKind if one is not FaultKind.FORGE])
        path = draw.choice([_orders, _refunds])
        outside.spoil_answer(kind, path, "POST")
        outside.spoil_notice(draw.choice(list(FaultKind)))
    for order in orders:
        await _live(outside, order, draw)
    await outside.settle()
    for order in orders[::2]:
        if (await receipt(world, "lin", order)).order.state is OrderState.PAID:
            await refund(world, order)
    for _ in range(4):
        await outside.settle()
    assert {one.state for one in await outside.refunds()} <= {RefundState.DONE}
    kept = 0
    for order in orders:
        seen = await receipt(world, "lin", order)
        is_through = seen.payment is not None and seen.payment.method.is_gateway
        kept += seen.left_fen if is_through else 0
    assert await money_at(world) == (kept, kept, 0)


async def _take_and_die(outside: Outside) -> GatewayErrands:
    now = outside.clock.now()
    taking = TakeGatewayErrands(at=now, until=now + LEASE, limit=10)
    return await outside.world.office.run(take_gateway_errands, taking, SYSTEM)


async def _live(outside: Outside, order: Order, draw: random.Random) -> None:
    """Let lin do with an order what people do."""
    attempt = await outside.set_out(order)
    if attempt.state is not AttemptState.OPEN:
        await outside.later(draw.choice([6, 20]))
        await outside.ask()
        attempt = await outside.read(attempt)
    if attempt.link and draw.random() < 0.8:
        await outside.pay_there(attempt)
    if draw.random() < 0.3:
        with contextlib.suppress(Failure):
            await pay(outside.world, "lin", order)
    await outside.tell()
