"""What Prometheus reads: the figures of the doors, and those that the app adds at each reading."""

from __future__ import annotations

import hmac
import ipaddress
import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from banyan.base.secret import Secret
from banyan.doors.http.visit import Visit

if TYPE_CHECKING:
    from prometheus_client import Counter, Histogram

_buckets_s = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder through which several processes add up their figures."""

Refresh = Callable[[], Awaitable[None]]


class Metrics:
    """The figures of one process; with several workers, /metrics adds up those of all.

    prometheus-client decides when it is imported whether it counts in memory or in files. A parent
    that sets `FOLDER_VARIABLE` for its workers may have imported this module long before, so it is
    not imported at the top; once it counts in files, each process that is forked has its own.
    """

    def __init__(self, refresh: Refresh | None = None) -> None:
        """`refresh` brings figures up to date that are read elsewhere, as the journal's lag."""
        import prometheus_client as client  # noqa: PLC0415 - see above

        client.disable_created_metrics()  # type: ignore[no-untyped-call]  # nobody reads them
        self.registry = client.CollectorRegistry()
        self._refresh = refresh
        self._requests = client.Counter(
            "banyan_http_requests",
            "Requests answered.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self._failures = client.Counter(
            "banyan_failures",
            "Requests that were not done, by the code of the failure.",
            ("code",),
            registry=self.registry,
        )
        self._seconds = client.Histogram(
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
        import prometheus_client as client  # noqa: PLC0415
        from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415

        if self._refresh is not None:
            await self._refresh()
        registry, folder = self.registry, os.environ.get(FOLDER_VARIABLE)
        if folder is not None:
            registry = client.CollectorRegistry()
            MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
        return client.generate_latest(registry), client.CONTENT_TYPE_LATEST


def may_read_figures(visit: Visit, token: Secret, *, is_behind_proxy: bool) -> bool:
    """Whether the one who asks may know how business goes.

    With a token, whoever bears it. Without one, programs on this machine itself, unless a proxy
    passes them on: behind it anybody has this machine's address. Not every proxy says that it does
    so, hence nobody without a token where one is to be expected.
    """
    wanted = token.reveal().encode()
    if wanted:
        given = visit.headers.get(b"authorization", b"")
        return hmac.compare_digest(given, b"Bearer " + wanted)
    if is_behind_proxy or {b"x-forwarded-for", b"forwarded"} & visit.headers.keys():
        return False
    try:
        return ipaddress.ip_address(visit.address).is_loopback
    except ValueError:
        return False
