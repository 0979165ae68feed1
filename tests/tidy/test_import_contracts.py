"""The import contracts catch what they are for: a small house that breaks each is found out."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.tidy.house import ROOT

ROOMS = ("books/work", "parties/people", "pay/wallets", "reach/chat", "commerce/orders")
REST = ("app", "base/db", "doors/api", "doors/http", "engines", "outside", "trades/retail", "views")

BREACHES = {
    "house": ("base/money.py", "import banyan.app"),
    "commerce": ("commerce/coupons/claim.py", "import banyan.commerce.orders"),
    "doors": ("doors/http/paging.py", "import banyan.doors.api"),
    "trades": ("trades/hospital/queue.py", "import banyan.trades.retail"),
    "rooms": ("pay/wallets/top_up.py", "import httpx"),
    "sockets": ("reach/chat/post.py", "import socket"),
    "rules": ("commerce/orders/rules.py", "from random import Random"),
    "doors_sql": ("doors/api/orders.py", "import asyncpg"),
    "cycles": ("commerce/orders/types.py", "import banyan.commerce.orders.place"),
}
"""The file and the line that break each contract, by the contract's id."""

SOUND = {
    "base/clock.py": "import time",
    "wire/qr.py": "import banyan.base.clock",
    "commerce/orders/place.py": "import banyan.commerce.orders.types\nimport banyan.pay.wallets",
    "doors/api/people.py": "import banyan.doors.http\nimport msgspec\nimport banyan.parties",
}


def build(root: Path, files: dict[str, str]) -> Path:
    """Write a package with every layer, and these lines in these files."""
    package = root / "banyan"
    for path in (*(f"{room}/store.py" for room in (*ROOMS, *REST)), *files):
        file = package / path
        file.parent.mkdir(parents=True, exist_ok=True)
        for folder in file.relative_to(root).parents[:-1]:
            (root / folder / "__init__.py").touch()
        file.write_text(files.get(path, ""))
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


def broken_contracts(root: Path) -> set[str]:
    """Check the contracts of pyproject.toml over another tree; return the names that are broken."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(root), "COLUMNS": "300"}
    answer = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert "Contracts: " in answer.stdout, answer.stdout + answer.stderr
    return set(re.findall(r"(?m)^(.+) BROKEN$", answer.stdout))


def contract_names() -> dict[str, str]:
    """Read the contracts: id and name."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return {each["id"]: each["name"] for each in settings["tool"]["importlinter"]["contracts"]}


def test_each_contract_catches_its_breach(tmp_path: Path) -> None:
    names = contract_names()
    assert set(names) == set(BREACHES)
    breaches = dict(BREACHES.values())
    assert broken_contracts(build(tmp_path, SOUND | breaches)) == set(names.values())


def test_sound_house_passes(tmp_path: Path) -> None:
    assert broken_contracts(build(tmp_path, SOUND)) == set()


def test_new_room_must_be_given_its_place(tmp_path: Path) -> None:
    files = SOUND | {"commerce/lottery/draw.py": "", "attic/things.py": ""}
    names = contract_names()
    assert broken_contracts(build(tmp_path, files)) == {names["house"], names["commerce"]}
