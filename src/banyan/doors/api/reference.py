"""What describes the API: the OpenAPI document, the reference page, and each kind of problem."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import version

import msgspec

from banyan.base.errors import NotFound
from banyan.doors.api.tables import ROUTES
from banyan.doors.http import Answer, Page, Visit, find_visit
from banyan.doors.http.answer import send_answer
from banyan.doors.http.openapi import Document, build_openapi
from banyan.doors.http.problem import answer_reading, refuse_writing
from banyan.doors.http.reference import SECURITY_POLICY, read_part, render_reference
from banyan.doors.http.texts import read_texts
from banyan.doors.http.visit import Receive, Scope, Send

_html = b"text/html; charset=utf-8"


@cache
def read_document() -> Document:
    """The OpenAPI document of every route."""
    return build_openapi(ROUTES, version=version("banyan"))


@cache
def _document_bytes() -> bytes:
    return msgspec.json.encode(read_document())


@cache
def _reference_bytes() -> bytes:
    return render_reference(read_document()).encode()


async def _show_document(visit: Visit) -> Answer:
    del visit
    return Answer(200, _document_bytes())


async def _show_reference(visit: Visit) -> Answer:
    del visit
    policy = (b"content-security-policy", SECURITY_POLICY.encode())
    return Answer(200, _reference_bytes(), _html, (policy,))


async def _show_style(visit: Visit) -> Answer:
    del visit
    return Answer(200, read_part("page.css"), b"text/css; charset=utf-8")


async def _show_script(visit: Visit) -> Answer:
    del visit
    return Answer(200, read_part("page.js"), b"text/javascript; charset=utf-8")


PAGES: Mapping[str, Page] = {
    "/v1/openapi.json": _show_document,
    "/v1/docs": _show_reference,
    "/v1/docs/page.css": _show_style,
    "/v1/docs/page.js": _show_script,
}
"""Addresses of the API that are no operations."""


async def show_problem(scope: Scope, receive: Receive, send: Send) -> None:
    """Describe a kind of problem: where the `type` of problem details leads."""
    del receive
    visit = find_visit(scope)
    visit.route = "/problems/{code}"
    code = scope["path"].removeprefix("/problems/")
    texts = read_texts().get(code)
    answer = refuse_writing(visit, scope["method"])
    if answer is None and texts is None:
        answer = answer_reading(visit, NotFound("request.not_found"))
    body = msgspec.json.encode({"code": code, **(texts or {})})
    await send_answer(send, answer or Answer(200, body))
