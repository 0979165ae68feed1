"""Servers that never answer take so many calls at once and no more: others are told meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from banyan.outside.notifications import Notifier
from banyan.outside.notifications.notifier import MERCHANT_MAX
from banyan.parties.merchants import MerchantId
from banyan.pay.notifications import (
    Protocol,
    Telling,
    TryNotification,
    Written,
    try_notification,
)
from banyan.reach.pushes import Delivered, Letter, Outcome
from tests.kit.world import World


class PlainTeller:
    """Says what is to be said as it is."""

    async def write(self, telling: Telling, at: datetime) -> Written:
        """The notification."""
        del at
        return Written(body=telling.data, media_type="application/json")

    async def describe(self, telling: Telling) -> Mapping[str, Any]:
        """Nothing."""
        del telling
        return {}

    def forget(self) -> None:
        """Nothing is remembered."""

    def is_taken(self, status: int, body: bytes | None) -> bool:
        """Whether it was a 200."""
        del body
        return status == 200


class HangingCourier:
    """Waits at one merchant's server until it is let go, and is answered at once elsewhere."""

    def __init__(self, dead_id: int) -> None:
        self._dead = str(int(dead_id))
        self.let_go = asyncio.Event()
        self.under_way = 0
        self.most = 0
        self.told: Counter[str] = Counter()

    async def carry(self, letter: Letter) -> Delivered:
        """Bring it."""
        merchant = letter.facts["merchant"]
        if merchant == self._dead:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            await self.let_go.wait()
            self.under_way -= 1
        self.told[merchant] += 1
        return Delivered(body=b"", outcome=Outcome.ACKNOWLEDGED, status=200, took_ms=1)


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for it, half a minute at most."""
    async with asyncio.timeout(30):
        while not is_so():  # noqa: ASYNC110 - whatever it waits for rings no bell
            await asyncio.sleep(0.01)


async def test_a_dead_server_holds_up_nobody_else(world: World) -> None:
    dead = await world.merchant()
    healthy = await world.merchant("别家", owner="hao")

    async def have_told(merchant_id: MerchantId, owner: str) -> None:
        command = TryNotification(merchant_id=merchant_id, url="https://tea.example/told")
        await world.office.run(try_notification, command, await world.meet(owner))

    for _ in range(2 * MERCHANT_MAX + 5):
        await have_told(dead, "mei")
    await have_told(healthy, "hao")
    courier = HangingCourier(dead)
    count = 2 * MERCHANT_MAX + 5
    notifier = Notifier(world.office, courier, {Protocol.WECHAT: PlainTeller()})
    async with asyncio.TaskGroup() as group:
        running = group.create_task(notifier.run_forever())
        await until(
            lambda: courier.told[str(int(healthy))] == 1 and courier.under_way == MERCHANT_MAX
        )
        await asyncio.sleep(0.1)
        assert courier.most == MERCHANT_MAX
        assert courier.told == {str(int(healthy)): 1}
        courier.let_go.set()
        await until(lambda: courier.told[str(int(dead))] == count)
        running.cancel()
