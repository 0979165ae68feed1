"""The JSON door: one small ASGI application over a table of routes."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from banyan.base.errors import Failure, Invalid, NotFound
from banyan.books.work import Actor, Operation
from banyan.doors.http.answer import Answer, Header, send_answer
from banyan.doors.http.body import read_body
from banyan.doors.http.here import Here
from banyan.doors.http.language import choose_language
from banyan.doors.http.limiter import Allowance, Limiter, check_allowance
from banyan.doors.http.match import Matcher
from banyan.doors.http.problem import answer_options, answer_problem, failure_headers
from banyan.doors.http.route import Parser, Route, render_result
from banyan.doors.http.visit import Receive, Scope, Send, Visit, find_visit
from banyan.doors.http.watch import Log

_key = re.compile(r'"?([\x21\x23-\x7e]{1,64})"?')
_bug = Failure("server.bug")


class Office(Protocol):
    """What the door asks of the books: run this for that caller."""

    async def run(
        self,
        operation: Operation[Any, Any],
        command: object,
        actor: Actor,
        *,
        key: str = "",
    ) -> object:
        """The operation's result; raises Failure."""


class Admits(Protocol):
    """Knows who asks; `SignIn` is the usual one."""

    async def read_actor(self, visit: Visit, method: str) -> Actor:
        """The actor of a request; raises Refusal to turn it away."""

    async def read_anew(self, visit: Visit, method: str) -> Actor:
        """The same as of now, whatever is remembered."""


RenderFailure = Callable[[Failure, str, str], Answer]
"""Makes the answer of a failure, in a language, to the request of an id."""


@dataclass(frozen=True)
class _Endpoint:
    route: Route
    parser: Parser
    media_type: bytes


class JsonDoor:
    """Serves a table: sign-in, limits, parsing and errors are the same for every line of it."""

    def __init__(
        self,
        routes: Iterable[Route],
        *,
        office: Office,
        sign_in: Admits,
        limiter: Limiter | None,
        log: Log,
        render_failure: RenderFailure = answer_problem,
    ) -> None:
        """Without a limiter everybody may ask as often as they like."""
        self._render_failure = render_failure
        self._office = office
        self._sign_in = sign_in
        self._limiter = limiter
        self._log = log
        self._matcher = Matcher(
            (one.method, one.path, _Endpoint(one, Parser(one), one.media_type.encode()))
            for one in routes
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        visit = find_visit(scope)
        headers: list[Header] = []
        language = ""
        try:
            actor = await self._admit(visit, scope["method"], headers)
            language = actor.language
            answer = await self._answer(scope, receive, visit, actor)
        except Failure as failure:
            answer = self._fail(failure, visit, language, headers)
        except Exception as error:  # noqa: BLE001 - whatever is not a Failure is a bug, and must be answered
            self._log.error("bug", request_id=visit.request_id, route=visit.route, exc_info=error)
            answer = self._fail(_bug, visit, language, headers)
        await send_answer(send, answer, headers)

    async def _answer(self, scope: Scope, receive: Receive, visit: Visit, actor: Actor) -> Answer:
        # The server leaves the body out of what it sends to a HEAD.
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        if method == "OPTIONS":
            return answer_options(self._matcher.list_methods(scope["path"]))
        endpoint, path = self._matcher.find(method, scope["path"])
        route = endpoint.route
        visit.route = route.path
        body = None
        if route.has_body:
            body = await read_body(receive, visit.headers, route.body_bytes_max)
        command = endpoint.parser.build(visit, path, scope["query_string"], body)
        key = find_key(visit) if actor.actor_id else ""
        if isinstance(route.operation, Here):
            result = await route.operation.answer(actor, command)
        else:
            result = await self._run(route.operation, command, actor, visit, key)
        content = render_result(route, result)
        return Answer(route.status if content else 204, content, endpoint.media_type)

    async def _run(
        self,
        operation: Operation[Any, Any],
        command: object,
        actor: Actor,
        visit: Visit,
        key: str,
    ) -> object:
        try:
            return await self._office.run(operation, command, actor, key=key)
        except NotFound as failure:
            if failure.code != "merchants.not_found" or not actor.actor_id:
                raise
            # Who has just opened a merchant, or joined one, may not have to wait until what we
            # remember of them is old: only what was taken away may linger for a moment.
            now = await self._sign_in.read_anew(visit, "GET")
            if now.grants == actor.grants:
                raise
            return await self._office.run(operation, command, now, key=key)

    async def _admit(self, visit: Visit, method: str, headers: list[Header]) -> Actor:
        """Who asks, counted: a known actor as themself, anybody else by address."""
        actor = await self._sign_in.read_actor(visit, method)
        if self._limiter is not None:
            key = actor.actor_id or visit.address
            allowance = self._limiter.take(key, time.monotonic())
            headers += render_allowance(allowance)
            check_allowance(allowance)
        return actor

    def _fail(self, failure: Failure, visit: Visit, language: str, headers: list[Header]) -> Answer:
        visit.code = failure.code
        language = choose_language(visit.header(b"accept-language"), language)
        answer = self._render_failure(failure, language, visit.request_id)
        headers += failure_headers(failure)
        headers.append((b"content-language", language.encode()))
        return answer


def find_key(visit: Visit) -> str:
    """The caller's idempotency key, empty without one. Raises Invalid `request.bad_key`.

    The IETF draft writes it as a quoted string; most clients send it bare. Both name the same.
    """
    given = visit.headers.get(b"idempotency-key")
    if given is None:
        return ""
    found = _key.fullmatch(given.decode("latin-1"))
    if found is None:
        raise Invalid("request.bad_key")
    return found[1]


def render_allowance(allowance: Allowance) -> list[Header]:
    """The headers by which a program paces itself (IETF httpapi-ratelimit-headers, draft)."""
    return [
        (b"ratelimit-limit", b"%d" % allowance.limit),
        (b"ratelimit-remaining", b"%d" % allowance.remaining),
        (b"ratelimit-reset", b"%d" % allowance.reset_s),
    ]
