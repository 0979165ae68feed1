"""The how-to pages do what they say."""

from __future__ import annotations

from pathlib import Path

from tests.docs.pages import compare, read_steps, run_steps
from tests.kit.command import serving


def test_the_sandbox_plays_as_its_page_says(tmp_path: Path) -> None:
    steps = read_steps("how-to/use-as-a-test-server.md")
    with serving(tmp_path, "--sandbox", "--data", str(tmp_path / "data")) as served:
        served.wait_until_ready()
        said = run_steps(steps, {"http://127.0.0.1:8000": served.url})
    for step, text in zip(steps, said, strict=True):
        compare(step, text)
