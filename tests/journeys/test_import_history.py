"""A merchant moves in with a history: the books come to what the file comes to, whatever happens.

On real data (Online Retail II, beside the checkout) a slice is replayed; BANYAN_TEST_HISTORY=all
replays all of it, which takes some minutes.
"""

from __future__ import annotations

import asyncio
import csv
import json
import os
import signal
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from banyan.app.importing import ImportReport, OrdersFile, Wish, import_orders, try_import
from banyan.base.db import EmbeddedServer, connect
from banyan.wire.sheets.mapping import read_mapping
from tests.kit.command import run_banyan
from tests.kit.history import History, invent_history
from tests.kit.postgres import fresh_database
from tests.kit.world import World

PHONE = "13800000004"
REAL = Path(__file__).parents[3] / "shared/data/online_retail_ii/online_retail_ii_combined.parquet"
SLICE = 20_000

needs_real = pytest.mark.skipif(
    not REAL.exists(), reason="Online Retail II is not beside the checkout"
)


def nothing(_phase: str, _done: int, _total: int | None) -> None:
    """Nobody watches."""


def file_of(path: Path, mapping: str = "simple") -> OrdersFile:
    rejects = path.with_name(f"{path.name}.rejects.csv")
    return OrdersFile(path=path, mapping=read_mapping(mapping), rejects=rejects)


async def bring(world: World, file: OrdersFile) -> ImportReport:
    wish = Wish(merchant="new", owner=PHONE, name="Old Shop")
    return await import_orders(world.office, file, wish, nothing)


async def read_books(world: World) -> dict[str, object]:
    """What the tables say, without the import's own."""
    async with world.building.pool.acquire() as db:
        row = await db.fetchrow("""
            select count(*) as orders,
                coalesce(sum(total_fen) filter (where person_id <> 0), 0)::bigint as known_fen,
                coalesce(sum(total_fen) filter (where person_id = 0), 0)::bigint as unknown_fen,
                coalesce(sum(refunded_fen), 0)::bigint as returned_fen,
                count(distinct person_id) filter (where person_id <> 0) as customers,
                coalesce(sum(points_earned - points_back - points_short), 0)::bigint as points
            from orders.orders where paid_at is not null
        """)
        held = await db.fetchval("""
            select coalesce(sum(credits_posted - debits_posted), 0)::bigint
            from ledger.accounts where code = 501
        """)
        till = await db.fetchval("""
            select coalesce(sum(credits_posted - debits_posted), 0)::bigint
            from ledger.accounts where code = 104
        """)
    assert row is not None
    books = dict(row)
    assert held == books.pop("points")
    assert till == books["known_fen"] + books["unknown_fen"] - books["returned_fen"]
    return books


def expected(history: History) -> dict[str, object]:
    known = {who: fen for who, fen in history.sold_fen.items() if who}
    return {
        "orders": sum(history.orders.values()),
        "known_fen": sum(known.values()),
        "unknown_fen": history.sold_fen[""],
        "returned_fen": history.returned_fen,
        "customers": len(known),
    }


async def test_what_is_brought_is_no_news_to_anybody(world: World, tmp_path: Path) -> None:
    history = invent_history(40)
    history.write(tmp_path / "a.csv")
    await bring(world, file_of(tmp_path / "a.csv"))
    await world.settle()
    async with world.building.pool.acquire() as db:
        known = await db.fetchval("select count(*) from orders.orders where person_id <> 0")
        told = await db.fetchval("select count(*) from notices.notices")
    assert known > 0
    assert told == 0


async def test_the_books_come_to_what_the_file_comes_to(world: World, tmp_path: Path) -> None:
    history = invent_history(400)
    history.write(tmp_path / "a.csv")
    report = await bring(world, file_of(tmp_path / "a.csv"))
    assert await read_books(world) == expected(history)
    assert {one.reason: one.rows for one in report.rejected} == history.rejected
    assert report.rows == len(history.rows)
    assert report.rounding == "0.00"
    kinds = Counter(await world.events())
    assert kinds["orders.paid"] == kinds["orders.placed"] == report.orders_new == report.orders
    assert kinds["orders.refunded"] == report.refunds_new
    assert kinds["members.joined"] == len([who for who in history.orders if who])
    await world.settle()
    await world.check()
    async with world.building.pool.acquire() as db:
        spent = await db.fetchval("select sum(spent_fen) from members.members")
        late = await db.fetchval("""
            select count(*) from journal.events
            where kind like 'orders.%' and occurred_at > '2026-01-01'
        """)
    assert spent == expected(history)["known_fen"] - history.returned_fen  # type: ignore[operator]
    assert late == 0, "facts stand at the time when they happened"


async def test_rejected_rows_are_written_as_they_were(world: World, tmp_path: Path) -> None:
    history = invent_history(100)
    history.write(tmp_path / "a.csv")
    await bring(world, file_of(tmp_path / "a.csv"))
    with (tmp_path / "a.csv.rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        heading, *rejects = csv.reader(file)
    assert heading[:4] == ["row", "reason", "order", "sku"]
    assert Counter(row[1] for row in rejects) == history.rejected
    for row in rejects:
        assert tuple(row[2:]) == history.rows[int(row[0]) - 2]


async def test_twice_is_once_and_a_longer_file_goes_on(world: World, tmp_path: Path) -> None:
    history = invent_history(300)
    whole, part = tmp_path / "whole.csv", tmp_path / "part.csv"
    history.write(whole)
    History(rows=history.rows[: len(history.rows) // 2]).write(part)
    first = await bring(world, file_of(part))
    again = await bring(world, file_of(part))
    assert first.orders_new == first.orders == again.orders > again.orders_new == 0
    # The file was cut in the middle of an order: what came of it is not silently made longer.
    rest = await bring(world, file_of(whole))
    cut = {one.reason: one.rows for one in rest.rejected}.get("imports.order_differs", 0)
    assert rest.orders_new == sum(history.orders.values()) - first.orders - bool(cut)
    since = await world.mark()
    assert (await bring(world, file_of(whole))).orders_new == 0
    assert await world.events(since) == []


class Stop(Exception):
    """Somebody pulled the plug."""


async def test_what_is_cut_short_goes_on_where_it_was(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("banyan.app.importing.replay._ORDERS_AT_ONCE", 20)
    history = invent_history(400, seed=2)
    history.write(tmp_path / "a.csv")
    wish = Wish(merchant="new", owner=PHONE, name="Old Shop")
    for after in (200, 700, 1_200):

        def stop(phase: str, done: int, _total: int | None, after: int = after) -> None:
            if phase == "Replaying" and done > after:
                raise Stop

        with pytest.RaisesGroup(Stop):
            await import_orders(world.office, file_of(tmp_path / "a.csv"), wish, stop)
        await world.check()
    report = await bring(world, file_of(tmp_path / "a.csv"))
    assert 0 < report.orders_new < report.orders
    assert await read_books(world) == expected(history)


@pytest.mark.slow
async def test_a_killed_import_goes_on_where_it_was(server: EmbeddedServer, tmp_path: Path) -> None:
    history = invent_history(4_000, seed=3)
    history.write(tmp_path / "a.csv")
    async with fresh_database(server) as dsn:
        arguments = (
            "import", "orders", str(tmp_path / "a.csv"), "--owner", PHONE, "--name", "Old Shop",
            "--database-url", dsn, "--json",
        )  # fmt: skip
        killed_at = await kill_halfway(dsn, arguments)
        done = await asyncio.to_thread(run_banyan, *arguments)
        assert done.returncode == 0, done.stderr
        report = json.loads(done.stdout.splitlines()[-1])
        total = sum(history.orders.values())
        assert report["orders"] == report["brought"]["orders"] == total
        assert 0 < report["orders_new"] <= total - killed_at
        assert report["brought"]["total_fen"] == sum(history.sold_fen.values())
        assert report["brought"]["refunded_fen"] == history.returned_fen
        checked = await asyncio.to_thread(run_banyan, "invariants", "--database-url", dsn)
        assert "0 broken" in checked.stdout


async def kill_halfway(dsn: str, arguments: Sequence[str]) -> int:
    """Run a command as an operator does, and kill it; return how many orders it had brought."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from banyan.app.cli import main; main()",
        *arguments,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        count = await wait_for_orders(dsn)
    finally:
        process.kill()
    assert await process.wait() == -signal.SIGKILL
    return count


async def wait_for_orders(dsn: str) -> int:
    """Wait until the first batch is in the books; return how many orders there are."""
    db = await connect(dsn)
    try:
        for _ in range(1_200):
            if await db.fetchval("select to_regclass('imports.refunds') is not null"):
                count: int = await db.fetchval("select count(*) from imports.orders")
                if count:
                    return count
            await asyncio.sleep(0.05)
    finally:
        await db.close()
    raise AssertionError("no orders come")


def test_a_dry_run_says_the_same_without_any_books(tmp_path: Path) -> None:
    history = invent_history(100)
    history.write(tmp_path / "a.csv")
    report = try_import(file_of(tmp_path / "a.csv"), nothing)
    assert report.orders == sum(history.orders.values())
    assert report.sold == f"{Decimal(sum(history.sold_fen.values())) / 100:.2f}"
    assert {one.reason: one.rows for one in report.rejected} == history.rejected
    assert report.brought is None


def in_pence(amount: Decimal | float) -> int:
    return int((Decimal(str(amount)) * 100).to_integral_value(ROUND_HALF_UP))


def ask(path: Path, question: str) -> list[tuple]:  # type: ignore[type-arg]
    with duckdb.connect() as db:
        return db.execute(question.replace("$file", f"'{path}'")).fetchall()


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Path]:
    """All real rows, or the first ones."""
    if os.environ.get("BANYAN_TEST_HISTORY") == "all":
        yield REAL
        return
    path = tmp_path / "slice.parquet"
    pq.write_table(pq.read_table(REAL).slice(0, SLICE), path)
    yield path


def match_plainly(path: Path) -> Decimal:
    """What cancellations give back, found by the plainest possible search."""
    rows = ask(path, "select invoice, stock, qty, price, cust from $file where cust is not null")
    bought: dict[tuple[object, ...], list[int]] = defaultdict(list)
    returned = Decimal()
    for invoice, sku, quantity, price, customer in rows:
        orders = bought[customer, sku, price]
        if not invoice.startswith("C"):
            if quantity > 0 and price > 0:
                orders.append(quantity)
        elif quantity < 0 and sum(orders) >= -quantity:
            left = -quantity
            returned += left * Decimal(str(price))
            enough = [place for place, units in enumerate(orders) if units >= left]
            for place in enough[-1:] or reversed(range(len(orders))):
                units = min(orders[place], left)
                orders[place] -= units
                left -= units
    return returned


@needs_real
async def test_real_history_to_the_penny(world: World, tmp_path: Path, real: Path) -> None:
    file = OrdersFile(
        path=real, mapping=read_mapping("online-retail-ii"), rejects=tmp_path / "rejects.csv"
    )
    report = await bring(world, file)
    ((rows, amount),) = ask(real, "select count(*), sum(qty * price::decimal(18, 3)) from $file")
    (known, customers, again), (unknown, _, _) = ask(
        real,
        """
        select sum(sold), count(distinct cust), count(distinct cust) filter (orders > 1)
        from (
            select cust, sum(qty * price::decimal(18, 3)) as sold,
                count(distinct invoice) as orders
            from $file
            where not invoice like 'C%' and not invoice like 'A%' and qty > 0 and price > 0
            group by cust
        ) group by cust is null order by cust is null
        """,
    )
    assert (report.rows, Decimal(report.amount)) == (rows, amount)
    books = await read_books(world)
    assert books["known_fen"] == in_pence(known)
    assert books["unknown_fen"] == in_pence(unknown)
    assert books["customers"] == customers
    assert books["returned_fen"] == in_pence(match_plainly(real))
    rejected = sum(Decimal(one.amount) for one in report.rejected)
    sold, returned = Decimal(report.sold), Decimal(report.returned)
    assert sold - returned + rejected - Decimal(report.rounding) == amount
    refused = {one.reason: one.rows for one in report.rejected}
    ((free,),) = ask(
        real,
        "select count(*) from $file where not invoice[1] in ('A', 'C') and qty > 0 and price <= 0",
    )
    assert refused.get("price_not_positive", 0) == free
    async with world.building.pool.acquire() as db:
        twice = await db.fetchval("""
            select count(*) from (
                select from orders.orders where person_id <> 0
                group by person_id having count(*) > 1
            ) as loyal
        """)
    assert twice == again
    if real == REAL:
        assert (rows, books["known_fen"], customers) == (1_044_847, 1_743_153_318, 5_878)
        assert f"{100 * again / customers:.1f}" == "72.4"
