"""The benchmark of the import still measures what it says, at a size that proves nothing."""

from __future__ import annotations

import pytest

from banyan.app.benches import run_bench
from banyan.app.benches.import_orders import invent


def test_the_same_file_is_invented_each_time() -> None:
    assert invent(500).equals(invent(500))
    assert abs(invent(10_000).num_rows - 10_000) < 1_000


@pytest.mark.slow
async def test_a_small_import_is_measured() -> None:
    figures = await run_bench("import", small=True, report=lambda _text: None)
    assert figures.details["rejected"] == 0
    assert figures.details["orders"] == 100
    assert int(figures.details["refunds"]) > 0
    assert min(figures.ours, figures.yardstick, figures.ratio) > 0
