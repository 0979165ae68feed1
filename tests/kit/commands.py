"""Makes a valid command of any operation by looking at its type: so tests can walk them all."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, TypeVar

import msgspec
from hypothesis import Phase, find, settings
from hypothesis import strategies as st
from msgspec import inspect

from banyan.base.json import decode_special
from banyan.base.secret import Secret

C = TypeVar("C")

Given = Mapping[str, object]
"""Values for fields of these names, wherever they occur: as they stand in JSON."""

NOT_AN_ID = "4611686018427387904"
"""An id that nothing has."""

_first = settings(phases=[Phase.generate], database=None, derandomize=True)
"""The first text that fits will do: looking for the shortest one takes seconds."""

_texts = (
    "x",
    "abcdef",
    "+8613800000001",
    "123456",
    "CNY",
    "a.b",
    "#112233",
    "12:00",
    "2026-01-01",
    "Asia/Shanghai",
    "https://example.org/",
    "AB-1234567",
)
"""Texts that suit most patterns; the first that fits is taken."""

_plain: Mapping[type[inspect.Type], object] = {
    inspect.NoneType: None,
    inspect.AnyType: None,
    inspect.BoolType: False,
    inspect.DateTimeType: datetime(2026, 1, 1, tzinfo=UTC),
    inspect.DateType: date(2026, 1, 1),
    inspect.TimeType: time(12),
    inspect.TimeDeltaType: timedelta(days=1),
    inspect.DecimalType: "1",
    inspect.CustomType: NOT_AN_ID,
}
"""What stands for a value of these types. Of the custom types ids and secrets occur."""


def build_command(kind: type[C], given: Given, *, is_full: bool = False) -> C:
    """A valid command: the fields that it must have, or with `is_full` all it can have.

    Raises AssertionError if none can be made, which says what to add to `given`.
    """
    values = _Maker(given, is_full=is_full).make(inspect.type_info(kind))
    try:
        return msgspec.convert(values, kind, dec_hook=_read_special)
    except ValueError as error:
        message = f"no valid {kind.__name__} can be made of {values}: {error}"
        raise AssertionError(message) from error


def _read_special(kind: type[Any], value: Any) -> Any:  # noqa: ANN401 - of any type
    return Secret(str(value)) if kind is Secret else decode_special(kind, value)


class _Maker:
    """Makes values in the form that JSON, or msgspec, would read."""

    def __init__(self, given: Given, *, is_full: bool) -> None:
        self._given = given
        self._is_full = is_full

    def make(self, info: inspect.Type) -> Any:  # noqa: ANN401 - whatever the type asks for
        """A value of that type."""
        if type(info) in _plain:
            return _plain[type(info)]
        return _makers[type(info)](self, info)

    def metadata(self, info: inspect.Metadata) -> object:
        return self.make(info.type)

    def struct(self, info: inspect.StructType) -> object:
        values: dict[str, object] = {} if info.tag is None else {str(info.tag_field): info.tag}
        for field in info.fields:
            one = field.name.removesuffix("s")
            if isinstance(field.type, inspect.IntType) and field.required:
                # A number of the account's own, which is no id of ours.
                values[field.encode_name] = self.make(field.type)
            elif field.name in self._given:
                values[field.encode_name] = self._given[field.name]
            elif one.endswith("_id") and one in self._given:
                values[field.encode_name] = [self._given[one]]
            elif field.required or (self._is_full and field.name != "cursor"):
                values[field.encode_name] = self.make(field.type)
        return values

    def union(self, info: inspect.UnionType) -> object:
        some = [one for one in info.types if not isinstance(one, inspect.NoneType)]
        is_needed = self._is_full or len(some) == len(info.types)
        return self.make(some[0]) if is_needed else None

    def array(self, info: inspect.ListType) -> object:
        count = max(info.min_length or 0, int(self._is_full))
        return [self.make(info.item_type) for _ in range(count)]

    def tuple(self, info: inspect.TupleType) -> object:
        return [self.make(one) for one in info.item_types]

    def mapping(self, info: inspect.DictType) -> object:
        return {self.make(info.key_type): self.make(info.value_type)} if info.min_length else {}

    def enum(self, info: inspect.EnumType) -> object:
        return next(iter(info.cls)).value

    def literal(self, info: inspect.LiteralType) -> object:
        return info.values[0]

    def integer(self, info: inspect.IntType) -> object:
        least = 1 if info.gt is None else info.gt + 1
        least = least if info.ge is None else max(info.ge, 1)
        most = least if info.lt is None else info.lt - 1
        most = most if info.le is None else info.le
        step = info.multiple_of or 1
        return -(-min(least, most) // step) * step

    def number(self, info: inspect.FloatType) -> object:
        return info.ge if info.ge is not None else (info.gt or 0.0) + 0.5

    def text(self, info: inspect.StrType) -> object:
        return _find_text(info.pattern or "", info.min_length or 0, info.max_length or 1_000)

    def data(self, info: inspect.BytesType) -> object:
        return b"x" * (info.min_length or 1)


@cache
def _find_text(pattern: str, least: int, most: int) -> str:
    """A text of such a length that a pattern finds itself in."""

    def fits(text: str) -> bool:
        return least <= len(text) <= most and re.search(pattern, text) is not None

    for text in (*_texts, "x" * least):
        if fits(text):
            return text
    return find(st.from_regex(pattern), fits, settings=_first)


_makers: Mapping[type[inspect.Type], Callable[[_Maker, Any], object]] = {
    inspect.Metadata: _Maker.metadata,
    inspect.StructType: _Maker.struct,
    inspect.UnionType: _Maker.union,
    inspect.ListType: _Maker.array,
    inspect.SetType: _Maker.array,
    inspect.FrozenSetType: _Maker.array,
    inspect.VarTupleType: _Maker.array,
    inspect.TupleType: _Maker.tuple,
    inspect.DictType: _Maker.mapping,
    inspect.EnumType: _Maker.enum,
    inspect.LiteralType: _Maker.literal,
    inspect.IntType: _Maker.integer,
    inspect.FloatType: _Maker.number,
    inspect.StrType: _Maker.text,
    inspect.BytesType: _Maker.data,
}
