"""How many orders a second can be paid over HTTP, each durable when it is answered?"""

import os
from collections.abc import Sequence
from typing import NamedTuple, Self

import msgspec

from banyan.app.benches.bench import Bench, Figures, prepare
from banyan.app.benches.cpu import find_parent, read_cpu_s
from banyan.app.benches.http_load import Load, Plan, render_request, run_load
from banyan.app.benches.sales import Market, open_market, place_for_all
from banyan.app.benches.serving import serving
from banyan.app.build import Building, open_building
from banyan.app.invariants import check_invariants
from banyan.app.settings import Settings
from banyan.base import json
from banyan.base.db import connect
from banyan.base.errors import Trouble
from banyan.base.secret import Secret
from banyan.commerce.orders import Order, PayOrder
from banyan.parties.merchants import MerchantId

_CONNECTIONS = 64
_count_paid = "select count(*) from orders.orders where state = 'paid'"


async def run(bench: Bench) -> Figures:
    """Pay prepared orders by 64 connections of a client process; beside it an empty POST, pgbench.

    Each order is a member's, for one tracked product: money, stock and points move on the ledger.
    Server, PostgreSQL and client share the machine. Afterwards every invariant must hold and every
    answered payment be in the database.
    """
    seconds = bench.size(small=1, large=10)
    people = bench.size(small=20, large=1_000)
    count = bench.size(small=400, large=60_000)
    async with bench.database("pay-http") as dsn:
        await prepare(dsn)
        settings = Settings(database_url=Secret(dsn), pool=8)
        async with open_building(settings) as building:
            market = await open_market(building.office, people)
            bench.report(f"{people:,} members with full wallets; now {count:,} orders")
            orders = await place_for_all(building.office, market, count)
            await _tidy_up(building)
        async with serving(dsn) as (host, port, pid):
            empty = await run_load(_empty_plan(host, port, market, seconds))
            bench.report(f"empty POST: {empty.per_s:,.0f}/s; now paying")
            costs = await _Costs.begin(dsn, pid)
            paid = await run_load(_pay_plan(host, port, market, orders, seconds))
            split = costs.split(paid)
        async with open_building(settings) as building:
            await _prove(building, paid)
    bench.report(f"paid: {paid.per_s:,.0f}/s; now pgbench")
    tps = await bench.pgbench_tps()
    return _figures(paid, empty, tps, split)


class _Costs(NamedTuple):
    """Where the time of a payment goes: the processor's, which no rival for it lengthens much."""

    server: int
    postgres: int
    server_s: float
    postgres_s: float

    @classmethod
    async def begin(cls, dsn: str, server: int) -> Self:
        """Note what both have used so far."""
        control = await connect(dsn)
        try:
            postgres = find_parent(await control.fetchval("select pg_backend_pid()"))
        finally:
            await control.close()
        return cls(server, postgres, read_cpu_s(server), read_cpu_s(postgres))

    def split(self, paid: Load) -> dict[str, float]:
        """Microseconds of a payment by process, and the most that so many could make a second."""
        server_us = (read_cpu_s(self.server) - self.server_s) / paid.sent * 1e6
        postgres_us = (read_cpu_s(self.postgres) - self.postgres_s) / paid.sent * 1e6
        cores = len(os.sched_getaffinity(0))
        both_us = server_us + postgres_us + paid.cpu_us
        return {
            "cores": cores,
            "server_cpu_us": round(server_us, 1),
            "postgres_cpu_us": round(postgres_us, 1),
            "client_cpu_us": paid.cpu_us,
            "payments_per_s_if_no_core_rests": round(cores * 1e6 / both_us, 1),
        }


def _empty_plan(host: str, port: int, market: Market, seconds: float) -> Plan:
    requests = [
        render_request("POST", "/v1/echo", token=buyer.token, body=b"{}") for buyer in market.buyers
    ]
    return Plan(
        host=host,
        port=port,
        connections=_CONNECTIONS,
        seconds=seconds,
        requests=requests,
        is_repeated=True,
    )


def _pay_plan(
    host: str, port: int, market: Market, orders: Sequence[Order], seconds: float
) -> Plan:
    tokens = {int(buyer.member_id): buyer.token for buyer in market.buyers}
    requests = []
    for order in orders:
        command = PayOrder(
            merchant_id=MerchantId(order.merchant_id),
            order_id=order.order_id,
            expected_total_fen=order.total_fen,
        )
        body = msgspec.json.decode(json.encode(command))
        path = f"/v1/orders/{body.pop('order_id')}/pay"
        requests.append(
            render_request(
                "POST",
                path,
                token=tokens[order.member_id],
                body=msgspec.json.encode(body),
                key=f"pay-{int(order.order_id)}",
            )
        )
    return Plan(host=host, port=port, connections=_CONNECTIONS, seconds=seconds, requests=requests)


async def _tidy_up(building: Building) -> None:
    """Leave the server as it is after a while of business, not right after a bulk load."""
    async with building.pool.acquire() as db:
        await db.execute("vacuum analyze")
        await db.execute("checkpoint")


async def _prove(building: Building, paid: Load) -> None:
    """Raise Trouble unless what was answered is what the books say."""
    if set(paid.statuses) != {"200"}:
        raise Trouble("bench.pay_refused", statuses=str(paid.statuses), odd=paid.odd[:1])
    async with building.pool.acquire() as db:
        in_books = await db.fetchval(_count_paid)
    if in_books < paid.answered:
        raise Trouble("bench.pay_lost", answered=paid.answered, in_books=in_books)
    broken = await check_invariants(building.pool, building.rooms)
    if broken:
        raise Trouble("bench.invariants_broken", names=[one.name for one in broken])


def _figures(paid: Load, empty: Load, tps: float, split: dict[str, float]) -> Figures:
    return Figures(
        name="pay-http",
        ours=paid.per_s,
        yardstick=empty.per_s,
        unit="payments/s over empty authenticated POST/s",
        target=0.6,
        details={
            "ratio_pgbench": round(paid.per_s / tps, 3),
            "pgbench_tps": round(tps, 1),
            "payments": paid.answered,
            "p50_ms": paid.p50_ms,
            "p99_ms": paid.p99_ms,
            "empty_p50_ms": empty.p50_ms,
            "connections": _CONNECTIONS,
            **split,
        },
    )
