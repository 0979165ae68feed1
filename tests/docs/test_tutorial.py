"""The tutorial does what it says, command by command."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.docs.pages import compare, read_steps, run_steps
from tests.kit.command import serving


def test_a_shop_is_opened_a_tea_sold_and_the_books_are_read(tmp_path: Path) -> None:
    # Short: psql takes no socket whose path is longer than 107 bytes.
    with tempfile.TemporaryDirectory(prefix="tea-") as folder:
        _walk(tmp_path, Path(folder) / "tea")


def _walk(tmp_path: Path, data: Path) -> None:
    steps = read_steps("tutorial/open-a-shop.md")
    with serving(tmp_path, "--sandbox", "--data", str(data)) as served:
        served.wait_until_ready()
        said = run_steps(steps, {"http://127.0.0.1:8000": served.url, "/tmp/tea": str(data)})
    assert "0 broken" in said[-1]
    assert (data / "door.pdf").read_bytes().startswith(b"%PDF")
    for step, text in zip(steps, said, strict=True):
        compare(step, text)
