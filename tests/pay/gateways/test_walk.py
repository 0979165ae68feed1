"""Random days of a shop that is paid through a provider: many at once, and in any order."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from banyan.base.errors import Failure
from banyan.commerce.orders import Order, OrderState
from banyan.pay.gateways import (
    Attempt,
    AttemptState,
    Learned,
    Outcome,
    RefundOutcome,
    RefundState,
    Source,
    Way,
)
from tests.kit.commerce_shop import TeaShop
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
from tests.kit.sales import open_busy_shop, pay, place, receipt, refund
from tests.kit.world import World

_rounds, _at_once = 12, 6


@dataclass
class Walk:
    """What happens next, by chance."""

    world: World
    shop: TeaShop
    draw: random.Random
    orders: list[Order] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    """Numbers under which the provider took money in."""

    def choose(self) -> Awaitable[object]:
        """Something that somebody does now."""
        deeds: list[Callable[[], Awaitable[object]]] = [
            self.order,
            self.set_out,
            self.set_out,
            self.hear_paid,
            self.hear_paid,
            self.hear_other,
            self.pay_by_wallet,
            self.refund,
            self.hear_refund,
        ]
        return self.draw.choice(deeds)()

    async def order(self) -> None:
        """Lin orders something."""
        order = await place(
            self.world, "lin", self.shop, {self.shop.oolong: self.draw.choice((1, 2))}
        )
        self.orders.append(order)

    async def set_out(self) -> None:
        """Lin begins to pay through the provider."""
        way = self.draw.choice((Way.CODE, Way.WEB))
        await set_out(self.world, "lin", self.draw.choice(self.orders), way)

    async def hear_paid(self) -> None:
        """The provider tells of a payment, once or again."""
        found = [one for one in await attempts(self.world) if one.state is not AttemptState.REFUSED]
        if found:
            one = self.draw.choice(found)
            self.taken.add(one.out_no)
            source = self.draw.choice(list(Source))
            await hear(self.world, one, paid(one, number=f"42{one.out_no}"), source)

    async def hear_other(self) -> None:
        """The provider tells that nobody paid; as it may have been a while ago."""
        found: list[Attempt] = await attempts(self.world)
        if found:
            outcome = self.draw.choice((Outcome.CLOSED, Outcome.UNPAID, Outcome.UNKNOWN_NUMBER))
            await hear(self.world, self.draw.choice(found), Learned(outcome=outcome))

    async def pay_by_wallet(self) -> None:
        """Lin pays otherwise."""
        await pay(self.world, "lin", self.draw.choice(self.orders))

    async def refund(self) -> None:
        """The shop gives a unit back."""
        await refund(self.world, self.draw.choice(self.orders), {1: 1})

    async def hear_refund(self) -> None:
        """The provider tells what became of a refund."""
        found = await refunds(self.world)
        if found:
            outcome = self.draw.choice(list(RefundOutcome))
            await hear_refund(self.world, self.draw.choice(found), outcome)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_no_order_is_paid_twice_and_no_money_is_lost(world: World, seed: int) -> None:
    shop = await open_busy_shop(world, stock=1_000, money_fen=50_000)
    await open_gateway(world)
    walk = Walk(world, shop, random.Random(seed))
    for _ in range(3):
        await walk.order()
    for _ in range(_rounds):
        deeds = [walk.choose() for _ in range(_at_once)]
        for told in await asyncio.gather(*deeds, return_exceptions=True):
            assert told is None or isinstance(told, Failure), told
        if walk.draw.random() < 0.2:
            await world.advance(timedelta(minutes=walk.draw.choice((1, 16))))
    await world.settle()
    await world.check()
    states = {one.out_no: one.state for one in await attempts(world)}
    came = {no for no, state in states.items() if state in {AttemptState.PAID, AttemptState.STRAY}}
    assert came == walk.taken
    for order in walk.orders:
        seen = await receipt(world, "lin", order)
        own = [one.state for one in await attempts(world) if one.subject_id == int(order.order_id)]
        is_through = seen.payment is not None and seen.payment.method.is_gateway
        assert own.count(AttemptState.PAID) == int(is_through)
        if seen.order.state is OrderState.UNPAID:
            assert AttemptState.STRAY not in own
    back = await refunds(world)
    total = sum(one.amount_fen for one in await attempts(world) if one.out_no in came)
    ended = {RefundState.DONE}
    under_way = {RefundState.ASKED, RefundState.UNDER_WAY, RefundState.NEEDS_MONEY}
    gone = sum(one.amount_fen for one in back if one.state in ended)
    going = sum(one.amount_fen for one in back if one.state in under_way)
    assert await money_at(world) == (total - gone, total - gone - going, going)
