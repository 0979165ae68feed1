"""The command line: what each command says, and the code it ends with."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from banyan.base.db import EmbeddedServer
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
        (["migrate", "--database-url", "nonsense"], 3, "database.unreachable"),
        (["restore", "/nowhere/at/all.tar"], 2, "does not exist"),
        (["bench", "nothing"], 3, "bench.unknown"),
    ],
)
def test_what_goes_wrong_has_its_code(arguments: list[str], code: int, says: str) -> None:
    done = run_banyan(*arguments)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr


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
    assert back.returncode == 0, back.stderr


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
    assert "ledger-post" in run_banyan("bench").stdout.split()
