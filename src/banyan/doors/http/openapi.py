"""Writes the OpenAPI 3.1 document of a table of routes, from the structs themselves."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import msgspec
from msgspec import _json_schema

from banyan.base.json import schema_special
from banyan.books.work import Operation, Permission, Reading, Stepped
from banyan.doors.http.problem import MEDIA_TYPE, Problem
from banyan.doors.http.route import JSON, Route
from banyan.parties.keys import KEY_SCOPES

Document = dict[str, Any]

_reference = "#/components/schemas/{name}"

_headers: Document = {
    "RateLimit-Limit": {
        "description": "How many calls may come at once.",
        "schema": {"type": "integer"},
    },
    "RateLimit-Remaining": {
        "description": "How many of them are left now.",
        "schema": {"type": "integer"},
    },
    "RateLimit-Reset": {
        "description": "Seconds until all of them are there again.",
        "schema": {"type": "integer"},
    },
    "X-Request-Id": {
        "description": "Names the request in the server's log.",
        "schema": {"type": "string"},
    },
}

_headers_of_failures: Document = {
    "Retry-After": {
        "description": "Seconds after which the same call may be made again.",
        "schema": {"type": "integer"},
    },
    "WWW-Authenticate": {"description": "`Bearer`.", "schema": {"type": "string"}},
}
_told: Mapping[str, tuple[str, ...]] = {
    "401": ("WWW-Authenticate",),
    "429": ("Retry-After",),
    "503": ("Retry-After",),
}

_key_parameter: Document = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": (
        "The same caller gets the same answer to the same request under the same key, and its"
        " effect happens once. Another request under that key is refused with 422."
    ),
    "schema": {"type": "string", "pattern": "^[!#-~]{1,64}$"},
}

_errors: Mapping[str, str] = {
    "400": "The request is malformed.",
    "401": "Nobody is signed in.",
    "403": "The caller lacks a permission.",
    "404": "It does not exist, or the caller may not know that it does.",
    "408": "The request took too long to arrive.",
    "409": "Refused: the state of things forbids it; `code` says why.",
    "413": "The request is too large.",
    "415": "The body is not JSON.",
    "422": "A field is not acceptable, or an idempotency key was used for something else.",
    "429": "Too many requests; see `Retry-After`.",
    "500": "A mistake of the server, noted in its log.",
    "503": "Try again later; see `Retry-After`.",
}

_intro = """\
Every call is JSON in and JSON out. Ids are strings. Money is in minor units (fen), as integers;
instants are RFC 3339 in UTC. Sign in with `Authorization: Bearer`, with the token of a session
(`bs_...`) or of an API key (`bk_...`).

Failures are problem details (RFC 9457). Compare `code`, which is stable; show `detail`, which is
written in the language of `Accept-Language` (zh, en). Lists are paged: pass `next_cursor` as
`cursor` until it is null.
"""


def build_openapi(routes: Iterable[Route], *, version: str) -> Document:
    """The whole document; routes keep their order, schemas come from the structs."""
    routes = list(routes)
    assert len({one.operation.name for one in routes}) == len(routes), "an operation has one route"
    schemas = _Schemas(routes)
    tags = dict.fromkeys(tag for route in routes for tag in tags_of(route))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Banyan",
            "version": version,
            "description": _intro,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "tags": [{"name": tag} for tag in tags],
        "paths": _paths(routes, schemas),
        "components": {
            "schemas": schemas.components,
            "headers": _headers | _headers_of_failures,
            "responses": {status: _problem(status, text) for status, text in _errors.items()},
            "parameters": {"IdempotencyKey": _key_parameter},
            "securitySchemes": {
                "session": {"type": "http", "scheme": "bearer", "bearerFormat": "bs_..."},
                "key": {"type": "http", "scheme": "bearer", "bearerFormat": "bk_..."},
            },
        },
    }


class _Schemas:
    """The schemas of all types at once, so that each struct is described in one place."""

    def __init__(self, routes: list[Route]) -> None:
        self._kinds: list[Any] = [Problem]
        for route in routes:
            for kind in _kinds_of(route):
                if kind not in self._kinds:
                    self._kinds.append(kind)
        with _ids_as_defaults():
            self._found, self.components = msgspec.json.schema_components(
                self._kinds, schema_hook=schema_special, ref_template=_reference
            )

    def of(self, kind: object) -> Document:
        """The schema of a type that some route mentions."""
        found: Document = self._found[self._kinds.index(kind)]
        return found


@contextmanager
def _ids_as_defaults() -> Iterator[None]:
    """Let a field's default be an Id: msgspec offers a hook for types, but none for defaults."""
    names = vars(_json_schema)
    known = names["to_builtins"]
    names["to_builtins"] = partial(msgspec.to_builtins, enc_hook=str)
    try:
        yield
    finally:
        names["to_builtins"] = known


def _kinds_of(route: Route) -> list[Any]:
    kinds = [one.type for one in msgspec.structs.fields(route.path_type)]
    if route.has_body:
        kinds.append(route.rest_type)
    else:
        kinds += [one.type for one in msgspec.structs.fields(route.rest_type)]
    if has_json_answer(route):
        kinds.append(route.operation.result_type)
    return kinds


def has_json_answer(route: Route) -> bool:
    """Whether the route answers with the operation's result as JSON, not nothing or a file."""
    return route.media_type == JSON and route.operation.result_type is not type(None)


def tags_of(route: Route) -> tuple[str, ...]:
    """The headings under which the route is listed: its own, else its operation's room."""
    return route.tags or (route.operation.room,)


def _paths(routes: list[Route], schemas: _Schemas) -> Document:
    paths: dict[str, Document] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    return paths


def _operation(route: Route, schemas: _Schemas) -> Document:
    operation = route.operation
    described: Document = {
        "operationId": operation.name.replace(".", "_"),
        "summary": route.summary,
        "description": _describe(operation),
        "tags": list(tags_of(route)),
        "parameters": _parameters(route, schemas),
        "responses": _responses(route, schemas),
        "security": _security(operation.permission),
    }
    if route.has_body:
        required = any(one.required for one in msgspec.structs.fields(route.rest_type))
        described["requestBody"] = {
            "required": required,
            "content": {JSON: {"schema": schemas.of(route.rest_type)}},
        }
    return described


def _security(permission: Permission) -> list[Document]:
    """Who may call: what anybody may, one may also do signed in; a key is no person."""
    either: list[Document] = [{"session": []}, {"key": []}]
    if permission is Permission.PUBLIC:
        return [{}, *either]
    return either if permission in KEY_SCOPES else either[:1]


def _describe(operation: Operation[Any, Any]) -> str:
    said = inspect.cleandoc(operation.__doc__ or "")
    return f"{said}\n\nPermission: `{operation.permission.value}`.".strip()


def _parameters(route: Route, schemas: _Schemas) -> list[Document]:
    found = [
        {"name": one.name, "in": "path", "required": True, "schema": schemas.of(one.type)}
        for one in msgspec.structs.fields(route.path_type)
    ]
    if not route.has_body:
        for one in msgspec.structs.fields(route.rest_type):
            schema = schemas.of(one.type)
            if one.default is not msgspec.NODEFAULT and one.default is not None:
                schema = {**schema, "default": msgspec.to_builtins(one.default, enc_hook=str)}
            found.append(
                {"name": one.name, "in": "query", "required": one.required, "schema": schema}
            )
    if not isinstance(route.operation, Reading | Stepped):
        found.append({"$ref": "#/components/parameters/IdempotencyKey"})
    return found


def _responses(route: Route, schemas: _Schemas) -> Document:
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in _headers}
    done: Document = {"description": "Done.", "headers": headers}
    status = route.status
    if has_json_answer(route):
        done["content"] = {JSON: {"schema": schemas.of(route.operation.result_type)}}
    elif route.media_type != JSON:
        done["content"] = {route.media_type: {"schema": {"type": "string", "format": "binary"}}}
    else:
        status = 204
    failures = {code: {"$ref": f"#/components/responses/{code}"} for code in _errors}
    if not route.has_body:
        del failures["408"], failures["415"]
    if route.operation.permission is Permission.PUBLIC and route.method == "GET":
        del failures["403"]
    return {str(status): done, **failures}


def _problem(status: str, text: str) -> Document:
    headers = {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}}
    headers |= {name: {"$ref": f"#/components/headers/{name}"} for name in _told.get(status, ())}
    schema = {"$ref": _reference.format(name="Problem")}
    content = {MEDIA_TYPE.decode(): {"schema": schema}}
    return {"description": text, "headers": headers, "content": content}
