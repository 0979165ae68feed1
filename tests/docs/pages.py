"""Reads the fenced blocks of a page, runs its commands, and compares what they say."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
_fence = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_mark = "=== end of block ==="
_varies = re.compile(r"\d{15,}|\d{4}-\d\d-\d\dT.*")
_wait_s = 120


class Step(NamedTuple):
    """Commands of a page, and the answer that it shows below them."""

    commands: str
    kind: str
    answer: str


def read_steps(page: str) -> list[Step]:
    """The `bash` blocks of a page, each with the `json`, `csv` or `text` block that follows it."""
    steps: list[Step] = []
    for kind, text in _fence.findall((ROOT / "docs" / page).read_text()):
        if kind == "bash":
            steps.append(Step(text, "", ""))
        elif kind in {"json", "csv", "text"} and steps:
            steps[-1] = Step(steps[-1].commands, kind, text)
    return steps


def run_steps(
    steps: Sequence[Step], replace: Mapping[str, str], *, folder: Path = ROOT
) -> list[str]:
    """What each step printed, all of them run in one shell."""
    script = "set -eu; set -o pipefail\n"
    for step in steps:
        script += f"{step.commands}\necho; echo '{_mark}'\n"
    for there, here in replace.items():
        assert there in script, there
        script = script.replace(there, here)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=_wait_s,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout.split(f"{_mark}\n")
    assert len(said) == len(steps) + 1, done.stdout + done.stderr
    return [one.strip() for one in said[:-1]]


def compare(step: Step, said: str) -> None:
    """Raise AssertionError unless the page shows what was said; ids and instants may differ."""
    if step.kind == "json":
        # Several calls may print one answer after the other: the page shows the last.
        last = said.rsplit("\n", maxsplit=1)[-1]
        answer = json.loads(last[last.rfind("}{") + 1 :])
        check_part(json.loads(step.answer), answer, said)
    elif step.kind:
        assert said.split() == step.answer.split()


def check_part(shown: object, answer: object, said: str) -> None:
    """Raise AssertionError unless everything shown is in the answer."""
    match shown, answer:
        case dict(), dict():
            assert shown.keys() <= answer.keys(), said
            for name, value in shown.items():
                check_part(value, answer[name], said)
        case list(), list():
            assert len(shown) == len(answer), said
            for one, other in zip(shown, answer, strict=True):
                check_part(one, other, said)
        case str(), str() if _varies.fullmatch(shown):
            assert _varies.fullmatch(answer), said
        case _:
            assert shown == answer, said
