"""How a failure is told over HTTP: a status, and problem details as RFC 9457 defines them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from banyan.base.errors import Failure, Invalid, NotFound, Refusal, Trouble
from banyan.base.json import encode
from banyan.doors.http.answer import Answer, Header
from banyan.doors.http.language import choose_language
from banyan.doors.http.texts import find_text
from banyan.doors.http.visit import Visit

MEDIA_TYPE = b"application/problem+json"
RETRY_AFTER_S = 1
"""How soon a caller who met trouble may ask again, unless the trouble itself says otherwise."""

_status_by_code: Mapping[str, int] = {
    "request.malformed": 400,
    "request.cut_off": 400,
    "sessions.required": 401,
    "request.cross_site": 403,
    "access.forbidden": 403,
    "sessions.person_required": 403,
    "request.method_not_allowed": 405,
    "request.timeout": 408,
    "request.too_large": 413,
    "request.not_json": 415,
    "answers.key_reused": 422,
    "request.too_many": 429,
    "sessions.asked_too_often": 429,
}
"""The codes whose status is not simply that of their family."""

_titles: Mapping[int, tuple[str, str]] = {
    400: ("The request is malformed", "请求格式有误"),
    401: ("Sign in first", "请先登录"),
    403: ("Not permitted", "没有权限"),
    404: ("Not found", "未找到"),
    405: ("Method not allowed", "不支持的请求方法"),
    408: ("Too slow", "请求超时"),
    409: ("Refused", "操作被拒绝"),
    413: ("Too large", "请求过大"),
    415: ("Not JSON", "请求类型不支持"),
    422: ("The request is invalid", "请求内容有误"),
    429: ("Too many requests", "请求过于频繁"),
    500: ("Something went wrong", "服务器出错"),
    503: ("Try again later", "请稍后再试"),
}


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Problem details (RFC 9457): why a request was not done."""

    type: str
    """A stable address that names the kind of problem, and describes it when opened."""
    title: str
    status: int
    code: str
    """The stable name of the problem, `room.fact`: what a program should compare."""
    detail: str
    """One sentence for a person, in the language of the caller."""
    fields: Mapping[str, Any]
    """Facts about this problem for programs; those of `request.invalid` name the field."""
    request_id: str
    """Names this request in the server's log."""


def status_of(failure: Failure) -> int:
    """The HTTP status of a failure."""
    known = _status_by_code.get(failure.code)
    if known is not None:
        return known
    match failure:
        case Invalid():
            return 422
        case NotFound():
            return 404
        case Refusal():
            return 409
        case Trouble():
            return 503
        case _:
            return 500


def render_problem(failure: Failure, *, language: str, request_id: str) -> Problem:
    """The failure as it is sent: code and fields for programs, title and detail for people."""
    status = status_of(failure)
    return Problem(
        type=f"/problems/{failure.code}",
        title=_titles[status][0 if language == "en" else 1],
        status=status,
        code=failure.code,
        detail=find_text(failure.code, language, failure.fields),
        fields=failure.fields,
        request_id=request_id,
    )


def answer_problem(failure: Failure, language: str, request_id: str) -> Answer:
    """The failure as problem details, ready to be sent."""
    problem = render_problem(failure, language=language, request_id=request_id)
    return Answer(problem.status, encode(problem), MEDIA_TYPE)


def failure_headers(failure: Failure) -> list[Header]:
    """What headers tell of a failure: when to ask again, how to sign in, what else can be done."""
    headers: list[Header] = []
    wait_s = retry_after(failure)
    if wait_s is not None:
        headers.append((b"retry-after", b"%d" % wait_s))
    status = status_of(failure)
    if status == HTTPStatus.UNAUTHORIZED:
        headers.append((b"www-authenticate", b"Bearer"))
    allow = failure.fields.get("allow")
    if status == HTTPStatus.METHOD_NOT_ALLOWED and isinstance(allow, list):
        headers.append((b"allow", ", ".join(str(one) for one in allow).encode()))
    return headers


def answer_reading(visit: Visit, failure: Failure) -> Answer:
    """The failure of an address that is no operation, for whoever asked."""
    visit.code = failure.code
    language = choose_language(visit.header(b"accept-language"))
    answer = answer_problem(failure, language, visit.request_id)
    return dataclasses.replace(answer, headers=tuple(failure_headers(failure)))


def refuse_writing(visit: Visit, method: str) -> Answer | None:
    """The answer to what is no reading, where one can only read; None to go on."""
    allow = ["GET", "HEAD", "OPTIONS"]
    if method == "OPTIONS":
        return answer_options(allow)
    if method in allow:
        return None
    return answer_reading(visit, Invalid("request.method_not_allowed", method=method, allow=allow))


def answer_options(methods: Sequence[str]) -> Answer:
    """Tell which methods an address takes."""
    return Answer(HTTPStatus.NO_CONTENT, b"", headers=((b"allow", ", ".join(methods).encode()),))


def retry_after(failure: Failure) -> int | None:
    """Seconds after which the caller may ask again, for failures that pass by themselves."""
    given = failure.fields.get("retry_after_s")
    if isinstance(given, int):
        return given
    return RETRY_AFTER_S if isinstance(failure, Trouble) else None
