"""The how-to pages do what they say."""

from __future__ import annotations

from pathlib import Path

from tests.docs.pages import compare, read_steps, run_steps
from tests.kit.command import serving


def test_whatever_the_sandbox_s_page_asks_for_shows_its_answer() -> None:
    steps = read_steps("how-to/use-as-a-test-server.md")
    # A command whose answer is neither shown nor thrown away can say anything.
    for step in steps:
        last = step.commands.rstrip().rsplit("\n", maxsplit=1)[-1]
        is_heard = step.answer or last.endswith("/dev/null") or "$(" in last
        assert is_heard, step.commands


def test_the_sandbox_plays_as_its_page_says(tmp_path: Path) -> None:
    steps = read_steps("how-to/use-as-a-test-server.md")
    with serving(tmp_path, "--sandbox", "--data", str(tmp_path / "data")) as served:
        served.wait_until_ready()
        said = run_steps(steps, {"http://127.0.0.1:8000": served.url})
    for step, text in zip(steps, said, strict=True):
        compare(step, text)
