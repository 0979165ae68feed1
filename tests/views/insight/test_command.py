"""`banyan insight`: the reports as tables, CSV and JSON, and the export by hand."""

import asyncio
import csv
import io
import json
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.kit.command import run_banyan
from tests.kit.sales import buy, open_busy_shop
from tests.kit.world import World


async def banyan(world: World, data: Path, *arguments: str) -> CompletedProcess[str]:
    """Run a command of the group on the world's database."""
    url = world.building.settings.database_url.reveal()
    where = ("--data", str(data), "--database-url", url)
    return await asyncio.to_thread(run_banyan, "insight", *arguments, *where)


async def report(world: World, data: Path, name: str, *options: str) -> str:
    """What a report of the world's merchant prints."""
    done = await banyan(world, data, name, "--merchant", f"{world.merchant_id:d}", *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
async def shop(world: World) -> World:
    """A shop that has sold to lin twice."""
    shop = await open_busy_shop(world)
    await buy(world, "lin", shop, {shop.oolong: 1})
    await buy(world, "lin", shop, {shop.oolong: 2})
    await world.settle()
    return world


async def test_a_report_exports_first_and_prints_as_wished(shop: World, tmp_path: Path) -> None:
    told: dict[str, Any] = json.loads(await report(shop, tmp_path, "overview", "--json"))
    (day,) = told["rows"]
    assert (day["orders"], day["revenue_fen"], told["facts_behind"]) == (2, 5400, 0)
    (line,) = csv.DictReader(io.StringIO(await report(shop, tmp_path, "overview", "--csv")))
    assert (line["orders"], line["revenue_fen"]) == ("2", "5400")
    assert (line["on"], "store_id" in line) == (day["on"], False)
    table = await report(shop, tmp_path, "overview", "--by", "store")
    assert "54.00" in table
    assert "100.0 %" in table


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("funnel", "came_back"),
        ("rfm", "name"),
        ("cohorts", "months_since"),
        ("lifetime", "value_30_fen"),
        ("recognised", "share_bp"),
    ],
)
async def test_every_report_has_lines(shop: World, tmp_path: Path, name: str, column: str) -> None:
    lines = list(csv.DictReader(io.StringIO(await report(shop, tmp_path, name, "--csv"))))
    assert lines
    assert column in lines[0]
    assert await report(shop, tmp_path, name)


async def test_days_without_anything(shop: World, tmp_path: Path) -> None:
    days = ("--from", "2020-01-01", "--until", "2020-01-31")
    assert "Nothing" in await report(shop, tmp_path, "overview", *days)
    assert await report(shop, tmp_path, "overview", "--csv", *days) == ""


async def test_export_and_rebuild(shop: World, tmp_path: Path) -> None:
    done = await banyan(shop, tmp_path, "export")
    assert (done.returncode, "facts exported" in done.stderr) == (0, True)
    before = await report(shop, tmp_path, "overview", "--csv")
    done = await banyan(shop, tmp_path, "rebuild")
    assert done.returncode == 0
    assert await report(shop, tmp_path, "overview", "--csv") == before


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["overview", "--merchant", "12"], 1, "merchants.not_found"),
        (["overview", "--merchant", "mine"], 2, "commands.option_unfit"),
        (["overview", "--merchant", "12", "--by", "moon"], 2, "commands.option_unfit"),
        (["overview", "--merchant", "12", "--from", "soon"], 2, "--from"),
        (["overview"], 2, "--merchant"),
    ],
)
async def test_what_is_wrong_is_said(
    shop: World, tmp_path: Path, arguments: list[str], code: int, says: str
) -> None:
    done = await banyan(shop, tmp_path, *arguments)
    assert done.returncode == code
    assert says in done.stderr
