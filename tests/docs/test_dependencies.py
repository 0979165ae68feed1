"""Every dependency has its reason, and every reason its dependency."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "decisions" / "0010-dependencies.md"


def read_declared() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    every = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    return sorted(re.split(r"[\[<>=~ ]", one)[0] for one in every)


def test_every_dependency_has_one_line_that_says_why() -> None:
    reasons = re.findall(r"^\| ([a-z0-9-]+) \| (.{10,})\|$", PAGE.read_text(), re.MULTILINE)
    assert sorted(name for name, _ in reasons) == read_declared()


def test_every_dependency_is_locked() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    locked = {name.lower() for name in re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)}
    assert not [name for name in read_declared() if name not in locked]


def test_decisions_are_numbered_once_each() -> None:
    files = sorted(one.name for one in PAGE.parent.glob("*.md"))
    assert [name[:4] for name in files] == [f"{i:04}" for i in range(1, len(files) + 1)]
    for name in files:
        first = (PAGE.parent / name).read_text().split("\n", 1)[0]
        assert first.startswith(f"# {int(name[:4])}. "), name
