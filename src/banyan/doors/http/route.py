"""The table of an API, line by line: how a request becomes an operation's command."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal
from urllib.parse import parse_qsl

import msgspec

from banyan.base.errors import Invalid
from banyan.base.json import decode_special, encode
from banyan.books.work import Operation
from banyan.doors.http.body import (
    BODY_BYTES_MAX,
    check_json_headers,
    check_no_nul,
    decode_body,
    invalid_from,
)
from banyan.doors.http.visit import Visit

JSON = "application/json"
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
RequestFact = Literal["address", "user_agent"]

_query_fields_max = 50
_query_bytes_max = 8_000
_dated = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_facts: Mapping[str, Callable[[Visit], str]] = {
    "address": lambda visit: visit.address,
    "user_agent": lambda visit: visit.header(b"user-agent")[:200],
}


@dataclass(frozen=True)
class Route:
    """One line of the table.

    The fields of the operation's command come from the `{names}` in the path, and the others from
    the query (GET, DELETE) or the JSON body (POST, PUT, PATCH). `hidden` fields are not the
    caller's to give: they are facts of the request. The result is the answer, as JSON, or through
    `render` in another `media_type`; an operation without a result answers 204.
    """

    method: Method
    path: str
    operation: Operation[Any, Any]
    summary: str
    status: int = 200
    tags: tuple[str, ...] = ()
    hidden: Mapping[str, RequestFact] = field(default_factory=dict)
    render: Callable[[Any], bytes] | None = None
    media_type: str = JSON
    body_bytes_max: int = BODY_BYTES_MAX

    @cached_property
    def path_names(self) -> tuple[str, ...]:
        """The command fields named in the path, in its order."""
        parts = self.path.split("/")
        return tuple(part[1:-1] for part in parts if part.startswith("{"))

    @property
    def has_body(self) -> bool:
        """Whether the command's other fields travel as a JSON body."""
        return self.method in {"POST", "PUT", "PATCH"}

    @cached_property
    def path_type(self) -> type[msgspec.Struct]:
        """The path's part of the command."""
        return _part(self.operation.command_type, "Path", lambda name: name in self.path_names)

    @cached_property
    def rest_type(self) -> type[msgspec.Struct]:
        """The part of the command that the query or the body carries."""
        aside = {*self.path_names, *self.hidden}
        suffix = "Body" if self.has_body else "Query"
        return _part(self.operation.command_type, suffix, lambda name: name not in aside)


class Parser:
    """Builds the commands of one route."""

    def __init__(self, route: Route) -> None:
        self._command = route.operation.command_type
        self._check_names(route)
        self._path_type = route.path_type
        self._path_names = route.path_names
        self._rest_type = route.rest_type
        self._rest_names = self._rest_type.__struct_fields__
        self._lists = frozenset(
            one.name
            for one in msgspec.structs.fields(self._rest_type)
            if _may_be(one.type, _list_types)
        )
        self._instants = frozenset(
            one.name
            for one in msgspec.structs.fields(self._rest_type)
            if _may_be(one.type, _instant_types)
        )
        self._choices = {
            one.name: choices
            for one in msgspec.structs.fields(self._rest_type)
            if (choices := list_choices(one.type))
        }
        self._hidden = [(name, _facts[fact]) for name, fact in route.hidden.items()]
        self._decoder = msgspec.json.Decoder(self._rest_type, dec_hook=decode_special)
        self._is_whole = not self._path_names and not self._hidden

    def build(self, visit: Visit, path: Sequence[str], query: bytes, body: bytes | None) -> object:
        """The command of one request; `body` is None where the route takes a query instead.

        Raises Invalid `request.malformed`, `request.not_json` or `request.invalid`.
        """
        if body is None:
            rest = self._name_choices(
                lambda: self._convert(self._parse_query(query), self._rest_type)
            )
        else:
            if query:
                raise Invalid("request.malformed", reason="query_unwanted")
            rest = self._name_choices(lambda: self._decode(visit, body))
        if self._is_whole and type(rest) is self._command:
            return rest
        values = {name: getattr(rest, name) for name in self._rest_names}
        if path:
            given = dict(zip(self._path_names, path, strict=True))
            check_no_nul(given)
            part = self._convert(given, self._path_type)
            values.update((name, getattr(part, name)) for name in self._path_names)
        for name, fact in self._hidden:
            values[name] = fact(visit)
        try:
            return self._command(**values)
        except ValueError as error:
            # A struct's own check across its fields; the parser would have worded it like this.
            raise Invalid("request.unfit", why=str(error)[:300]) from None

    def _name_choices(self, parse: Callable[[], msgspec.Struct]) -> msgspec.Struct:
        """What is parsed; a failure at a field of few values names them, as the parser does not."""
        try:
            return parse()
        except Invalid as failure:
            choices = self._choices.get(str(failure.fields.get("field")))
            if choices is None or failure.fields.get("reason") != "not_a_choice":
                raise
            fields = {"field": failure.fields["field"], "reason": "not_one_of", "choices": choices}
            raise Invalid(failure.code, **fields) from None

    def _decode(self, visit: Visit, body: bytes) -> msgspec.Struct:
        if not body:
            body = b"{}"
        else:
            check_json_headers(visit.headers)
        return decode_body(self._decoder, body)

    def _parse_query(self, query: bytes) -> dict[str, Any]:
        if not query:
            return {}
        if len(query) > _query_bytes_max:
            raise Invalid("request.too_large", bytes_max=_query_bytes_max)
        try:
            pairs = parse_qsl(
                query.decode("ascii"),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=_query_fields_max,
            )
        except ValueError:
            raise Invalid("request.malformed", reason="query_unreadable") from None
        values: dict[str, Any] = {}
        for name, value in pairs:
            if name in self._lists:
                values.setdefault(name, []).append(value)
            elif name in values:
                raise Invalid("request.invalid", field=name[:200], reason="twice")
            elif name in self._instants and not _dated.match(value):
                # The parser would take a bare number for seconds since 1970.
                raise Invalid("request.invalid", field=name, reason="not_an_instant")
            else:
                values[name] = value
        check_no_nul(values)
        return values

    def _convert(self, values: dict[str, Any], kind: type[msgspec.Struct]) -> msgspec.Struct:
        try:
            return msgspec.convert(values, kind, strict=False, dec_hook=decode_special)
        except msgspec.ValidationError as error:
            raise invalid_from(error) from None

    def _check_names(self, route: Route) -> None:
        known = set(self._command.__struct_fields__)
        unknown = {*route.path_names, *route.hidden} - known
        assert not unknown, f"{route.path}: {self._command.__name__} has no {sorted(unknown)}"


def render_result(route: Route, result: object) -> bytes:
    """The body of the answer, empty when there is nothing to say."""
    if route.render is not None:
        return route.render(result)
    return b"" if result is None else encode(result)


def _part(command: type[Any], suffix: str, is_in: Callable[[str], bool]) -> type[msgspec.Struct]:
    """The command's struct cut down to some of its fields, strict about unknown ones."""
    every = msgspec.structs.fields(command)
    chosen = [one for one in every if is_in(one.name)]
    if len(chosen) == len(every) and command.__struct_config__.forbid_unknown_fields:
        whole: type[msgspec.Struct] = command
        return whole
    return msgspec.defstruct(
        f"{command.__name__}{suffix}",
        [(one.name, one.type, _default(one)) for one in chosen],
        namespace={"__doc__": command.__doc__},
        module=command.__module__,
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
    )


def _default(one: msgspec.structs.FieldInfo) -> object:
    if one.default_factory is not msgspec.NODEFAULT:
        return msgspec.field(default_factory=one.default_factory)
    return (
        msgspec.field(default=one.default)
        if one.default is not msgspec.NODEFAULT
        else msgspec.field()
    )


_list_types = (
    msgspec.inspect.ListType,
    msgspec.inspect.SetType,
    msgspec.inspect.FrozenSetType,
    msgspec.inspect.VarTupleType,
)
_instant_types = (msgspec.inspect.DateTimeType, msgspec.inspect.DateType)


def _may_be(kind: object, types: tuple[type[msgspec.inspect.Type], ...]) -> bool:
    """Whether a field of this type may hold one of these."""
    info = msgspec.inspect.type_info(kind)
    options = info.types if isinstance(info, msgspec.inspect.UnionType) else (info,)
    return any(isinstance(_bare(one), types) for one in options)


def list_choices(kind: object) -> list[str]:
    """The values that a field of this type may have, if they are words; empty for all others."""
    info = msgspec.inspect.type_info(kind)
    options = info.types if isinstance(info, msgspec.inspect.UnionType) else (info,)
    kinds = [one.cls for one in map(_bare, options) if isinstance(one, msgspec.inspect.EnumType)]
    return [one.value for kind in kinds for one in kind if isinstance(one.value, str)]


def _bare(info: msgspec.inspect.Type) -> msgspec.inspect.Type:
    return info.type if isinstance(info, msgspec.inspect.Metadata) else info
