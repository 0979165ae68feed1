"""Whatever breaks while people pay, nothing is lost or doubled, and the merchant's books are right.

The server is killed in the middle of it, as by `kill -9`; what a merchant's server is told is
lost, doubled, delayed and forged; the bank is slow, fails, and fails after it has taken the money;
our own answers are lost. CIRCLE_KILLS=n kills n times; the server would take BANYAN_ for a setting.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from banyan.app.benches.crash_server import Server
from banyan.app.settings import Settings
from banyan.base.secret import Secret
from banyan.doors.sandbox.faults import FaultKind, Where
from tests.kit.charges import ask, pay_asked
from tests.kit.china import to_hour
from tests.kit.circle import Books, Circle
from tests.kit.command import free_port
from tests.kit.payouts import give_card, give_merchant_card
from tests.kit.sales import balance
from tests.kit.wechatpay import Market, open_market, open_town_at
from tests.kit.world import SECRET_KEY, World

KILLS = int(os.environ.get("CIRCLE_KILLS", "1"))
CIRCLES = 4
DEEDS = 6
MONEY_FEN = 1_000_000
_wait_s = 90.0

_end_leases = """
with one as (
    update payouts.payouts set due_at = '-infinity' where state = 'accepted' returning payout_id
), two as (
    update notifications.notifications set leased_until = '-infinity'
    where state = 'waiting' returning notification_id
)
select (select count(*) from one) + (select count(*) from two)
"""
_charges = "select out_no, total_fen from charges.charges where paid_at is not null"
_refunds = "select out_refund_no, refund_fen from charges.refunds"
_payouts = "select out_no, amount_fen from payouts.payouts where state = 'paid' and out_no <> ''"
_at_bank = "select count(*), sum(amount_fen)::bigint from payouts.test_bank"


async def break_things(url: str) -> None:
    """Have everything go wrong once or twice that can."""
    wanted = [
        *((Where.CALLBACK, kind) for kind in FaultKind),
        (Where.REPLY, FaultKind.DROP),
        (Where.REPLY, FaultKind.ERROR),
        *((Where.BANK, kind) for kind in FaultKind if kind is not FaultKind.FORGE),
        (Where.RESPONSE, FaultKind.DROP),
        (Where.RESPONSE, FaultKind.ERROR),
    ]
    async with httpx.AsyncClient(base_url=url) as client:
        for where, kind in wanted:
            body = {"where": where.value, "kind": kind.value, "count": 2, "delay_s": 0.2}
            answer = await client.post("/sandbox/faults", json=body)
            assert answer.is_success, answer.text


async def kill_again_and_again(server: Server, url: str, chance: random.Random) -> None:
    """Kill the server, and start it."""
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.2, 1.0))
        await server.kill()
        await server.start()
        await break_things(url)


async def come_to_rest(world: World) -> None:
    """Let days pass for ladders and seconds for leases, until nothing more is to be done."""
    async with asyncio.timeout(_wait_s):
        while True:
            async with world.building.pool.acquire() as db:
                waiting = await db.fetchval(_end_leases)
            if not waiting:
                return
            await world.office.set_clock(world.now + timedelta(minutes=20))
            await asyncio.sleep(0.2)


async def open_circle(market: Market) -> None:
    """Both have bank accounts, and the merchant has what it took yesterday."""
    world = market.world
    await give_merchant_card(world)
    await give_card(world, world.as_person("lin"))
    await pay_asked(world, "lin", await ask(world, "yesterday", 100_000))
    await to_hour(world, 9)


def read_told(told: list[dict[str, Any]]) -> tuple[dict[str, int], dict[str, int]]:
    """What a merchant books by what its server was told: each number once."""
    paid, back = {}, {}
    for one in told:
        said = one["resource"]
        if one["event_type"] == "TRANSACTION.SUCCESS":
            paid[said["out_trade_no"]] = said["amount"]["total"]
        else:
            assert one["event_type"] == "REFUND.SUCCESS"
            back[said["out_refund_no"]] = said["amount"]["refund"]
    return paid, back


@pytest.mark.slow
async def test_the_circle_of_paying_is_killed_again_and_again(world: World, tmp_path: Path) -> None:
    chance = random.Random(20_261_122)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = Settings(
        database_url=Secret(world.building.database.dsn),
        secret_key=SECRET_KEY,
        port=port,
        data=tmp_path,
        sandbox=True,
        callbacks_private=True,
        rate_per_s=0,
        access_log=False,
        pool=8,
    )
    server = Server(settings)
    async with (
        open_town_at(world, url) as town,
        open_market(town, money_fen=MONEY_FEN) as market,
    ):
        await open_circle(market)
        circles = [Circle(market, "lin", f"{it}", chance) for it in range(CIRCLES)]
        try:
            await server.start()
            await break_things(url)
            async with asyncio.TaskGroup() as group:
                group.create_task(kill_again_and_again(server, url, chance))
                for one in circles:
                    group.create_task(one.live(DEEDS * (1 + KILLS)))
            await come_to_rest(world)
        finally:
            await server.stop()
        books = [one.books for one in circles]
        await compare(world, books)
        # What the merchant knows by itself is what it was answered, and what the ledger says.
        paid, back = read_told(market.server.told)
        assert paid == merge(one.paid for one in books)
        assert back == merge(one.back for one in books)
        assert sum(one.asked_again for one in books) > 0
        assert market.server.forged
        assert market.server.hits > len(paid) + len(back)
    await world.settle()
    await world.check()


async def compare(world: World, books: list[Books]) -> None:
    """The database has what was answered, once, and nothing else."""
    async with world.building.pool.acquire() as db:
        charges, refunds, payouts = [
            {row[0]: row[1] for row in await db.fetch(statement)}
            for statement in (_charges, _refunds, _payouts)
        ]
        at_bank = tuple(await db.fetchrow(_at_bank) or ())
    sold = merge(one.paid for one in books)
    back, sent = merge(one.back for one in books), merge(one.sent for one in books)
    drawn_fen = sum(one.drawn_fen for one in books)
    assert charges == {"yesterday": 100_000, **sold}
    assert refunds == back
    assert payouts == sent
    assert at_bank == (2 * len(sent), sum(sent.values()) + drawn_fen)
    left = MONEY_FEN - 100_000 - sum(sold.values()) + sum(back.values()) - drawn_fen
    assert await balance(world, "lin") == left


def merge(parts: Any) -> dict[str, int]:  # noqa: ANN401 - an iterable of dictionaries
    """All of them together; no number is in two."""
    found: Counter[str] = Counter()
    for part in parts:
        assert not found.keys() & part.keys()
        found.update(part)
    return dict(found)
