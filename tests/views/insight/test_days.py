"""Days as stores live them: over the nights when clocks change, and over spans of any length."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from banyan.commerce.stores import ChangeStore, change_store
from banyan.parties.merchants import ChangeMerchant, change_merchant
from banyan.parties.staff import Role
from banyan.views.insight import (
    REPORTS,
    ReadOverview,
    ReadRecognised,
    TradeBy,
    export_all,
    read_overview,
    read_recognised,
)
from banyan.views.insight.kinds import COLUMNS
from banyan.views.insight.rows import micros
from banyan.views.insight.rules import compute_months, compute_offsets, day_number
from banyan.views.insight.scope import Scope
from tests.kit.sales import buy, open_busy_shop
from tests.kit.world import World
from tests.views.insight.invented import MERCHANT, Row, compute, write_rows

NEW_YORK, LORD_HOWE = "America/New_York", "Australia/Lord_Howe"


def sold_at(*instants: str) -> list[Row]:
    """A paid order of 1.00 at each of these instants of UTC."""
    rows = []
    for number, instant in enumerate(instants, start=1):
        blank: Row = {name: "" if kind == "string" else 0 for name, kind in COLUMNS.items()}
        at = datetime.fromisoformat(instant).replace(tzinfo=UTC)
        fixed: Row = {"lane": 5, "number": number, "kind": "orders.paid", "store_id": 1}
        told: Row = {"at_us": micros(at), "merchant_id": MERCHANT, "amount_fen": 100}
        rows.append(blank | fixed | told)
    return rows


def scope_in(zone: str, year: int) -> Scope:
    """All of a year by this clock."""
    begin, end = date(year, 1, 1), date(year, 12, 31)
    return Scope(
        merchant_id=MERCHANT,
        currency="CNY",
        clock=compute_offsets(zone, begin, end),
        months=compute_months(begin, end),
        today=day_number(end),
    )


def orders_by_day(folder: Path, rows: list[Row], scope: Scope) -> dict[int, int]:
    """How many orders the recognised share counts on each day since 1970."""
    file = folder / "days.parquet"
    write_rows(rows, file)
    told = compute([file], "recognised", scope, (TradeBy.DAY,))
    return {row["day"]: row["orders"] for row in told}


@pytest.mark.parametrize(
    ("zone", "instants", "days"),
    [
        # 9 March 2025 has 23 hours: it begins at 05:00 and ends at 04:00.
        (
            NEW_YORK,
            ["2025-03-09 04:59", "2025-03-09 05:00", "2025-03-10 03:59", "2025-03-10 04:00"],
            {date(2025, 3, 8): 1, date(2025, 3, 9): 2, date(2025, 3, 10): 1},
        ),
        # 2 November 2025 has 25: 01:30 comes twice, and both are this day's.
        (
            NEW_YORK,
            [
                "2025-11-02 03:59",
                "2025-11-02 04:00",
                "2025-11-02 05:30",
                "2025-11-02 06:30",
                "2025-11-03 04:59",
                "2025-11-03 05:00",
            ],
            {date(2025, 11, 1): 1, date(2025, 11, 2): 4, date(2025, 11, 3): 1},
        ),
        # Half an hour is put off on the southern autumn's night.
        (
            LORD_HOWE,
            ["2025-04-05 12:59", "2025-04-05 13:00", "2025-04-06 13:29", "2025-04-06 13:30"],
            {date(2025, 4, 5): 1, date(2025, 4, 6): 2, date(2025, 4, 7): 1},
        ),
    ],
)
def test_a_night_when_clocks_change(
    tmp_path: Path, zone: str, instants: list[str], days: dict[date, int]
) -> None:
    found = orders_by_day(tmp_path, sold_at(*instants), scope_in(zone, 2025))
    assert found == {day_number(day): count for day, count in days.items()}


def test_a_span_ends_with_its_own_last_hour(tmp_path: Path) -> None:
    """One day of 25 hours, asked for alone."""
    day = day_number(date(2025, 11, 2))
    scope = msgspec.structs.replace(scope_in(NEW_YORK, 2025), from_day=day, until_day=day)
    rows = sold_at("2025-11-02 03:59", "2025-11-02 04:00", "2025-11-03 04:59", "2025-11-03 05:00")
    assert orders_by_day(tmp_path, rows, scope) == {day: 2}


@pytest.mark.usefixtures("folder")
async def test_a_store_s_clock_decides_its_day(world: World) -> None:
    shop = await open_busy_shop(world)
    await buy(world, "lin", shop, {shop.oolong: 1})
    await world.settle()
    await export_all(world.office)

    async def day() -> date | None:
        query = ReadOverview(merchant_id=shop.merchant_id, by=(TradeBy.DAY,))
        (row,) = (await world.office.run(read_overview, query, world.owner)).rows
        return row.on

    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        await world.office.run(
            change_store,
            ChangeStore(
                merchant_id=shop.merchant_id,
                store_id=shop.store_id,
                name="总店",
                time_zone=zone,
            ),
            world.owner,
        )
        command = ChangeMerchant(merchant_id=shop.merchant_id, time_zone=zone)
        await world.office.run(change_merchant, command, world.owner)
        async with world.building.pool.acquire() as db:
            sql = "select (paid_at at time zone $1)::date from orders.orders"
            assert await day() == await db.fetchval(sql, zone)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "days",
    [
        {"from_on": date(1970, 1, 2), "until_on": date(2200, 1, 1)},
        {"from_on": date(2200, 1, 1), "until_on": date(2200, 1, 1)},
        {"from_on": date(1970, 1, 2), "until_on": date(1970, 1, 2)},
    ],
)
async def test_a_span_of_any_length_has_an_answer(world: World, days: dict[str, Any]) -> None:
    shop = await open_busy_shop(world)
    await buy(world, "lin", shop, {shop.oolong: 1})
    await world.settle()
    await export_all(world.office)
    analyst = await world.staff("hao", Role.ANALYST)
    for operation in REPORTS:
        query = operation.command_type(merchant_id=shop.merchant_id, **days)
        told = await world.office.run(operation, query, analyst)
        assert (told.from_on, told.until_on) == (days["from_on"], days["until_on"])
    query = ReadRecognised(merchant_id=shop.merchant_id, **days)
    (row,) = (await world.office.run(read_recognised, query, analyst)).rows
    assert row.orders == (days["until_on"] - days["from_on"]).days // 80_000
