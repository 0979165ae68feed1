"""How many lines of order history a second come into the books through the real operations?"""

from __future__ import annotations

import random
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from banyan.app.benches.bench import Bench, Figures
from banyan.app.importing import ImportReport, OrdersFile, Wish, import_orders
from banyan.base.db import connect
from banyan.wire.sheets.mapping import read_mapping

_SEED = 20_261_122
_GOODS = 4_000
_LINES_OF_ORDER = 20
_KNOWN_SHARE = 0.75
_CANCELLED_SHARE = 0.08
_ORDERS_OF_CUSTOMER = 7
_COPIED_AT_ONCE = 8_000
"""Lines in one transaction of the yardstick: as many as one of ours brings."""
_BEGAN = datetime(2024, 1, 1, 9)  # noqa: DTZ001 - the file names no zone, its mapping does

_CREATE = """
create schema plain;
create table plain.orders (
    number text primary key, customer text not null, store text not null, sold_at text not null
);
create table plain.lines (
    row_no bigint primary key, number text not null, sku text not null, quantity bigint not null,
    unit_price text not null
)
"""


async def run(bench: Bench) -> Figures:
    """Import an invented file, beside COPY of the same orders and lines into two plain tables.

    The yardstick keeps no books at all: it is what storing the bare rows durably costs here, in
    transactions of the same size.
    """
    count = bench.size(small=2_000, large=300_000)
    table = invent(count)
    with tempfile.TemporaryDirectory(prefix="banyan-history-") as folder:
        path = Path(folder) / "history.parquet"
        pq.write_table(table, path)
        bench.report(f"{table.num_rows:,} rows invented")
        report = await _import(bench, path)
    bench.report(f"imported at {report.rows_per_s:,} lines/s; now COPY into plain tables")
    copied = await _copy(bench, table)
    return Figures(
        name="import",
        ours=report.rows_per_s,
        yardstick=round(copied, 1),
        unit="lines/s over COPY of the bare rows",
        target=0.04,
        details={
            "lines": report.rows,
            "orders": report.orders,
            "refunds": report.brought.refunds if report.brought else 0,
            "rejected": report.rejected_rows,
            "lines_per_s_target": 15_000,
        },
    )


def invent(count: int) -> pa.Table:
    """About `count` rows as the `simple` mapping reads them, always the same."""
    chance = random.Random(_SEED)  # noqa: S311 - the same file in every run
    prices = [f"{chance.randint(1, 40)}.{chance.randint(0, 99):02}" for _ in range(_GOODS)]
    orders = max(count // _LINES_OF_ORDER, 1)
    customers = max(orders // _ORDERS_OF_CUSTOMER, 1)
    rows: list[tuple[str, str, str, int, datetime, str, str, str]] = []
    at = _BEGAN
    for number in range(1, orders + 1):
        at += timedelta(minutes=chance.randint(1, 25))
        is_known = chance.random() < _KNOWN_SHARE
        customer = f"K{chance.randrange(customers)}" if is_known else ""
        for _ in range(chance.randint(1, 2 * _LINES_OF_ORDER - 1)):
            sku = chance.randrange(_GOODS)
            quantity = chance.randint(1, 24)
            price = prices[sku]
            name = f"Goods {sku}"
            rows.append((f"{number}", f"S{sku}", name, quantity, at, price, customer, "Web"))
        if is_known and chance.random() < _CANCELLED_SHARE:
            _, code, name, quantity, *_, price, _, _ = rows[-1]
            rows.append((f"R-{number}", code, name, -quantity, at, price, customer, "Web"))
    names = (
        "order", "sku", "description", "quantity", "time", "unit_price", "customer", "store",
    )  # fmt: skip
    return pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))


async def _import(bench: Bench, path: Path) -> ImportReport:
    file = OrdersFile(
        path=path,
        mapping=read_mapping("simple"),
        rejects=path.with_name("history.rejects.csv"),
    )
    wish = Wish(merchant="new", owner="+8613800000001", name="Old Shop")
    async with bench.office("import") as office:
        return await import_orders(office, file, wish, lambda *_: None)


async def _copy(bench: Bench, table: pa.Table) -> float:
    """Lines a second of the yardstick; reading the columns is not counted."""
    columns = {name: table.column(name).to_pylist() for name in table.column_names}
    lines = list(
        zip(
            range(table.num_rows),
            columns["order"],
            columns["sku"],
            columns["quantity"],
            columns["unit_price"],
            strict=True,
        )
    )
    sold_at = map(str, columns["time"])
    about = zip(columns["order"], columns["customer"], columns["store"], sold_at, strict=True)
    orders = {one[0]: one for one in about}
    async with bench.database("import-plain") as dsn:
        db = await connect(dsn)
        try:
            await db.execute(_CREATE)
            start = time.perf_counter()
            waiting = list(orders.values())
            parts = range(0, len(lines), _COPIED_AT_ONCE)
            share = -(-len(waiting) // len(parts))
            for step, first in enumerate(parts):
                async with db.transaction():
                    some = waiting[step * share : (step + 1) * share]
                    await db.copy_records_to_table("orders", schema_name="plain", records=some)
                    part = lines[first : first + _COPIED_AT_ONCE]
                    await db.copy_records_to_table("lines", schema_name="plain", records=part)
            return len(lines) / (time.perf_counter() - start)
        finally:
            await db.close()
