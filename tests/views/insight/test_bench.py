"""The benchmark of the reports still works, at a small size."""

from banyan.app.benches import insight
from banyan.app.benches.bench import Bench
from banyan.base.db import EmbeddedServer


async def test_reports_by_expression_and_by_hand_agree(server: EmbeddedServer) -> None:
    """The benchmark itself fails if a figure differs."""
    figures = await insight.run(Bench(server, small=True, report=lambda _told: None))
    assert figures.details["events"] == 20_000
    assert figures.ratio > 0
    assert all(figures.details[f"{name}_by_hand_s"] for name in insight._reports)
