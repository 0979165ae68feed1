"""What a provider says counts once, in whatever order it comes and whoever hears it."""

import asyncio
from datetime import timedelta

import pytest

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.books.actor import SYSTEM
from banyan.commerce.orders import OrderState, TakePayment, take_payments
from banyan.pay.collect import PaymentMethod
from banyan.pay.gateways import (
    AttemptState,
    GatewayKind,
    Learned,
    LearnPayment,
    Outcome,
    RefundOutcome,
    RefundState,
    Source,
    Way,
    learn_payment,
)
from tests.kit.gateways import (
    attempts,
    hear,
    hear_refund,
    money_at,
    open_gateway,
    paid,
    refunds,
    set_out,
)
from tests.kit.sales import balance, open_busy_shop, pay, place, receipt, refund
from tests.kit.world import World


async def test_a_notice_pays_the_order_once_however_often_it_comes(world: World) -> None:
    shop = await open_busy_shop(world)
    await open_gateway(world)
    order = await place(world, "lin", shop, {shop.oolong: 2})
    attempt = await set_out(world, "lin", order)
    since = await world.mark()
    heard = await hear(world, attempt, paid(attempt))
    assert (heard.state, heard.provider_no) == (AttemptState.PAID, "4200000001")
    assert await world.events(since) == ["gateways.paid", "orders.paid"]
    for source in Source:
        assert (await hear(world, attempt, paid(attempt), source)).state is AttemptState.PAID
    assert await world.events(since) == ["gateways.paid", "orders.paid"]
    seen = await receipt(world, "lin", order)
    assert seen.payment is not None
    assert (seen.payment.method, seen.payment.amount_fen) == (
        PaymentMethod.WECHATPAY,
        order.total_fen,
    )
    assert await money_at(world) == (order.total_fen, order.total_fen, 0)
    assert await balance(world, "lin") == 100_000


async def test_news_in_any_order_lead_to_the_same_end(world: World) -> None:
    shop = await open_busy_shop(world)
    await open_gateway(world)
    order = await place(world, "lin", shop, {shop.oolong: 1})
    attempt = await set_out(world, "lin", order)
    closed, unpaid = Learned(outcome=Outcome.CLOSED), Learned(outcome=Outcome.UNPAID)
    assert (await hear(world, attempt, closed)).state is AttemptState.CLOSED
    assert (await hear(world, attempt, unpaid)).state is AttemptState.CLOSED
    assert (await hear(world, attempt, paid(attempt))).state is AttemptState.PAID
    assert (await hear(world, attempt, closed)).state is AttemptState.PAID
    assert (await hear(world, attempt, unpaid)).state is AttemptState.PAID
    assert (await receipt(world, "lin", order)).order.state is OrderState.PAID


async def test_other_money_than_was_asked_for_pays_nothing(world: World) -> None:
    shop = await open_busy_shop(world)
    await open_gateway(world)
    order = await place(world, "lin", shop, {shop.oolong: 1})
    attempt = await set_out(world, "lin", order)
    heard = await hear(world, attempt, paid(attempt, attempt.amount_fen - 1))
    assert (heard.state, heard.why) == (
        AttemptState.DISPUTED,
        f"amount_differs: {attempt.amount_fen - 1}",
    )
    assert (await receipt(world, "lin", order)).order.state is OrderState.UNPAID
    assert await money_at(world) == (0, 0, 0)
    stranger = LearnPayment(
        merchant_id=world.merchant_id,
        out_no="NOBODYASKEDFORTHIS",
        learned=paid(attempt),
        source=Source.NOTICE,
    )
    with pytest.raises(NotFound, match=r"gateways\.not_found"):
        await world.office.run(learn_payment, stranger, SYSTEM)


async def test_what_was_paid_by_wallet_meanwhile_is_given_back_by_itself(world: World) -> None:
    shop = await open_busy_shop(world)
    await open_gateway(world)
    order = await place(world, "lin", shop, {shop.oolong: 1})
    attempt = await set_out(world, "lin", order)
    await pay(world, "lin", order)
    heard = await hear(world, attempt, paid(attempt))
    assert (heard.state, heard.refunded_fen) == (AttemptState.STRAY, order.total_fen)
    (back,) = await refunds(world)
    assert (back.state, back.amount_fen, back.source_id) == (RefundState.ASKED, order.total_fen, 0)
    assert await money_at(world) == (order.total_fen, 0, order.total_fen)
    assert (await hear(world, attempt, paid(attempt))).state is AttemptState.STRAY
    assert len(await refunds(world)) == 1
    await hear_refund(world, back, RefundOutcome.DONE)
    assert await money_at(world) == (0, 0, 0)


async def test_money_that_comes_too_late_is_given_back(world: World) -> None:
    shop = await open_busy_shop(world)
    await open_gateway(world)
    order = await place(world, "lin", shop, {shop.oolong: 1})
    attempt = await set_out(world, "lin", order)
    await world.advance(timedelta(minutes=16))
    assert (await receipt(world, "lin", order)).order.state is OrderState.EXPIRED
    assert (await hear(world, attempt, paid(attempt))).state is AttemptState.STRAY
    assert [one.amount_fen for one in await refunds(world)] == [order.total_fen]


async def test_rivals_pay_an_order_once_and_the_rest_goes_back(world: World) -> None:
    shop = await open_busy_shop(world)
    await open_gateway(world)
    order = await place(world, "lin", shop, {shop.oolong: 1})
    code = await set_out(world, "lin", order, Way.CODE)
    web = await set_out(world, "lin", order, Way.WEB)
    assert code.out_no != web.out_no
    telling = [
        hear(world, one, paid(one, number=number), source)
        for one, number in ((code, "42001"), (web, "42002"))
        for source in (Source.NOTICE, Source.ASKED, Source.STATEMENT, Source.NOTICE)
    ]
    outcomes = await asyncio.gather(*telling, pay(world, "lin", order), return_exceptions=True)
    assert all(not isinstance(one, BaseException) or isinstance(one, Failure) for one in outcomes)
    is_wallet = not isinstance(outcomes[-1], Failure)
    states = sorted(one.state for one in await attempts(world))
    if is_wallet:
        assert states == [AttemptState.STRAY, AttemptState.STRAY]
    else:
        assert states == [AttemptState.PAID, AttemptState.STRAY]
    assert len(await refunds(world)) == (2 if is_wallet else 1)
    assert (await receipt(world, "lin", order)).order.state is OrderState.PAID
    spent = order.total_fen if is_wallet else 0
    assert await balance(world, "lin") == 100_000 - spent


async def test_a_refund_goes_back_the_way_it_came_in_parts(world: World) -> None:
    shop = await open_busy_shop(world)
    await open_gateway(world)
    order = await place(world, "lin", shop, {shop.oolong: 2})
    attempt = await set_out(world, "lin", order)
    await hear(world, attempt, paid(attempt))
    first = await refund(world, order, {1: 1}, reason="cold")
    assert first.method is PaymentMethod.WECHATPAY
    await refund(world, order)
    with pytest.raises(Refusal):
        await refund(world, order)
    one, two = await refunds(world)
    assert (one.source_id, one.reason, one.amount_fen + two.amount_fen) == (
        first.refund_id,
        "cold",
        order.total_fen,
    )
    assert await money_at(world) == (order.total_fen, 0, order.total_fen)
    await hear_refund(world, one, RefundOutcome.UNDER_WAY)
    await hear_refund(world, one, RefundOutcome.DONE)
    await hear_refund(world, one, RefundOutcome.UNDER_WAY)
    await hear_refund(world, two, RefundOutcome.REFUSED, why="too old")
    assert await money_at(world) == (two.amount_fen, two.amount_fen, 0)
    after = await refunds(world)
    assert [(had.state, had.why) for had in after] == [
        (RefundState.DONE, ""),
        (RefundState.REFUSED, "too old"),
    ]


async def test_staff_cannot_say_that_a_provider_was_paid(world: World) -> None:
    shop = await open_busy_shop(world)
    await open_gateway(world)
    order = await place(world, "lin", shop, {shop.oolong: 1})
    command = TakePayment(
        merchant_id=shop.merchant_id, order_id=order.order_id, method=PaymentMethod.ALIPAY
    )
    with pytest.raises(Refusal, match=r"orders\.paid_at_provider"):
        await world.office.run(take_payments, command, world.owner)


async def test_only_open_gateways_take_payments(world: World) -> None:
    shop = await open_busy_shop(world)
    order = await place(world, "lin", shop, {shop.oolong: 1})
    with pytest.raises(Refusal, match=r"gateways\.not_open"):
        await set_out(world, "lin", order)
    await open_gateway(world)
    with pytest.raises(Refusal, match=r"gateways\.not_open"):
        await set_out(world, "lin", order, kind=GatewayKind.ALIPAY)
    attempt = await set_out(world, "lin", order)
    again = await set_out(world, "lin", order)
    assert again.attempt_id == attempt.attempt_id
    await world.person("chen")
    with pytest.raises(NotFound, match=r"orders\.not_found"):
        await set_out(world, "chen", order)
    await world.advance(timedelta(minutes=14))
    with pytest.raises(Refusal, match=r"gateways\.too_late"):
        await set_out(world, "lin", order)
