"""The benchmark of grabbing still runs, small, and proves that no fen was lost."""

import shutil

import pytest

from banyan.app.benches import red_packet
from banyan.app.benches.bench import Bench
from banyan.base.db import EmbeddedServer


@pytest.mark.slow
async def test_grabbing_over_http_is_measured_and_proved(server: EmbeddedServer) -> None:
    told: list[str] = []
    figures = await red_packet.run(Bench(server, small=True, report=told.append))
    assert figures.name == "red-packet"
    assert min(figures.ours, figures.yardstick, figures.ratio) > 0
    has_redis = shutil.which("redis-server") is not None
    assert ("redis_per_s" in figures.details) == has_redis
    assert has_redis or "skipped" in str(figures.details["ratio_redis"])
