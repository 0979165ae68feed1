"""Hostile requests for any line of the API, made by looking at what its command takes.

Each request is *forbidden* (whatever else is right with it, this must be refused) or *doubtful*: a
text such as `'; drop table` is a fine name for a tea. Refused means 4xx with a code, and that
nothing anywhere changed. Doubtful ones may be answered, but never be our mistake.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

import msgspec
from msgspec import inspect

from banyan.base.json import encode
from banyan.doors.http.route import Route
from banyan.doors.http.visit import Asgi, Message
from tests.kit.commands import Given, build_command

_hole = "@@hole@@"
_deep = 100_000
_query_long = 9_000
_json: Mapping[str, str] = {"content-type": "application/json"}

BROKEN_TEXTS: Mapping[str, str] = {
    "nul": '"a\\u0000b"',
    "lone surrogate": '"a\\ud800b"',
    "a hundred thousand letters": f'"{"x" * 100_000}"',
}
"""Texts, as they stand in JSON, that no field takes."""

ODD_TEXTS: Mapping[str, str] = {
    "sql": "'; drop table people.people; --",
    "sql union": "1' union select phone from people.phones --",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "template": "{{7*7}} ${7*7} {0.__class__} %s%n %(x)s ${jndi:ldap://x}",
    "path": "../../../../etc/passwd",
    "windows path": "..\\..\\windows\\system32",
    "header": "a\r\nset-cookie: session=stolen",
    "right to left": "abc\u202ecba",
    "isolate": "\u2066abc\u2069",
    "zero width": "a\u200b\u200db",
    "byte-order mark": "\ufeff",
    "noncharacter": "a\uffffb",
    "private use": "\ue000",
    "combining": "a" + "\u0301" * 60,
    "astral": "\U0001f468\u200d\U0001f469\u200d\U0001f467\U00020bb7",
    "full width digits": "\uff11\uff12\uff13",
    "arabic digits": "\u0661\u0662\u0663",
    "empty": "",
    "blank": "   ",
    "delete": "\x7f",
    "escape": "\x1b[2J",
    "nan": "NaN",
    "minus one": "-1",
    "many digits": "9" * 400,
    "null": "null",
}
"""Texts that some field may well take; where no text is wanted they are all wrong."""

FEW_TEXTS = frozenset({"sql", "empty", "nan", "minus one", "full width digits", "many digits"})
"""Enough where every text is wrong."""

ODD_NUMBERS: Mapping[str, str] = {
    "minus one": "-1",
    "zero": "0",
    "minus zero": "-0",
    "half": "0.5",
    "whole float": "1.0",
    "2^31": "2147483648",
    "2^53 + 1": "9007199254740993",
    "2^63 - 1": "9223372036854775807",
}
"""Numbers that some field may take."""

BROKEN_NUMBERS: Mapping[str, str] = {
    "nan": "NaN",
    "infinity": "Infinity",
    "minus infinity": "-Infinity",
    "1e999": "1e999",
    "2^63": "9223372036854775808",
    "2^64": "18446744073709551616",
    "-2^63 - 1": "-9223372036854775809",
    "five thousand digits": "9" * 5_000,
    "hexadecimal": "0x10",
    "leading zero": "007",
    "plus": "+1",
}
"""Numbers that no field takes, or that are none."""

SHAPES: Mapping[str, str] = {"list": "[]", "nested list": "[[1]]", "object": "{}", "true": "true"}


@dataclass(frozen=True)
class Hostile:
    """One request, and whether it must be refused."""

    label: str
    method: str
    path: str
    query: str = ""
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    is_forbidden: bool = True


@dataclass(frozen=True)
class _Leaf:
    """A value in a body: where it is, and what belongs there."""

    path: tuple[str | int, ...]
    info: inspect.Type
    may_be_null: bool

    @property
    def name(self) -> str:
        return ".".join(map(str, self.path))


def hostile_requests(route: Route, given: Given) -> Iterator[Hostile]:
    """Every hostile request of a line of the API; `given` are ids that exist."""
    path_values = {
        name: str(value)
        for name, value in msgspec.to_builtins(
            build_command(route.path_type, given), enc_hook=lambda one: str(int(one))
        ).items()
    }
    yield from _bad_paths(route, path_values)
    path = _fill(route, path_values)
    if route.has_body:
        yield from _bad_bodies(route, path, given)
    else:
        yield from _bad_queries(route, path)


def _fill(route: Route, values: Mapping[str, str]) -> str:
    path = route.path
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    return path


def _bad_paths(route: Route, values: Mapping[str, str]) -> Iterator[Hostile]:
    body = b"{}" if route.has_body else None
    infos = {one.name: one.type for one in msgspec.structs.fields(route.path_type)}
    for name in values:
        kind = _plain(inspect.type_info(infos[name]))[0]
        for label, text in {**ODD_TEXTS, "nul": "a\0b", "long": "x" * 3_000}.items():
            path = _fill(route, {**values, name: text})
            is_wrong = not isinstance(kind, inspect.StrType) or label in {"nul", "long"}
            yield Hostile(f"path {name}: {label}", route.method, path, "", body, _json, is_wrong)


def _bad_queries(route: Route, path: str) -> Iterator[Hostile]:
    fields = msgspec.structs.fields(route.rest_type)
    for one in fields:
        kind = _plain(inspect.type_info(one.type))[0]
        is_text = isinstance(kind, inspect.StrType)
        for label, text in ODD_TEXTS.items():
            # The door takes a number for an instant, as seconds: lenient, and harmless.
            is_instant = isinstance(kind, inspect.DateTimeType) and label == "minus one"
            is_list = isinstance(kind, inspect.ListType)
            is_wrong = not (is_text or is_list or is_instant or text == "null")
            query = f"{one.name}={quote(text, safe='')}"
            yield Hostile(
                f"query {one.name}: {label}", route.method, path, query, is_forbidden=is_wrong
            )
        for label, query in {
            "nul": f"{one.name}=a%00b",
            "not utf-8": f"{one.name}=%ff%fe",
            "long": f"{one.name}={'x' * _query_long}",
            "huge": f"{one.name}={10**30}",
            "infinity": f"{one.name}=1e999",
        }.items():
            is_wrong = label in {"nul", "not utf-8", "long"} or not is_text
            yield Hostile(
                f"query {one.name}: {label}", route.method, path, query, is_forbidden=is_wrong
            )
    many = "&".join(f"x{number}=1" for number in range(60))
    for label, query in {"unknown": "unknown_field=1", "many": many, "no name": "=1"}.items():
        yield Hostile(f"query: {label}", route.method, path, query)


def _bad_bodies(route: Route, path: str, given: Given) -> Iterator[Hostile]:
    def request(label: str, body: bytes, *, is_forbidden: bool = True) -> Hostile:
        return Hostile(label, route.method, path, "", body, _json, is_forbidden)

    good = encode(build_command(route.rest_type, given, is_full=True))
    yield from _broken_bodies(route, path, good)
    document = msgspec.json.decode(good)
    least = msgspec.json.decode(encode(build_command(route.rest_type, given)))
    for leaf in _leaves(inspect.type_info(route.rest_type), document, ()):
        # Beside the field itself only what is required: optional fields may exclude each other.
        top = leaf.path[0]
        needed: dict[str | int, Any] = {name: least[name] for name in _required(route.rest_type)}
        around = {**needed, top: document[top]}
        for label, raw, is_forbidden in _bad_values(leaf):
            body = _with(around, leaf.path, raw)
            yield request(f"{leaf.name}: {label}", body, is_forbidden=is_forbidden)


def _required(kind: type[msgspec.Struct]) -> list[str]:
    return [one.encode_name for one in msgspec.structs.fields(kind) if one.required]


def _broken_bodies(route: Route, path: str, good: bytes) -> Iterator[Hostile]:
    """What is no JSON object of ours at all."""
    bodies = {
        "half": good[:-1],
        "trailing": good + b"x",
        "list": b"[]",
        "text": b'"text"',
        "null": b"null",
        "nan": b"NaN",
        "not utf-8": good[:-1] + b',"unknown":"\xff\xfe"}',
        "utf-16": good.decode().encode("utf-16"),
        "deep": b"[" * _deep,
        "deep object": b'{"a":' * _deep,
        "unknown field": _joined(good, b'"unknown_field":1'),
        "prototype": _joined(good, b'"__proto__":{"is_admin":true}'),
        "another's id": _joined(good, b'"person_id":"1"')
        if "person_id" not in route.rest_type.__struct_fields__
        else b"{",
        "xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
        "too large": b'{"x":"' + b"x" * route.body_bytes_max + b'"}',
    }
    if route.rest_type.__struct_fields__:
        name = route.rest_type.__struct_fields__[0].encode()
        value = msgspec.json.encode(msgspec.json.decode(good).get(name.decode()))
        bodies["a name twice"] = _joined(good, b'"' + name + b'":' + value)
    for label, body in bodies.items():
        yield Hostile(f"body: {label}", route.method, path, "", body, _json)
    for label, headers in {
        "form": {"content-type": "application/x-www-form-urlencoded"},
        "plain": {"content-type": "text/plain"},
        "multipart": {"content-type": "multipart/form-data; boundary=x"},
        "utf-16": {"content-type": "application/json; charset=utf-16"},
        "gzip": {**_json, "content-encoding": "gzip"},
    }.items():
        yield Hostile(f"media type: {label}", route.method, path, "", good, headers)
    yield Hostile("body and query", route.method, path, "unknown=1", good, _json)
    for label, key in {"blank key": " ", "long key": "k" * 65, "odd key": "k\x7f"}.items():
        headers = {**_json, "idempotency-key": key}
        yield Hostile(label, route.method, path, "", b"{", headers)


def _joined(good: bytes, more: bytes) -> bytes:
    return b"{" + more + (b"," if len(good) > len(b"{}") else b"") + good[1:]


def _leaves(info: inspect.Type, value: object, path: tuple[str | int, ...]) -> Iterator[_Leaf]:
    """Every value in a body with what its type says, containers before what is in them."""
    kind, may_be_null = _plain(info)
    if path:
        yield _Leaf(path, kind, may_be_null)
    if isinstance(kind, inspect.StructType) and isinstance(value, dict):
        for one in kind.fields:
            if one.encode_name in value:
                yield from _leaves(one.type, value[one.encode_name], (*path, one.encode_name))
    elif isinstance(kind, inspect.ListType) and isinstance(value, list) and value:
        yield from _leaves(kind.item_type, value[0], (*path, 0))


def _plain(info: inspect.Type) -> tuple[inspect.Type, bool]:
    """The type without wrappings, and whether null will do."""
    if isinstance(info, inspect.Metadata):
        return _plain(info.type)
    if isinstance(info, inspect.UnionType):
        some = [one for one in info.types if not isinstance(one, inspect.NoneType)]
        return _plain(some[0])[0], len(some) < len(info.types)
    return info, False


def _bad_values(leaf: _Leaf) -> Iterator[tuple[str, str, bool]]:
    """Label, raw JSON, and whether it is forbidden there."""
    kind = leaf.info
    takes_text = isinstance(kind, inspect.StrType | inspect.BytesType)
    takes_number = isinstance(kind, inspect.IntType | inspect.FloatType)
    yield "null", "null", not leaf.may_be_null
    for label, raw in BROKEN_TEXTS.items():
        most = getattr(kind, "max_length", None) or 0
        yield label, raw, not (takes_text and label.endswith("letters") and most >= len(raw) - 2)
    # An id is read from a text by code of our own; a flag, say, refuses all texts alike.
    reads_text = takes_text or isinstance(kind, inspect.CustomType)
    for label, text in ODD_TEXTS.items():
        if reads_text or label in FEW_TEXTS:
            yield label, msgspec.json.encode(text).decode(), not takes_text
    for label, raw in BROKEN_NUMBERS.items():
        yield f"number {label}", raw, True
    for label, raw in ODD_NUMBERS.items():
        is_flag = isinstance(kind, inspect.BoolType)
        yield f"number {label}", raw, not takes_number or is_flag
    for label, raw in SHAPES.items():
        fits = {
            "true": inspect.BoolType,
            "list": inspect.ListType,
            "nested list": inspect.ListType,
            "object": inspect.StructType | inspect.DictType,
        }[label]
        yield label, raw, not isinstance(kind, fits)
    if isinstance(kind, inspect.ListType) and kind.max_length is not None:
        yield "too many", f"[{','.join(['null'] * (kind.max_length + 1))}]", True


def _with(document: Any, path: Sequence[str | int], raw: str) -> bytes:  # noqa: ANN401 - JSON
    """The document with raw JSON in one place."""
    changed = copy.deepcopy(document)
    inside = changed
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = _hole
    # Lone surrogates can't be bytes: they stand in the raw text as escapes.
    return msgspec.json.encode(changed).replace(f'"{_hole}"'.encode(), raw.encode())


async def ask(app: Asgi, request: Hostile, token: str) -> tuple[int, bytes]:
    """Send a request straight to a door, and return the status and body of its answer."""
    path, _, _ = request.path.partition("?")
    body = request.body or b""
    headers = {**request.headers, "authorization": f"Bearer {token}"}
    scope = {
        "type": "http",
        "method": request.method,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": request.query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("203.0.113.7", 1234),
    }
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    async def send(message: Message) -> None:
        said.append(message)

    await app(scope, receive, send)
    return said[0]["status"], b"".join(one.get("body", b"") for one in said[1:])
