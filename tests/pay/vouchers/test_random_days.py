"""Random days of vouchers: whatever happens in whatever order, each fen is explained."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from banyan.base.errors import Failure
from banyan.pay.vouchers import Stock
from tests.kit.charges import ask, charge_of, give_back, open_till, pay_asked
from tests.kit.vouchers import add_stock, fill_purse, read_purse, report_on, send
from tests.kit.world import World

_names = ("lin", "wu")
_steps = 60


class Days:
    """A merchant with vouchers, and two people who pay with them or not."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.chance = random.Random(seed)
        self.stocks: list[Stock] = []
        self.paid: list[str] = []
        self.count = 0

    def number(self) -> str:
        """A number that was not used before."""
        self.count += 1
        return f"n{self.count}"

    async def write(self) -> None:
        """Write a stock, and start it if there is the money."""
        worth = self.chance.randint(1, 400)
        wish: dict[str, Any] = {
            "request_no": self.number(),
            "is_cash": self.chance.random() < 0.6,
            "amount_fen": worth,
            "minimum_fen": self.chance.randint(worth + 1, 1_000),
            "max_count": self.chance.randint(1, 6),
            "ends_at": self.world.now + timedelta(days=self.chance.randint(1, 9)),
        }
        self.stocks.append(await add_stock(self.world, **wish))

    async def send(self) -> None:
        """Give somebody a voucher."""
        if self.stocks:
            name = self.chance.choice(_names)
            await send(self.world, self.chance.choice(self.stocks), name, self.number())

    async def pay(self) -> None:
        """Have somebody pay, with whatever voucher is best."""
        number = self.number()
        is_shared = self.chance.random() < 0.3
        asked = await ask(self.world, number, self.chance.randint(1, 1_500), is_shared=is_shared)
        await pay_asked(self.world, self.chance.choice(_names), asked)
        self.paid.append(number)

    async def refund(self) -> None:
        """Give a part of a payment back, or what is left of it."""
        if self.paid:
            number = self.chance.choice(self.paid)
            charge = await charge_of(self.world, number)
            left = charge.total_fen - charge.refunded_fen
            if not left:
                return
            part = left if self.chance.random() < 0.4 else self.chance.randint(1, left)
            await give_back(self.world, number, part, self.number())

    async def wait(self) -> None:
        """Let a day pass."""
        await self.world.advance(timedelta(days=1))

    async def live(self) -> None:
        """Let many things happen."""
        things: list[Callable[[], Awaitable[None]]] = [
            self.write,
            *[self.send] * 4,
            *[self.pay] * 4,
            *[self.refund] * 3,
            self.wait,
        ]
        for _ in range(_steps):
            try:
                await self.chance.choice(things)()
            except Failure:
                continue


@pytest.mark.parametrize("seed", range(3))
async def test_random_days_leave_nothing_unexplained(world: World, seed: int) -> None:
    await open_till(world, *_names)
    await fill_purse(world, 3_000)
    days = Days(world, seed)
    await days.live()
    await world.settle()
    await world.check()
    assert days.stocks
    assert days.paid
    await world.advance(timedelta(days=15))
    for stock in days.stocks:
        counts = (await report_on(world, stock)).counts
        assert (counts.left, counts.held, counts.fund_fen) == (0, 0, 0)
    assert await read_purse(world) >= 0
    await world.check()
