"""Stands in front of all doors: names each request, times it, counts it and writes it down."""

from __future__ import annotations

import time
from typing import Protocol

from banyan.doors.http.access_log import AccessLine, AccessLog
from banyan.doors.http.answer import Answer, send_answer
from banyan.doors.http.metrics import Metrics
from banyan.doors.http.visit import Asgi, Message, Receive, Scope, Send, Visit, set_visit

_methods = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_bug = Answer(
    500,
    b'{"type":"/problems/server.bug","status":500,"code":"server.bug","fields":{}}',
    b"application/problem+json",
)


class Log(Protocol):
    """What is asked of a logger: structlog's bound loggers are such."""

    def error(self, event: str, **fields: object) -> object:
        """Note a bug, with `exc_info`."""


class Watch:
    """An ASGI application around another."""

    def __init__(
        self,
        app: Asgi,
        *,
        log: Log,
        metrics: Metrics,
        access_log: AccessLog | None = None,
        proxies: int = 0,
    ) -> None:
        """`proxies` is how many proxies of our own stand before us and tell who called."""
        self._app = app
        self._log = log
        self._metrics = metrics
        self._access_log = access_log
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; whatever is raised is a bug, logged and answered with 500."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visit = Visit(scope, proxies=self._proxies)
        set_visit(scope, visit)
        request_id = (b"x-request-id", visit.request_id.encode())

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                visit.status = message["status"]
                message["headers"] = [*message.get("headers", ()), request_id]
            await send(message)

        try:
            await self._app(scope, receive, send_named)
        except Exception as error:  # noqa: BLE001 - the last line before the server itself
            self._log.error("bug", request_id=visit.request_id, exc_info=error)
            if not visit.status:
                await send_answer(send_named, _bug)
        finally:
            self._note(scope, visit)

    def _note(self, scope: Scope, visit: Visit) -> None:
        seconds = time.perf_counter() - visit.started
        # Neither labels nor lines may grow with what strangers make up.
        method = scope["method"] if scope["method"] in _methods else "OTHER"
        route = visit.route or "none"
        self._metrics.note_request(
            route=route, method=method, status=visit.status, seconds=seconds, code=visit.code
        )
        if self._access_log is not None:
            self._access_log.note(
                AccessLine(
                    timestamp=self._access_log.now(),
                    request_id=visit.request_id,
                    method=method,
                    route=route,
                    path=scope["path"][:200],
                    status=visit.status,
                    ms=round(seconds * 1000, 2),
                    actor=visit.actor_kind,
                    actor_id=visit.actor_id,
                    address=visit.address,
                    code=visit.code,
                )
            )
