"""The JSON API of a world, for programs that speak HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
import structlog

from banyan.app.actors import Actors
from banyan.doors.api import ROUTES
from banyan.doors.http import JsonDoor, SignIn

if TYPE_CHECKING:
    from tests.kit.world import World


class Caller:
    """Somebody who calls the API, with or without a token."""

    def __init__(self, http: httpx.AsyncClient, token: str = "") -> None:
        self._http = http
        self._headers = {"authorization": f"Bearer {token}"} if token else {}
        self.user_agent = "curl/8.5.0"
        self.answer = httpx.Response(0)
        """The last answer, whole."""

    def bearing(self, token: str) -> Caller:
        """Somebody else, who has this token."""
        return Caller(self._http, token)

    async def call(self, method: str, path: str, *, status: int = 200, **body: object) -> Any:  # noqa: ANN401 - JSON
        """Make a call, insist on the status, and return what the answer says.

        The body travels as JSON, or as the query where a method takes none.
        """
        given: dict[str, Any] = {"params": body} if method in {"GET", "DELETE"} else {"json": body}
        headers = {**self._headers, "user-agent": self.user_agent}
        self.answer = await self._http.request(method, path, headers=headers, **given)
        assert self.answer.status_code == status, (method, path, self.answer.text)
        return self.answer.json() if self.answer.content else None


@asynccontextmanager
async def open_api(world: World) -> AsyncIterator[Caller]:
    """The API as the server serves it, but without limits and without a memory of tokens."""
    door = JsonDoor(
        ROUTES,
        office=world.office,
        sign_in=SignIn(Actors(world.office).find, ttl_s=0),
        limiter=None,
        log=structlog.get_logger("banyan.tests"),
    )
    transport = httpx.ASGITransport(door, client=("203.0.113.7", 1234))
    async with httpx.AsyncClient(transport=transport, base_url="http://banyan.test") as http:
        yield Caller(http)
