"""One HTTP request as all doors see it: its headers, its sender, and what will be logged."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

_scope_key = "banyan.visit"
_process = secrets.token_hex(4)
_given_id = re.compile(rb"[A-Za-z0-9_.:-]{8,64}")
_requests = 0


class Visit:
    """What is known about one request; the door that answers it fills in the rest for the log."""

    __slots__ = (
        "actor_id",
        "actor_kind",
        "address",
        "code",
        "headers",
        "request_id",
        "route",
        "started",
        "status",
    )

    def __init__(self, scope: Scope, *, proxies: int = 0) -> None:
        self.started = time.perf_counter()
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.request_id = _request_id(self.headers)
        self.address = find_address(scope, self.headers, proxies)
        self.route = ""
        """The route's template, such as `/v1/orders/{order_id}`: the label of its metrics."""
        self.actor_kind = ""
        self.actor_id = 0
        self.code = ""
        """The code of the failure that was answered, if any."""
        self.status = 0

    def header(self, name: bytes) -> str:
        """The value of a header by its lower-case name, or an empty text."""
        return self.headers.get(name, b"").decode("latin-1")


def find_visit(scope: Scope) -> Visit:
    """The visit of this request; made here when no `Watch` stands in front of the door."""
    visit = scope.get(_scope_key)
    if not isinstance(visit, Visit):
        visit = Visit(scope)
        set_visit(scope, visit)
    return visit


def find_base(scope: Scope, visit: Visit, public_url: str) -> str:
    """Where this door is, as the caller calls it."""
    host = visit.header(b"host")
    if not host or public_url.endswith(f"//{host}"):
        return public_url
    return f"{scope.get('scheme', 'http')}://{host}"


def set_visit(scope: Scope, visit: Visit) -> None:
    """Let every layer behind this one find the visit."""
    scope[_scope_key] = visit


def find_address(scope: Scope, headers: dict[bytes, bytes], proxies: int) -> str:
    """The address of the caller: our peer, or behind our own proxies what the outermost one saw.

    A client can write anything into `X-Forwarded-For`; only the last `proxies` entries were added
    by proxies that we trust, so the caller is the entry that many from the right.
    """
    client = scope.get("client")
    peer = str(client[0]) if client else "unknown"
    if not proxies:
        return peer
    seen = headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")
    seen = [entry.strip() for entry in seen if entry.strip()]
    return seen[-proxies][:64] if len(seen) >= proxies else peer


def _request_id(headers: dict[bytes, bytes]) -> str:
    given = headers.get(b"x-request-id")
    if given is not None and _given_id.fullmatch(given):
        return given.decode()
    global _requests  # noqa: PLW0603 - a count of this process, cheaper than chance
    _requests += 1
    return f"{_process}-{_requests:x}"
