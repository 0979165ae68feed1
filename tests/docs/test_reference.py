"""The reference is what the code says, and leaves nothing out."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from banyan.app.benches import BENCHES
from banyan.app.cli import App
from banyan.app.registry import ROOMS
from banyan.app.settings import Settings
from banyan.books.journal import Event
from banyan.books.work import Permission
from banyan.doors.api import ROUTES
from banyan.doors.cli import build_commands
from banyan.doors.http.texts import read_texts
from banyan.doors.pages.tables import ROUTES as PAGE_ROUTES
from banyan.doors.sandbox.faults import FaultKind, Where
from banyan.doors.sandbox.table import ROUTES as SANDBOX_ROUTES
from banyan.doors.wechat import ENDPOINTS
from banyan.parties.staff import Role
from tests.kit.world import World

ROOT = Path(__file__).resolve().parents[2]
ALL_COLUMNS = """
select table_schema || '.' || table_name as name, column_name
from information_schema.columns
where table_schema = any($1)
order by name, ordinal_position
"""


@cache
def read(name: str) -> str:
    return (ROOT / "docs" / "reference" / f"{name}.md").read_text()


def find_events() -> list[str]:
    found = list(Event.__subclasses__())
    for one in found:
        found += one.__subclasses__()
    ours = [one for one in found if one.__module__.startswith("banyan.")]
    return [tag for one in ours if (tag := str(one.__struct_config__.tag)) != one.__name__]


def list_names() -> dict[str, list[str]]:
    """What each page must name, found without the tool that writes it."""
    commands = [one.name for one in build_commands(App()).registered_commands]
    callbacks = [one.callback for one in build_commands(App()).registered_commands]
    named = [
        name or callback.__name__.strip("_").replace("_", "-")
        for name, callback in zip(commands, callbacks, strict=True)
        if callback is not None
    ]
    operations = [one for room in ROOMS for one in room.operations]
    return {
        "operations": [f"## {one.name}\n" for one in operations],
        "events": [f"## {one}\n" for one in find_events()],
        "invariants": [f"`{one.name}`" for room in ROOMS for one in room.invariants],
        "failures": [f"`{code}`" for code in read_texts()],
        "settings": [f"`BANYAN_{name.upper()}`" for name in Settings.__struct_fields__],
        "commands": [f"## banyan {name}\n" for name in named],
        "addresses": [
            *(f"`{one.method} {one.path}`" for one in (*ROUTES, *SANDBOX_ROUTES)),
            *(f"`{one.method} {one.path}`" for one in PAGE_ROUTES),
        ],
        "sandbox": [
            *(f"## {one.method} {one.path}\n" for one in SANDBOX_ROUTES),
            *(f"`{one.value}`" for one in (*Where, *FaultKind)),
            *(
                f"| `{field}`"
                for one in SANDBOX_ROUTES
                for field in one.operation.command_type.__struct_fields__
            ),
        ],
        "wechat": [f"{one.path}`" for one in ENDPOINTS],
        "roles": [f"`{one.value}`" for one in (*Role, *Permission)],
        "benchmarks": [f"`{name}`" for name in BENCHES],
    }


@pytest.mark.parametrize("page", sorted(list_names()))
def test_the_page_leaves_nothing_out(page: str) -> None:
    names = list_names()[page]
    assert names
    assert not [name for name in names if name not in read(page)]


def test_every_page_is_what_the_code_says() -> None:
    tool = [sys.executable, str(ROOT / "tools" / "docs"), "--check"]
    done = subprocess.run(tool, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


async def test_the_schema_is_what_the_database_has(world: World) -> None:
    schemas = [room.name for room in ROOMS]
    async with world.building.pool.acquire() as connection:
        rows = await connection.fetch(ALL_COLUMNS, schemas)
    had: dict[str, list[str]] = {}
    for row in rows:
        had.setdefault(row["name"], []).append(row["column_name"])
    shown = {
        part.split("\n", 1)[0]: re.findall(r"^\| `([a-z_0-9]+)` ", part, re.MULTILINE)
        for part in read("schema").split("\n## ")[1:]
    }
    partitions = {name for name in had if name.rsplit("_", 1)[0] in shown and name not in shown}
    assert {name: columns for name, columns in had.items() if name not in partitions} == shown
