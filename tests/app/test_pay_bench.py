"""The benchmark of signed orders still runs, small."""

import pytest

from banyan.app.benches import pay_v3
from banyan.app.benches.bench import Bench
from banyan.base.db import EmbeddedServer


@pytest.mark.slow
async def test_signed_orders_are_measured(server: EmbeddedServer) -> None:
    told: list[str] = []
    figures = await pay_v3.run(Bench(server, small=True, report=told.append))
    assert figures.name == "pay-v3"
    assert min(figures.ours, figures.yardstick) > 0
