"""The sandbox's own door: its token, its table, and failures told as it promised."""

from __future__ import annotations

from hmac import compare_digest

import msgspec

from banyan.base.errors import Failure, FieldValue, Refusal
from banyan.base.json import encode
from banyan.base.secret import Secret
from banyan.books.actor import SYSTEM, Actor
from banyan.doors.http import (
    Answer,
    JsonDoor,
    Visit,
    find_text,
    status_of,
)
from banyan.doors.http.visit import Receive, Scope, Send
from banyan.doors.http.watch import Log
from banyan.doors.sandbox.calls import Runner
from banyan.doors.sandbox.ports import Playground
from banyan.doors.sandbox.table import ROUTES


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
        await self._door(scope, receive, send)


def render_failure(failure: Failure, language: str, request_id: str) -> Answer:
    """The failure in the sandbox's own form."""
    del request_id
    told = SandboxFailure(
        failure.code, find_text(failure.code, language, failure.fields), failure.fields
    )
    return Answer(status_of(failure), encode(told))
