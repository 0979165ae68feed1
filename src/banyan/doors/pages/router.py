"""Serves pages from a table of routes, with the same sign-in, limits and errors for every line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal
from urllib.parse import quote

from banyan.base.errors import Failure, NotFound
from banyan.books.actor import NOBODY, Actor
from banyan.doors.http import Answer, Limiter, Visit, check_same_site, find_visit
from banyan.doors.http.answer import Header, send_answer
from banyan.doors.http.body import Disconnected, read_body
from banyan.doors.http.limiter import hold
from banyan.doors.http.match import Matcher
from banyan.doors.http.problem import (
    answer_options,
    answer_problem,
    failure_headers,
    render_problem,
)
from banyan.doors.http.visit import Receive, Scope, Send
from banyan.doors.http.watch import Log
from banyan.doors.pages.ask import Ask, House, back_path
from banyan.doors.pages.forms import FORM_BYTES_MAX, Form, Wrong, parse_form, parse_query
from banyan.doors.pages.shell import Frame, PhoneFrame

SIGN_IN = "/sign-in"
"""Where a page that needs a person sends whoever is none; `?next=` says where they wanted to go."""

Handler = Callable[[Ask], Awaitable[Answer]]
Surround = Callable[[Ask], Awaitable[tuple[str, Frame]]]
"""What stands around an error of an app: the template that says it, and its frame. Must not fail
by a Failure."""

_bug = Failure("server.bug")
_no_form = Form()


@dataclass(frozen=True)
class PageRoute:
    """One line of a table: which handler answers a method at a path with `{names}`.

    GET answers HEAD as well. A form with files needs a larger `body_bytes_max`.
    """

    method: Literal["GET", "POST"]
    path: str
    handle: Handler
    body_bytes_max: int = FORM_BYTES_MAX


class PagesDoor:
    """An ASGI application over a table of page routes."""

    def __init__(
        self,
        routes: Iterable[PageRoute],
        house: House,
        *,
        limiter: Limiter | None,
        log: Log,
        surrounds: Mapping[str, Surround] | None = None,
    ) -> None:
        """Without a limiter everybody may ask as often as they like.

        `surrounds` are by the first word of a path; what has none wears the phone's shell.
        """
        self._surrounds = surrounds or {}
        self._house = house
        self._limiter = limiter
        self._log = log
        self._matcher = Matcher((one.method, one.path, one) for one in routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        visit = find_visit(scope)
        actor = NOBODY
        headers: list[Header] = []
        try:
            actor = await self._admit(visit, scope["method"])
            answer = await self._answer(scope, receive, visit, actor)
        except Disconnected:
            visit.status = 499
            return
        except Failure as failure:
            answer = await self._fail(failure, scope, visit, actor, headers)
        except Exception as error:  # noqa: BLE001 - whatever is not a Failure is a bug, and must be answered
            self._log.error("bug", request_id=visit.request_id, route=visit.route, exc_info=error)
            answer = await self._fail(_bug, scope, visit, actor, headers)
        await _send(send, scope, answer, headers)

    async def _admit(self, visit: Visit, method: str) -> Actor:
        if method == "POST":
            # Also of somebody who is not signed in: nobody is to be signed in by another site.
            check_same_site(visit)
        actor = await self._house.sign_in.read_actor(visit, method)
        hold(self._limiter, actor.actor_id or visit.address)
        return actor

    async def _answer(self, scope: Scope, receive: Receive, visit: Visit, actor: Actor) -> Answer:
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        if method == "OPTIONS":
            return answer_options(self._matcher.list_methods(scope["path"]))
        route, values = self._matcher.find(method, scope["path"])
        visit.route = route.path
        form = _no_form
        if route.method == "POST":
            body = await read_body(receive, visit.headers, route.body_bytes_max)
            form = parse_form(visit.header(b"content-type"), body)
        ask = self._ask(scope, visit, actor, form)
        ask.values = dict(zip(_names(route.path), values, strict=True))
        ask.query = parse_query(scope["query_string"])
        try:
            return await route.handle(ask)
        except Wrong as wrong:
            # Of an address nobody can mend a field: such a token was never given out.
            if wrong.errors.keys() <= ask.values.keys() - form.values.keys():
                raise NotFound("request.not_found") from None
            raise

    def _ask(self, scope: Scope, visit: Visit, actor: Actor, form: Form = _no_form) -> Ask:
        return Ask(
            self._house,
            visit,
            method=scope["method"],
            path=scope["path"],
            actor=actor,
            query=_no_form,
            form=form,
            values={},
            query_text=scope["query_string"].decode("latin-1"),
        )

    async def _fail(
        self, failure: Failure, scope: Scope, visit: Visit, actor: Actor, headers: list[Header]
    ) -> Answer:
        visit.code = failure.code
        headers += failure_headers(failure)
        ask = self._ask(scope, visit, actor)
        # Programs and scripts get problem details; people a page.
        if failure.code == "sessions.required":
            wanted = ask.here if scope["method"] in {"GET", "HEAD"} else back_path(visit)
            return ask.go(f"{SIGN_IN}?next={quote(wanted, safe='')}")
        if ask.is_htmx or b"text/html" not in visit.headers.get(b"accept", b""):
            return answer_problem(failure, ask.language.value, visit.request_id)
        return await self._show_problem(failure, ask)

    async def _show_problem(self, failure: Failure, ask: Ask) -> Answer:
        problem = render_problem(
            failure, language=ask.language.value, request_id=ask.visit.request_id
        )
        template, frame = await self._surround(ask, failure)
        back = back_path(ask.visit, "")
        return ask.page(
            template,
            frame,
            status=problem.status,
            problem=problem,
            back_href="" if back == ask.here else back,
            is_bug=problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR,
        )

    async def _surround(self, ask: Ask, failure: Failure) -> tuple[str, Frame]:
        """The shell of the app that was asked; the plainest one when we are in trouble."""
        surround = self._surrounds.get(ask.path.split("/", 2)[1])
        if surround is not None and failure is not _bug:
            try:
                return await surround(ask)
            except Exception as error:  # noqa: BLE001 - whatever happens, the error itself must be told
                self._log.error("bug", request_id=ask.visit.request_id, exc_info=error)
        return "problem/page.html", PhoneFrame(language=ask.language, path=ask.path)


def _names(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


async def _send(send: Send, scope: Scope, answer: Answer, headers: list[Header]) -> None:
    if scope["method"] == "HEAD":
        answer = Answer(answer.status, b"", answer.media_type, answer.headers)
    await send_answer(send, answer, headers)
