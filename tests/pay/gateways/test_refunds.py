"""Where a provider does not give back, the merchant hears of it, and can do something."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.books.actor import SYSTEM
from banyan.pay.gateways import (
    GatewayRefund,
    RefundOutcome,
    RefundState,
    RetryRefund,
    SettleRefundByHand,
    TakeGatewayErrands,
    retry_refund,
    settle_refund_by_hand,
    take_gateway_errands,
)
from banyan.pay.gateways.rules import LEASE
from tests.kit.gateways import hear, hear_refund, money_at, open_gateway, paid, refunds, set_out
from tests.kit.sales import open_busy_shop, place, refund
from tests.kit.world import World


async def give_back(world: World) -> GatewayRefund:
    """A refund of a payment through WeChat Pay, of which nobody has heard yet."""
    shop = await open_busy_shop(world)
    await open_gateway(world)
    order = await place(world, "lin", shop, {shop.oolong: 1})
    attempt = await set_out(world, "lin", order)
    await hear(world, attempt, paid(attempt))
    await refund(world, order)
    (one,) = await refunds(world)
    return one


async def again(world: World, one: GatewayRefund) -> GatewayRefund:
    """Have it tried once more."""
    command = RetryRefund(merchant_id=world.merchant_id, refund_id=one.refund_id)
    return await world.office.run(retry_refund, command, world.owner)


async def by_hand(world: World, one: GatewayRefund, note: str) -> GatewayRefund:
    """Say that it was given back otherwise."""
    command = SettleRefundByHand(merchant_id=world.merchant_id, refund_id=one.refund_id, note=note)
    return await world.office.run(settle_refund_by_hand, command, world.owner)


async def test_what_was_refused_is_asked_for_under_a_new_number(world: World) -> None:
    one = await give_back(world)
    total = one.amount_fen
    await hear_refund(world, one, RefundOutcome.REFUSED, why="too old")
    assert await money_at(world) == (total, total, 0)
    after = await again(world, one)
    assert after.state is RefundState.ASKED
    assert after.out_refund_no != one.out_refund_no
    assert await money_at(world) == (total, 0, total)
    # Of the number before nothing is to be heard any more.
    assert await hear_refund(world, one, RefundOutcome.DONE) is None
    await hear_refund(world, after, RefundOutcome.DONE)
    assert await money_at(world) == (0, 0, 0)
    with pytest.raises(Refusal, match=r"gateways\.refund_over"):
        await again(world, one)


async def test_what_is_stuck_there_may_be_mended_there(world: World) -> None:
    one = await give_back(world)
    total = one.amount_fen
    await hear_refund(world, one, RefundOutcome.STUCK, why="ABNORMAL")
    assert await money_at(world) == (total, total, 0)
    after = await again(world, one)
    assert (after.state, after.out_refund_no) == (RefundState.UNDER_WAY, one.out_refund_no)
    await hear_refund(world, one, RefundOutcome.STUCK)
    await hear_refund(world, one, RefundOutcome.DONE)
    await hear_refund(world, one, RefundOutcome.STUCK)
    assert (await refunds(world))[0].state is RefundState.DONE
    assert await money_at(world) == (0, 0, 0)


async def test_what_was_given_back_by_hand_stays_at_the_provider(world: World) -> None:
    one = await give_back(world)
    with pytest.raises(Refusal, match=r"gateways\.refund_not_refused"):
        await by_hand(world, one, "in cash")
    await hear_refund(world, one, RefundOutcome.NEEDS_MONEY)
    assert (await refunds(world))[0].state is RefundState.NEEDS_MONEY
    await hear_refund(world, one, RefundOutcome.REFUSED)
    with pytest.raises(Invalid, match=r"gateways\.note_missing"):
        await by_hand(world, one, " ")
    after = await by_hand(world, one, "in cash")
    assert (after.state, after.why) == (RefundState.BY_HAND, "in cash")
    assert await money_at(world) == (one.amount_fen, one.amount_fen, 0)


async def test_what_is_tried_again_waits_for_no_clock_of_business(world: World) -> None:
    one = await give_back(world)
    began_at = world.now
    await hear_refund(world, one, RefundOutcome.REFUSED, why="too old")
    await world.advance(timedelta(days=1))
    after = await again(world, one)
    taking = TakeGatewayErrands(at=began_at, until=began_at + LEASE, limit=10)
    (errand,) = (await world.office.run(take_gateway_errands, taking, SYSTEM)).refunds
    assert errand.asked.out_refund_no == after.out_refund_no


async def test_another_amount_than_was_asked_for_moves_nothing(world: World) -> None:
    one = await give_back(world)
    other = msgspec.structs.replace(one, amount_fen=one.amount_fen - 1)
    heard = await hear_refund(world, other, RefundOutcome.DONE)
    assert heard is not None
    assert (heard.state, heard.why) == (
        RefundState.ASKED,
        f"amount_differs: {one.amount_fen - 1}",
    )
    assert await money_at(world) == (one.amount_fen, 0, one.amount_fen)


async def test_nobody_else_sees_or_retries_them(world: World) -> None:
    one = await give_back(world)
    other = await world.merchant("别家", owner="chen")
    command = RetryRefund(merchant_id=other, refund_id=one.refund_id)
    with pytest.raises(NotFound):
        await world.office.run(retry_refund, command, world.as_person("chen"))
    with pytest.raises(Refusal):
        await world.office.run(
            retry_refund,
            RetryRefund(merchant_id=world.merchant_id, refund_id=one.refund_id),
            world.as_person("chen"),
        )
