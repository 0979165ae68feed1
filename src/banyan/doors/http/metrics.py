"""What Prometheus reads: the figures of the doors, and those that the app adds at each reading."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

disable_created_metrics()  # type: ignore[no-untyped-call]  # half of the lines, and nobody reads them

_buckets_s = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

Refresh = Callable[[], Awaitable[None]]


class Metrics:
    """The figures of one process; with several workers, /metrics adds up those of all.

    prometheus-client sums over processes through files when `PROMETHEUS_MULTIPROC_DIR` is set
    before it is imported, which `serve` does for more than one worker.
    """

    def __init__(self, refresh: Refresh | None = None) -> None:
        """`refresh` brings figures up to date that are read elsewhere, as the journal's lag."""
        self.registry = CollectorRegistry()
        self._refresh = refresh
        self._requests = Counter(
            "banyan_http_requests",
            "Requests answered.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self._failures = Counter(
            "banyan_failures",
            "Requests that were not done, by the code of the failure.",
            ("code",),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "banyan_http_request_seconds",
            "Time from a request's headers to the end of its answer.",
            ("route", "method"),
            buckets=_buckets_s,
            registry=self.registry,
        )
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def note_request(
        self, *, route: str, method: str, status: int, seconds: float, code: str = ""
    ) -> None:
        """Count one answered request under its route's template, and its failure if it has one."""
        if code:
            self._failures.labels(code).inc()
        key = (route, method, status)
        known = self._known.get(key)
        if known is None:
            known = (
                self._requests.labels(route, method, str(status)),
                self._seconds.labels(route, method),
            )
            self._known[key] = known
        known[0].inc()
        known[1].observe(seconds)

    async def render(self) -> tuple[bytes, str]:
        """The text that Prometheus reads, and its media type."""
        if self._refresh is not None:
            await self._refresh()
        folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
        if folder is None:
            return generate_latest(self.registry), CONTENT_TYPE_LATEST
        gathered = CollectorRegistry()
        MultiProcessCollector(gathered, folder)  # type: ignore[no-untyped-call]
        return generate_latest(gathered), CONTENT_TYPE_LATEST
