"""Notifications lost, doubled, delayed and forged: the merchant's own books end up right."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta

from banyan.base.clock import Clock
from banyan.books.actor import SYSTEM
from banyan.doors.sandbox import Faults
from banyan.doors.sandbox.faults import Fault, FaultId, FaultKind, Where
from banyan.pay.notifications import LADDERS, TakeNotifications, take_notifications
from tests.doors.wechatpay.test_transactions import ask
from tests.kit.charges import funds_of
from tests.kit.wechatpay import open_market, open_town
from tests.kit.world import World

ORDERS = 10


def add_faults(faults: Faults, draw: random.Random) -> None:
    for place in range(ORDERS):
        kind = draw.choice(list(FaultKind))
        where = draw.choice((Where.CALLBACK, Where.CALLBACK, Where.REPLY))
        fault = Fault(
            fault=FaultId(place + 1),
            where=where,
            kind=kind,
            match={},
            count=draw.randint(1, 2),
            delay_s=0.1,
            status=500,
        )
        faults.add(fault)


async def test_a_merchants_books_end_up_right(world: World) -> None:
    faults = Faults()
    async with open_town(world, faults) as town, open_market(town) as market:
        add_faults(faults, random.Random(4))
        for place in range(ORDERS):
            await market.pay("lin", await ask(market, f"order-{place:04d}"))
        for gap in (0, *LADDERS["payment"][:6]):
            await world.advance(timedelta(seconds=gap))
            await town.tell()
        # The merchant books each order once, by its number, whatever comes and however often.
        booked = {one["resource"]["out_trade_no"]: one for one in market.server.told}
        assert sorted(booked) == [f"order-{place:04d}" for place in range(ORDERS)]
        assert market.server.hits > ORDERS
        for number, notice in booked.items():
            seen = await market.shop.call(market.sdk.query, out_trade_no=number)
            assert seen["transaction_id"] == notice["resource"]["transaction_id"]
        assert (await funds_of(world)).unsettled_fen == ORDERS * 994
        await world.check()


async def test_who_is_killed_with_notifications_in_hand_loses_none(world: World) -> None:
    async with open_town(world) as town, open_market(town) as market:
        await market.pay("lin", await ask(market, "order-0001"))
        at = Clock().now()
        taking = TakeNotifications(at=at, until=at + timedelta(seconds=0.5), each_max=10, limit=10)
        taken = await world.office.run(take_notifications, taking, SYSTEM)
        assert len(taken.tellings) == 1
        assert await town.tell() == 0
        await asyncio.sleep(0.6)
        assert await town.tell() == 1
        assert len(market.server.told) == 1
