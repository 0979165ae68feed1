"""Does a server that is killed at any moment lose or double anything that it has answered?"""

from __future__ import annotations

import asyncio
import random
import socket
import statistics
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import asyncpg

from banyan.app.benches.bench import Bench, Figures
from banyan.app.benches.crash_load import Clerk, Client, Kept
from banyan.app.benches.crash_server import Server
from banyan.app.benches.sales import Market, open_market
from banyan.app.build import Building, open_building
from banyan.app.invariants import check_invariants
from banyan.app.settings import Settings
from banyan.base.db import Connection
from banyan.base.errors import Trouble
from banyan.base.secret import Secret
from banyan.books.work import SYSTEM
from banyan.commerce.coupons import CouponKind, CreateCampaign, create_campaign
from banyan.parties.people import EnrolPerson, enrol_person
from banyan.parties.sessions import OpenSession, open_session

_SEED = 20_261_122
_SECRET_KEY = Secret("the key of a server that is killed again and again")
_CALM_WAIT_S = 60.0
_YEAR = timedelta(days=365)

_top_ups = "select top_up_id, amount_fen from wallets.top_ups where person_id = $1"
_orders = """
select order_id, state, total_fen, refunded_fen from orders.orders where person_id = $1
"""
_payments = """
select payment_id, amount_fen, refunded_fen from collect.payments where person_id = $1
"""
_coupons = "select coupon_id from coupons.coupons where member_id = $1"
_balance = """
select credits_posted - debits_posted from ledger.accounts where owner = $1 and code = 101
"""
_spent = "select spent_fen from members.members where person_id = $1"
_behind = """
select count(*) from journal.cursors c
inner join journal.lanes l on l.lane = c.lane where c.last_number < l.last_number
"""


async def run(bench: Bench) -> Figures:
    """Kill the server under load, start it, and compare what it answered with what it has.

    Every third time its PostgreSQL is killed instead, and every fifth time both. `ratio` is the
    share of kills after which nothing was lost, nothing doubled, and every invariant held.
    """
    kills = bench.size(small=3, large=20)
    buyers = bench.size(small=6, large=24)
    with tempfile.TemporaryDirectory(prefix="banyan-crash-") as folder:
        settings = Settings(
            port=_free_port(),
            data=Path(folder) / "data",
            secret_key=_SECRET_KEY,
            rate_per_s=0,
            access_log=False,
        )
        async with open_building(settings) as building:
            market = await open_market(building.office, buyers)
            clerk = await _hire(building, market)
            initial = {
                int(one.person_id): await _read_top_ups(building.pool, one.person_id)
                for one in market.buyers
            }
        server = Server(settings)
        client = Client(settings.host, settings.port, market, clerk, _SEED)
        for person, top_ups in initial.items():
            client.kept[person].top_ups |= top_ups
        try:
            await server.start()
            rounds = _Rounds(bench, server, client, market)
            await rounds.run(kills)
        finally:
            await server.stop()
    return rounds.figures()


class _Rounds:
    """The kills, one after the other, and what each left."""

    def __init__(self, bench: Bench, server: Server, client: Client, market: Market) -> None:
        self._bench = bench
        self._server = server
        self._client = client
        self._market = market
        self._chance = random.Random(_SEED)  # noqa: S311 - the same moments in every run
        self._starts_s: list[float] = []
        self._kills = 0
        self._clean = 0
        self._wrong: list[str] = []

    async def run(self, kills: int) -> None:
        """Kill so many times."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._client.live(one)) for one in self._market.buyers]
            for number in range(1, kills + 1):
                self._client.go_on()
                await asyncio.sleep(self._chance.uniform(0.3, 2.0))
                what = await self._kill(number)
                await self._client.rest()
                wrong = await self._compare()
                self._kills += 1
                self._clean += not wrong
                self._wrong += wrong
                self._bench.report(
                    f"{number}/{kills}: {what} killed; {self._client.answered:,} answers kept,"
                    f" {self._client.asked_again} asked again, {len(self._wrong)} wrong"
                )
            for task in tasks:
                task.cancel()

    async def _kill(self, number: int) -> str:
        """Kill something; return when business goes on."""
        is_both, is_database = number % 5 == 0, number % 3 == 0
        if is_both or is_database:
            await self._server.kill_database()
        if is_database and not is_both:
            # The server itself must notice, and bring its PostgreSQL back.
            await self._server.wait_until_ready()
            return "PostgreSQL"
        await self._server.kill()
        self._starts_s.append(await self._server.start())
        return "both" if is_both else "the server"

    async def _compare(self) -> list[str]:
        """What is not as it was answered; everybody has their answers now."""
        async with open_building(self._server.settings) as building:
            await _wait_until_calm(building.pool)
            broken = await check_invariants(building.pool, building.rooms)
            wrong = [f"invariant {one.name}: {one.rows[:1]}" for one in broken]
            async with building.pool.acquire() as db:
                for buyer in self._market.buyers:
                    kept = self._client.kept[int(buyer.person_id)]
                    found = await _read(db, int(buyer.person_id), int(buyer.member_id))
                    wrong += find_differences(expect(kept), found)
        return wrong

    def figures(self) -> Figures:
        """What was found."""
        return Figures(
            name="crash",
            ours=self._clean,
            yardstick=self._kills,
            unit="kills that left everything as it was answered, of all kills",
            target=1.0,
            details={
                "answers": self._client.answered,
                "asked_again": self._client.asked_again,
                "refused": self._client.refused,
                "wrong": len(self._wrong),
                "first_wrong": "; ".join(self._wrong[:5]),
                "start_median_s": round(statistics.median(self._starts_s), 2),
                "start_max_s": round(max(self._starts_s), 2),
            },
        )


Facts = Mapping[str, object]


def expect(kept: Kept) -> Facts:
    """What the books must say of a buyer, by what they were told."""
    paid = {
        order: (total, back)
        for order, (state, total, back) in kept.orders.items()
        if state in {"paid", "part_refunded", "refunded"}
    }
    spent = sum(total - back for total, back in paid.values())
    return {
        "top-ups": kept.top_ups,
        "orders": kept.orders,
        "payments": paid,
        "coupons": kept.coupons,
        "balance": sum(kept.top_ups.values()) - spent,
        "spent": spent,
    }


def find_differences(expected: Facts, found: Facts) -> list[str]:
    """What was answered and is not so, or is so and was never answered."""
    return [
        f"{name}: answered {expected[name]}, found {found[name]}"[:500]
        for name in expected
        if expected[name] != found[name]
    ]


async def _read(db: Connection, person: int, member: int) -> Facts:
    return {
        "top-ups": {row[0]: row[1] for row in await db.fetch(_top_ups, person)},
        "orders": {row[0]: (row[1], row[2], row[3]) for row in await db.fetch(_orders, person)},
        "payments": {row[0]: (row[1], row[2]) for row in await db.fetch(_payments, person)},
        "coupons": {row[0] for row in await db.fetch(_coupons, member)},
        "balance": await db.fetchval(_balance, person),
        "spent": await db.fetchval(_spent, person),
    }


async def _wait_until_calm(pool: asyncpg.Pool[asyncpg.Record]) -> None:
    """Wait until the server's followers have read everything. Raises Trouble if they do not."""
    deadline = asyncio.get_running_loop().time() + _CALM_WAIT_S
    while asyncio.get_running_loop().time() < deadline:
        async with pool.acquire() as db:
            if not await db.fetchval(_behind):
                return
        await asyncio.sleep(0.1)
    raise Trouble("bench.followers_behind")


async def _read_top_ups(pool: asyncpg.Pool[asyncpg.Record], person: int) -> dict[int, int]:
    async with pool.acquire() as db:
        return {row[0]: row[1] for row in await db.fetch(_top_ups, person)}


async def _hire(building: Building, market: Market) -> Clerk:
    """The owner, signed in, and a campaign of which everybody may take many coupons."""
    owner = await building.office.run(enrol_person, EnrolPerson(phone="+8613600000000"), SYSTEM)
    session = await building.office.run(
        open_session, OpenSession(person_id=owner.person_id, device="bench"), SYSTEM
    )
    campaign = await building.office.run(
        create_campaign,
        CreateCampaign(
            merchant_id=market.merchant_id,
            name="Thank you",
            kind=CouponKind.AMOUNT_OFF,
            amount_off_fen=100,
            budget=1_000_000,
            per_person_limit=1_000,
            valid_until=building.office.clock.now() + _YEAR,
        ),
        SYSTEM,
    )
    return Clerk(session.token, int(campaign.campaign_id))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
