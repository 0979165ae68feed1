"""The benchmark of paying over HTTP still runs, small, and proves what it paid."""

import pytest

from banyan.app.benches import pay_http
from banyan.app.benches.bench import Bench
from banyan.base.db import EmbeddedServer


@pytest.mark.slow
async def test_paying_over_http_is_measured_and_proved(server: EmbeddedServer) -> None:
    told: list[str] = []
    figures = await pay_http.run(Bench(server, small=True, report=told.append))
    assert figures.name == "pay-http"
    assert min(figures.ours, figures.yardstick, figures.ratio) > 0
    assert figures.details["payments"]
    assert float(figures.details["ratio_pgbench"]) > 0
    assert min(float(figures.details[f"{one}_cpu_us"]) for one in ("server", "client")) > 0
    assert len(told) == 3
