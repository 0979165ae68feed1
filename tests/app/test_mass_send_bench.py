"""The benchmark of messages to many still runs, small, and proves that each has one result."""

import pytest

from banyan.app.benches import mass_send
from banyan.app.benches.bench import Bench
from banyan.base.db import EmbeddedServer


@pytest.mark.slow
async def test_sending_to_many_is_measured_and_proved(server: EmbeddedServer) -> None:
    told: list[str] = []
    figures = await mass_send.run(Bench(server, small=True, report=told.append))
    assert figures.name == "mass-send"
    assert min(figures.ours, figures.yardstick, figures.ratio) > 0
    assert figures.details["followers"] == 12_000
    assert len(told) == 3
