"""The whole API at a glance: every operation has its line, every line is strict and described."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec.inspect import Type

from banyan.app.registry import ROOMS
from banyan.books.work import Permission
from banyan.doors.api import ROUTES, read_document
from banyan.doors.api.tables import NOT_ROUTED
from banyan.doors.http.route import Parser
from banyan.doors.http.texts import read_texts

ids = [f"{one.method} {one.path}" for one in ROUTES]


def structs(kind: object, seen: set[type] | None = None) -> Iterator[type[msgspec.Struct]]:
    """Every struct that a value of this type may hold."""
    seen = set() if seen is None else seen
    info = msgspec.inspect.type_info(kind)
    yield from _structs(info, seen)


def _structs(info: Type, seen: set[type]) -> Iterator[type[msgspec.Struct]]:
    if isinstance(info, msgspec.inspect.StructType):
        if info.cls in seen:
            return
        seen.add(info.cls)
        yield info.cls
        for field in info.fields:
            yield from _structs(field.type, seen)
    for name in ("type", "item_type", "key_type", "value_type"):
        inner = getattr(info, name, None)
        if isinstance(inner, msgspec.inspect.Type):
            yield from _structs(inner, seen)
    for inner in getattr(info, "types", ()) or getattr(info, "item_types", ()):
        yield from _structs(inner, seen)


def unbounded(info: Type, path: str, seen: set[type]) -> Iterator[str]:
    """The places in a type where a caller could send as much as they like."""
    inspect = msgspec.inspect
    match info:
        case inspect.StrType(max_length=None, pattern=None):
            yield f"{path}: a text of any length"
        case inspect.IntType() if info.le is None and info.lt is None:
            yield f"{path}: a number of any size"
        case inspect.ListType() | inspect.SetType() | inspect.FrozenSetType() | inspect.DictType():
            if info.max_length is None:
                yield f"{path}: a list of any length"
        case inspect.StructType() if info.cls not in seen:
            seen.add(info.cls)
            for field in info.fields:
                yield from unbounded(field.type, f"{path}.{field.name}", seen)
        case _:
            pass
    for name in ("type", "item_type", "key_type", "value_type"):
        inner = getattr(info, name, None)
        if isinstance(inner, inspect.Type):
            yield from unbounded(inner, f"{path}[]", seen)
    for inner in getattr(info, "types", ()):
        yield from unbounded(inner, path, seen)


def test_every_line_can_be_parsed_and_has_a_plain_path() -> None:
    for route in ROUTES:
        Parser(route)
        assert re.fullmatch(r"/v1(/[a-z0-9.-]+|/\{[a-z_]+\})+", route.path)


def test_everything_that_is_taken_refuses_unknown_fields() -> None:
    lax = {
        kind.__name__
        for route in ROUTES
        for kind in structs(route.rest_type)
        if not kind.__struct_config__.forbid_unknown_fields
    }
    assert not lax


def test_everything_that_is_taken_is_bounded() -> None:
    found = [
        f"{route.path} {place}"
        for route in ROUTES
        for kind in (route.rest_type, route.path_type)
        for place in unbounded(msgspec.inspect.type_info(kind), kind.__name__, set())
    ]
    assert not found


def test_every_line_has_a_summary_and_its_operation_a_description() -> None:
    for route in ROUTES:
        assert re.fullmatch(r"[A-Z][^.]{2,70}", route.summary), route.path
        assert route.operation.__doc__, route.path


def test_every_operation_that_is_for_somebody_has_its_line() -> None:
    routed = {one.operation.name for one in ROUTES}
    missing = [
        one.name
        for room in ROOMS
        for one in room.operations
        if one.permission is not Permission.SYSTEM and one.name not in routed | NOT_ROUTED
    ]
    assert not missing
    assert not routed & NOT_ROUTED


def test_the_document_names_every_route_once() -> None:
    document = read_document()
    found = [
        f"{method.upper()} {path}" for path, calls in document["paths"].items() for method in calls
    ]
    assert sorted(found) == sorted(ids)
    names = [call["operationId"] for calls in document["paths"].values() for call in calls.values()]
    assert len(set(names)) == len(names)


def test_every_reference_in_the_document_leads_somewhere() -> None:
    document = read_document()
    text = msgspec.json.encode(document).decode()
    for reference in set(re.findall(r'"\$ref":"#/([^"]+)"', text)):
        found: Any = document
        for part in reference.split("/"):
            found = found[part]


def test_every_failure_that_an_operation_names_has_its_text() -> None:
    texts = read_texts()
    named = {
        code
        for one in ROUTES
        for code in re.findall(r"`([a-z]+\.[a-z_]+)`", one.operation.__doc__ or "")
    }
    assert not sorted(named - set(texts))
