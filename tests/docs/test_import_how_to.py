"""The how-to of importing does what it says, command by command."""

from __future__ import annotations

from pathlib import Path

from tests.docs.pages import compare, read_steps, run_steps


def test_history_is_brought_in_as_the_page_shows(tmp_path: Path) -> None:
    steps = read_steps("how-to/import-order-history.md")
    said = run_steps(steps, {"/tmp/old-shop": str(tmp_path)})
    for step, text in zip(steps, said, strict=True):
        compare(step, text)
