"""The benchmarks of WeChat's interface still run, small."""

import pytest

from banyan.app.benches import push, token_call
from banyan.app.benches.bench import Bench
from banyan.base.db import EmbeddedServer


@pytest.mark.slow
async def test_cheap_calls_are_measured(server: EmbeddedServer) -> None:
    told: list[str] = []
    figures = await token_call.run(Bench(server, small=True, report=told.append))
    assert figures.name == "token-call"
    assert min(figures.ours, figures.yardstick, figures.ratio) > 0
    assert len(told) == 2


@pytest.mark.slow
async def test_messages_are_pushed_and_replied_to(server: EmbeddedServer) -> None:
    told: list[str] = []
    figures = await push.run(Bench(server, small=True, report=told.append))
    assert figures.name == "push"
    assert figures.details["messages"] == 40
    assert float(figures.details["calm_p99_ms"]) > 0
    assert len(told) == 2
