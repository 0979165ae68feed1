"""The figures of the books for Prometheus: batches, lag, connections, broken promises."""

from __future__ import annotations

from prometheus_client import Gauge, Histogram, ProcessCollector

from banyan.app.back import Back
from banyan.app.build import Building
from banyan.app.store import list_lags
from banyan.doors.http import Metrics

_sizes = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)


class Figures:
    """Adds the building's own figures to those of the doors."""

    def __init__(self, building: Building, back: Back) -> None:
        self._building = building
        self._back = back
        self.metrics = Metrics(self._refresh)
        registry = self.metrics.registry
        ProcessCollector(registry=registry)
        self._batches = Histogram(
            "banyan_office_batch_size",
            "Callers served by one transaction.",
            ("operation",),
            buckets=_sizes,
            registry=registry,
        )
        # With several workers each tells what it sees; the newest of them is as good as any.
        self._lag = Gauge(
            "banyan_follower_lag",
            "Facts that a follower has yet to read.",
            ("follower",),
            registry=registry,
            multiprocess_mode="mostrecent",
        )
        self._broken = Gauge(
            "banyan_invariants_broken",
            "Promises that did not hold at the last check.",
            registry=registry,
            multiprocess_mode="max",
        )
        self._connections = Gauge(
            "banyan_pool_connections",
            "Connections to the database.",
            ("state",),
            registry=registry,
            multiprocess_mode="livesum",
        )
        building.office.on_batch = self._note_batch

    def _note_batch(self, operation: str, size: int) -> None:
        self._batches.labels(operation).observe(size)

    async def _refresh(self) -> None:
        pool = self._building.pool
        for follower, behind in (await list_lags(pool)).items():
            self._lag.labels(follower).set(behind)
        self._broken.set(len(self._back.broken))
        idle = pool.get_idle_size()
        self._connections.labels("idle").set(idle)
        self._connections.labels("busy").set(pool.get_size() - idle)
