"""The sandbox's own door: its token, its table, and failures told as it promised."""

from __future__ import annotations

from hmac import compare_digest

import msgspec

from banyan.base.errors import Failure, FieldValue, Invalid, NotFound, Refusal
from banyan.base.json import encode
from banyan.base.secret import Secret
from banyan.books.actor import SYSTEM, Actor
from banyan.doors.http import (
    Answer,
    JsonDoor,
    Visit,
    choose_language,
    find_text,
    find_visit,
    status_of,
)
from banyan.doors.http.answer import send_answer
from banyan.doors.http.match import Matcher
from banyan.doors.http.visit import Receive, Scope, Send
from banyan.doors.http.watch import Log
from banyan.doors.sandbox.calls import Runner
from banyan.doors.sandbox.ports import Playground
from banyan.doors.sandbox.table import PROMISED, ROUTES

_not_built = Refusal("sandbox.not_built")


class SandboxFailure(msgspec.Struct, frozen=True):
    """How the sandbox tells a failure."""

    code: str
    message: str
    fields: dict[str, FieldValue]


class Guard:
    """Lets in whoever bears the sandbox's token; anybody when there is none."""

    def __init__(self, token: Secret) -> None:
        self._token = token.reveal().encode()

    async def read_actor(self, visit: Visit, method: str) -> Actor:
        """Banyan itself. Raises Refusal `sessions.required` without the token."""
        del method
        given = visit.headers.get(b"authorization", b"")
        if self._token and not compare_digest(given, b"Bearer " + self._token):
            raise Refusal("sessions.required")
        return SYSTEM

    async def read_anew(self, visit: Visit, method: str) -> Actor:
        """The same: nobody is granted anything here."""
        return await self.read_actor(visit, method)


class SandboxDoor:
    """An ASGI application over the calls of the sandbox."""

    def __init__(self, playground: Playground, *, token: Secret, log: Log) -> None:
        """An empty token means that anybody on this machine may call."""
        self._guard = Guard(token)
        self._promised = Matcher((method, path, path) for method, path in PROMISED)
        self._door = JsonDoor(
            ROUTES,
            office=Runner(playground),
            sign_in=self._guard,
            limiter=None,
            log=log,
            render_failure=render_failure,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        visit = find_visit(scope)
        if self._find_promised(scope, visit) and await self._is_let_in(visit):
            visit.code = _not_built.code
            language = choose_language(visit.header(b"accept-language"))
            answer = render_failure(_not_built, language, visit.request_id)
            await send_answer(send, answer, [(b"content-language", language.encode())])
            return
        await self._door(scope, receive, send)

    def _find_promised(self, scope: Scope, visit: Visit) -> bool:
        try:
            visit.route, _ = self._promised.find(scope["method"], scope["path"])
        except (NotFound, Invalid):
            return False
        return True

    async def _is_let_in(self, visit: Visit) -> bool:
        try:
            await self._guard.read_actor(visit, "")
        except Refusal:
            return False
        return True


def status_in_sandbox(failure: Failure) -> int:
    """The HTTP status of a failure: the API's, and 501 for what is not built yet."""
    return 501 if failure.code == _not_built.code else status_of(failure)


def render_failure(failure: Failure, language: str, request_id: str) -> Answer:
    """The failure in the sandbox's own form."""
    del request_id
    status = status_in_sandbox(failure)
    told = SandboxFailure(
        failure.code, find_text(failure.code, language, failure.fields), failure.fields
    )
    return Answer(status, encode(told))
