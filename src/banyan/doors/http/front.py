"""Shows each request to its door by the first word of its path."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from banyan.doors.http.answer import Answer, send_answer
from banyan.doors.http.problem import refuse_writing
from banyan.doors.http.visit import Asgi, Receive, Scope, Send, Visit, find_visit

Page = Callable[[Visit], Awaitable[Answer]]
"""An address for reading that is no operation, such as a health check: open to anybody."""


class Front:
    """An ASGI application over all doors."""

    def __init__(
        self,
        pages: Mapping[str, Page],
        doors: Mapping[str, Asgi],
        rest: Asgi,
        paths: Mapping[str, Asgi] | None = None,
    ) -> None:
        """`paths` by all of a path, `doors` by its first word; `rest` takes all others."""
        self._pages = pages
        self._doors = doors
        self._paths = paths or {}
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        path: str = scope["path"]
        page = self._pages.get(path)
        if page is not None and scope["type"] == "http":
            visit = find_visit(scope)
            visit.route = path
            answer = refuse_writing(visit, scope["method"]) or await page(visit)
            await send_answer(send, answer)
            return
        door = self._paths.get(path)
        if door is None:
            door = self._doors.get(path[1:].partition("/")[0], self._rest)
        await door(scope, receive, send)
