"""Whatever people, merchants, banks and clocks do: no fen is made or lost, and each is explained.

Hypothesis plays them against a sheet of paper, and finds the shortest game that ends in a quarrel.
BANYAN_MONEY_GAMES=n plays so many games, BANYAN_MONEY_STEPS=n of so many steps.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from typing_extensions import override

from banyan.doors.sandbox.faults import FaultKind
from banyan.reach.redpackets import fill_packet
from tests.kit.money import Owed
from tests.kit.money_fair import Fair
from tests.kit.world import Ground, World, open_world

T = TypeVar("T")

GAMES = int(os.environ.get("BANYAN_MONEY_GAMES", "6"))
STEPS = int(os.environ.get("BANYAN_MONEY_STEPS", "40"))
# Small and odd amounts are where rounding shows, large ones where money runs out.
_amounts = st.one_of(st.integers(1, 300), st.integers(1, 20_000))
_numbers = st.integers(0, 11)
_faults = (None, FaultKind.ERROR, FaultKind.DROP, FaultKind.DUPLICATE)
_deeds = (
    ("sell",) * 5
    + ("ask", "ask_both", "pay", "pay", "refund", "refund", "refund", "refund_rest", "close")
    + ("reverse", "days", "days", "minutes", "withdraw", "withdraw", "bank", "bank", "die")
    + ("vouchers", "vouchers", "voucher", "voucher", "voucher", "withdraw_own")
    + ("share",) * 6
    + ("finish", "bring_back", "bring_back", "gift", "gift", "gift", "grab", "grab", "grab")
    + ("send", "send", "send_many", "confirm", "confirm", "cancel", "days")
)
_people = ("lin", "wu", "mei", "chen")


class Game(RuleBasedStateMachine):
    """One world, one sheet of paper. Steps wait in a thread; the world lives in the test's loop."""

    chance: ClassVar[random.Random] = random.Random(0)
    """Divides red packets, the same way in every game: else no game could be played again."""
    ground: ClassVar[Ground]
    loop: ClassVar[asyncio.AbstractEventLoop]

    def __init__(self) -> None:
        super().__init__()
        self.opening: AbstractAsyncContextManager[World] = open_world(self.ground)
        self.market = Fair(self.wait(self.opening.__aenter__()))
        self.is_begun = False

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """What a coroutine gives."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result()

    @initialize()
    def begin(self) -> None:
        self.chance.seed(0)
        self.wait(self.market.open())
        self.is_begun = True

    # One rule for all that may happen: with a rule each, Hypothesis leaves many out of a game, and
    # of what is bought, given back, settled and withdrawn in turn most games would have one or two.
    @rule(deed=st.sampled_from(_deeds), number=_numbers, fen=_amounts, share=st.integers(1, 100))
    def act(self, deed: str, number: int, fen: int, share: int) -> None:
        self.wait(self._act(deed, number, fen, share))

    async def _act(self, deed: str, number: int, fen: int, share: int) -> None:
        market = self.market
        name, person = ("tea", "rice")[number % 2], ("lin", "lin", "wu")[number % 3]
        charge, kind = _one_of(market.charges, number), _one_of(market.stocks, number)
        match deed:
            case "sell":
                await market.ask(name, fen, is_shared=share % 2 == 1)
                await market.pay(market.charges[-1], person)
            case "ask":
                await market.ask(name, fen, is_shared=share % 2 == 1)
            case "ask_both":
                await market.ask_both((fen, share))
            case "vouchers":
                await market.print_vouchers(share, fen % 50, is_cash=number % 2 == 0)
            case "voucher":
                if kind is not None:
                    await market.send_voucher(kind, person)
            case "pay" | "refund" | "refund_rest" | "share" | "finish" | "close" | "reverse":
                shared = [one for one in market.charges if one.pool] if number % 4 else []
                charge = (deed == "share" and _one_of(shared, number)) or charge
                if charge is not None:
                    await self._go_on(deed, charge, person, share)
            case "gift" | "send" | "send_many" | "grab" | "confirm" | "cancel" | "bring_back":
                await self._give(deed, number, fen, share)
            case _:
                await self._wait(deed, number, fen, share)

    async def _wait(self, deed: str, number: int, fen: int, share: int) -> None:
        market = self.market
        match deed:
            case "days":
                await market.next_days(1 + number % 3)
            case "minutes":
                await market.some_minutes(share % 20)
            case "withdraw":
                await market.withdraw(("tea", "rice")[number % 2], fen)
            case "withdraw_own":
                await market.withdraw_own(("lin", "wu")[number % 2], fen)
            case "bank":
                await market.ask_bank(_faults[number % len(_faults)])
            case _:
                await market.die(after=number % 2 == 0)

    async def _give(self, deed: str, number: int, fen: int, share: int) -> None:
        market = self.market
        name, person = ("tea", "rice")[number % 2], ("lin", "wu")[share % 2]
        gift, sent = _one_of(market.gifts, number), _one_of(market.sent, number)
        portion = _one_of(market.portions, number)
        match deed:
            case "gift":
                sender = ("lin", "tea", "wu", "lin", "rice", "mei")[number % 6]
                await market.send_gift(sender, fen, 1 + share % 4, is_lucky=share % 3 > 0)
            case "send":
                await market.send_money(name, person, fen, is_confirmed=share % 4 > 0)
            case "send_many":
                await market.send_many(name, fen, share)
            case "grab" if gift is not None:
                # Some of them ask twice: of whoever comes at once, one may be the same.
                await market.grab(gift, tuple(_people[(share + it) % 4] for it in range(number)))
            case "confirm" if sent is not None:
                await market.confirm(sent, person)
            case "cancel" if sent is not None:
                await market.cancel(sent)
            case "bring_back" if portion is not None:
                await market.bring_back(portion, max(1, portion.fen * share // 100))

    async def _go_on(self, deed: str, charge: Owed, person: str, share: int) -> None:
        market = self.market
        left = max(1, charge.total - charge.back)
        match deed:
            case "pay":
                await market.pay(charge, person)
            case "refund":
                await market.refund(charge, max(1, charge.total * share // 100), f"{share % 4}")
            case "refund_rest":
                await market.refund(charge, left, f"rest{charge.back}")
            case "share":
                receiver = ("other", "other", "lin", "wu")[share % 4]
                fen = max(1, charge.total * share // 250)
                await market.share(charge, fen, receiver, is_last=share % 5 == 0)
            case "finish":
                await market.share(charge, 1, "", is_last=True)
            case "close":
                await market.close(charge)
            case _:
                await market.reverse(charge)

    @invariant()
    def agrees(self) -> None:
        if self.is_begun:
            self.wait(self.market.check())

    @override
    def teardown(self) -> None:
        try:
            if self.is_begun:
                self.wait(self.market.finish())
                self.wait(self.market.world.check())
        finally:
            self.wait(self.opening.__aexit__(None, None, None))


def _one_of(things: Sequence[T], number: int) -> T | None:
    """One of the latest."""
    return things[-1 - number % len(things)] if things else None


@pytest.mark.slow
async def test_no_fen_is_made_or_lost(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fill_packet, "_draw", Game.chance.randint)
    chosen = settings(
        max_examples=GAMES,
        stateful_step_count=STEPS,
        deadline=None,
        # Each game takes seconds: what the suite plays is the same every time, and not shortened.
        derandomize="BANYAN_MONEY_GAMES" not in os.environ,
        phases=(Phase.generate, Phase.shrink)
        if "BANYAN_MONEY_GAMES" in os.environ
        else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    Game.ground, Game.loop = ground, asyncio.get_running_loop()
    await asyncio.to_thread(run_state_machine_as_test, Game, settings=chosen)
