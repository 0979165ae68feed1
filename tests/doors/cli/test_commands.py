"""The command line: what each command says, and the code it ends with."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg
import pytest

from banyan.app.benches import list_questions
from banyan.base.db import EmbeddedServer
from banyan.base.ids import NONE, Id
from banyan.commerce.stores import StoreId
from banyan.doors.cli.report_table import print_table
from banyan.parties.merchants import MerchantId
from banyan.views.insight import LifetimeReport
from banyan.views.insight.types import LifetimeRow
from tests.kit.command import run_banyan, start_banyan
from tests.kit.postgres import fresh_database

COMMANDS = (
    "serve",
    "demo",
    "migrate",
    "invariants",
    "bench",
    "openapi",
    "settings",
    "backup",
    "restore",
)


@pytest.fixture
async def dsn(server: EmbeddedServer) -> AsyncIterator[str]:
    async with fresh_database(server) as dsn:
        yield dsn


def test_help_names_every_command_and_the_exit_codes() -> None:
    done = run_banyan("--help")
    assert done.returncode == 0
    for command in COMMANDS:
        assert f" {command} " in done.stdout
    assert "Exit codes" in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(command: str) -> None:
    done = run_banyan(command, "--help")
    assert done.returncode == 0
    assert "Usage: banyan" in done.stdout
    assert len(done.stdout.splitlines()) > 6


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["nothing"], 2, "No such command"),
        (["serve", "--port", "many"], 2, "--port"),
        (["serve", "--port", "99999"], 2, "settings.invalid"),
        (["serve", "--sandbox", "--host", "0.0.0.0"], 2, "settings.sandbox_needs_token"),
        (["serve", "--sandbox", "--workers", "2"], 2, "settings.sandbox_is_one_worker"),
        (["migrate", "--database-url", "postgresql://127.0.0.1:1/x"], 3, "database.unreachable"),
        (["migrate", "--database-url", "nonsense"], 2, "settings.database_url_malformed"),
        (["migrate", "--data", __file__], 2, "settings.data_not_folder"),
        (["migrate", "--nonsense"], 2, "No such option"),
        (["migrate", "--data", "/proc/nowhere"], 3, "database.folder_unusable"),
        (["restore", "/nowhere/at/all.tar"], 2, "does not exist"),
        (["bench", "nothing"], 2, "bench.unknown"),
        (["openapi", "--output", "/nowhere/at/all.json"], 2, "commands.unwritable"),
        (["insight", "overview"], 2, "--merchant"),
        (["insight", "overview", "--merchant", "1", "--from", "nonsense"], 2, "--from"),
        (["insight", "overview", "--merchant", "abc"], 2, "The option --merchant does not fit"),
        (["insight", "overview", "--merchant", "1", "--by", "x"], 2, "The option --by does not"),
        (["import", "orders", "/nowhere/at/all.csv"], 2, "does not exist"),
    ],
)
def test_what_goes_wrong_has_its_code(arguments: list[str], code: int, says: str) -> None:
    done = run_banyan(*arguments)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert "…" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["invariants"],
        ["backup", "b.tar"],
        ["insight", "overview", "--merchant", "1"],
        ["insight", "export"],
        ["insight", "rebuild"],
        ["figures", "rebuild"],
    ],
)
def test_who_only_looks_makes_no_new_banyan(arguments: list[str], tmp_path: Path) -> None:
    for data in (tmp_path / "slip", tmp_path):
        done = run_banyan(*arguments, "--data", str(data))
        assert done.returncode == 2
        assert f"There is no Banyan in the folder {data}." in done.stderr
    assert list(tmp_path.iterdir()) == []


ROW = "1,TEA,Tea,1,2025-03-01 14:05,18.00,K1,Main"
NEW = ("--owner", "13800000004")


@pytest.mark.parametrize(
    ("arguments", "mapping", "code", "says"),
    [
        ((), "", 2, "importing.owner_missing"),
        (("--owner", "12"), "", 2, "people.phone_malformed"),
        (("--merchant", "abc"), "", 2, "importing.merchant_malformed"),
        (("--merchant", "999"), "", 1, "merchants.not_found"),
        ((*NEW, "--name", "x" * 500), "", 2, "The option --name does not fit"),
        ((*NEW, "--store", "x" * 500), "", 2, "The option --store does not fit"),
        ((*NEW, "--rejects", "/nowhere/at/all.csv"), "", 2, "importing.rejects_unwritable"),
        (
            (*NEW, "--mapping", "nosuch"),
            "",
            2,
            "neither a file nor one of online-retail-ii, simple",
        ),
        (NEW, "[columns", 2, "mapping.malformed"),
        (NEW, "encoding = 'nonsense'", 2, "mapping.unknown_encoding"),
        (NEW, "encoding = 'hex'", 2, "mapping.unknown_encoding"),
        (NEW, "delimiter = 'é'", 2, "mapping.malformed"),
        (NEW, "time_zone = 'Mars/Base'", 2, "mapping.unknown_time_zone"),
        (NEW, "currency = 'XYZ'", 2, "money.unknown_currency"),
    ],
)
def test_an_import_that_is_refused_is_told_in_a_line(
    tmp_path: Path, dsn: str, arguments: tuple[str, ...], mapping: str, code: int, says: str
) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"order,sku,description,quantity,time,unit_price,customer,store\n{ROW}\n")
    if mapping:
        columns = "\n".join(f"{one} = '{one}'" for one in COLUMNS)
        (tmp_path / "m.toml").write_text(f"name = 'old'\n{mapping}\n[columns]\n{columns}\n")
        arguments = (*arguments, "--mapping", str(tmp_path / "m.toml"))
    done = run_banyan("import", "orders", str(file), "--database-url", dsn, *arguments)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    (line,) = done.stderr.splitlines()
    assert says in line
    assert not (tmp_path / "a.csv.rejects.csv").exists()


COLUMNS = ("order", "sku", "quantity", "time", "unit_price")


def test_a_command_of_insight_tells_its_refusal(dsn: str, tmp_path: Path) -> None:
    run_banyan("migrate", "--database-url", dsn)
    where = ("--database-url", dsn, "--data", str(tmp_path))
    done = run_banyan("insight", "overview", "--merchant", "999", *where)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == ["merchants.not_found There is no such merchant."]


def test_what_a_text_does_not_tell_follows_below_it() -> None:
    done = run_banyan("migrate", "--database-url", "postgresql://127.0.0.1:1/x")
    text, why = done.stderr.splitlines()
    assert text.startswith("database.unreachable The database cannot be reached.")
    assert why.startswith("  why: ")


def test_a_setting_that_is_none_is_told() -> None:
    done = start_banyan("migrate", environment={"BANYAN_POTR": "1"})
    assert done.returncode == 2
    assert "potr" in done.stderr


def test_migrate_then_invariants(dsn: str) -> None:
    first = run_banyan("migrate", "--database-url", dsn)
    assert first.returncode == 0
    assert "ledger/0001_create" in first.stdout
    again = run_banyan("migrate", "--database-url", dsn)
    assert again.stdout == "Up to date.\n"
    held = run_banyan("invariants", "--database-url", dsn)
    assert held.returncode == 0, held.stdout + held.stderr
    assert "0 broken." in held.stdout


async def test_a_broken_promise_ends_with_one(dsn: str) -> None:
    run_banyan("migrate", "--database-url", dsn)
    connection = await asyncpg.connect(dsn)
    await connection.execute("update journal.lanes set last_number = 5 where lane = 3")
    await connection.close()
    done = run_banyan("invariants", "--database-url", dsn)
    assert done.returncode == 1
    assert "journal.no_gaps" in done.stdout
    assert "1 broken." in done.stdout


def test_backup_and_restore(dsn: str, tmp_path: Path) -> None:
    archive = str(tmp_path / "b.tar")
    run_banyan("migrate", "--database-url", dsn)
    where = ("--database-url", dsn, "--data", str(tmp_path / "data"))
    done = run_banyan("backup", archive, *where)
    assert done.returncode == 0, done.stderr
    assert archive in done.stdout
    twice = run_banyan("backup", archive, *where)
    assert (twice.returncode, "backup.exists" in twice.stderr) == (1, True)
    back = run_banyan("restore", archive, *where)
    assert (back.returncode, back.stderr) == (0, "")
    assert "insight" in back.stdout
    lost = run_banyan("backup", str(tmp_path / "slip" / "b.tar"), *where)
    assert (lost.returncode, "backup.no_folder" in lost.stderr) == (2, True)
    (tmp_path / "cut.tar").write_bytes(Path(archive).read_bytes()[:9_000])
    cut = run_banyan("restore", str(tmp_path / "cut.tar"), *where)
    assert (cut.returncode, len(cut.stderr.splitlines())) == (2, 1)
    assert "or a damaged one" in cut.stderr


def test_the_openapi_document_goes_to_output_or_file(tmp_path: Path) -> None:
    shown = run_banyan("openapi")
    document = json.loads(shown.stdout)
    assert document["openapi"] == "3.1.0"
    assert "/v1/echo" in document["paths"]
    run_banyan("openapi", "--output", str(tmp_path / "api.json"))
    assert json.loads((tmp_path / "api.json").read_text()) == document


def test_settings_lists_them() -> None:
    done = run_banyan("settings")
    assert "BANYAN_DATABASE_URL" in done.stdout


def test_benchmarks_are_listed() -> None:
    listed = run_banyan("bench").stdout
    for name, asks in list_questions().items():
        assert name in listed.split()
        assert asks.endswith(("?", "."))
        assert " ".join(asks.split()[:4]) in listed


def test_a_day_that_is_none_is_told_without_the_parser_s_words() -> None:
    for day in ("9999-99-99", "nonsense"):
        done = run_banyan("insight", "overview", "--merchant", "1", "--from", day)
        assert done.returncode == 2
        told = " ".join(done.stderr.split())
        assert "is no day such as 2026-01-31." in told
        assert "Value error" not in told
        assert "%Y" not in told


def test_a_report_shows_names_and_the_ids_of_what_has_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [
        LifetimeRow(
            code_id=Id(code),
            channel_id=None,
            month=None,
            buyers=1,
            coupon_cost_fen=0,
            spent_fen=0,
            cost_fen=0,
            cost_per_buyer_fen=0,
            payback_day=None,
            values=[],
        )
        for code in (7, 8, 0)
    ]
    report = LifetimeReport(
        merchant_id=MerchantId(1),
        store_id=StoreId(NONE),
        facts_behind=0,
        currency="CNY",
        from_on=None,
        until_on=date(2026, 1, 31),
        as_of=datetime(2026, 1, 31, tzinfo=UTC),
        rows=rows,
        is_cut=False,
    )
    print_table(report, {7: "大门 Door"})
    shown = capsys.readouterr().out
    firsts = [line.split()[0] for line in shown.splitlines() if line.strip()]
    assert firsts[-3:] == ["大门", "8", "none"]
