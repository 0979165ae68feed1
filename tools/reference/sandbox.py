"""The page about the sandbox: every call with its body, its answer and how it fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any

import msgspec

from banyan.doors.http import Route
from banyan.doors.http.problem import status_of
from banyan.doors.http.texts import read_texts
from banyan.doors.sandbox.channel_calls import Kind
from banyan.doors.sandbox.faults import FaultKind, Where
from banyan.doors.sandbox.table import ROUTES
from banyan.reach.pushes import PushMode
from reference.inside import default_of, tidy
from reference.outside import read_families
from reference.prose import attribute_texts, page, table, type_name

_SAYS = (
    "`banyan serve --sandbox` mounts these calls; [Use Banyan as a test server]"
    "(../how-to/use-as-a-test-server.md) shows them at work. A body is JSON; fields without a"
    " default must be given, and those of the path are not repeated in it. Ids are strings. With"
    " a `--sandbox-token` each call bears it as `Authorization: Bearer …`."
)
_FAILING = (
    "A failure is an object of `code`, `message` and `fields`. Programs compare the `code`; the"
    " `message` is for people, in the language of `Accept-Language` (`zh` or `en`), Chinese without"
    " one. A body that does not fit is 422 `request.invalid`: `fields` has the `field`, the"
    " `reason`, and the `choices` where there are only some. Beside the failures that calls name,"
    " and [those of any request](failures.md), these are the sandbox's own:"
)
_WORDS = (Where, FaultKind, Kind, PushMode)


def render_sandbox() -> str:
    """Every call of the sandbox, the words it takes, and its failures."""
    words: list[str] = []
    for kind in _WORDS:
        said = attribute_texts(kind)
        rows = [(f"`{one.value}`", said.get(one.name, "")) for one in kind]
        words += [
            f"### {kind.__name__}",
            "",
            tidy(kind.__doc__),
            "",
            *table(("word", "says"), rows),
        ]
        words.append("")
    return page(
        "The sandbox",
        _SAYS,
        *(_describe(one) for one in ROUTES),
        ["## Words", "", *words[:-1]],
        ["## Failures", "", _FAILING, "", *table(("code", "status", "says"), _list_failures())],
    )


def _describe(route: Route) -> list[str]:
    call = route.operation
    fields = msgspec.structs.fields(call.command_type)
    lines = [f"## {route.method} {route.path}", "", tidy(call.function.__doc__), ""]
    if fields:
        said = attribute_texts(call.command_type)
        rows = [
            (
                f"`{one.name}`" + (" (in the path)" if one.name in route.path_names else ""),
                type_name(one.type),
                _limit(one.type),
                default_of(one),
                said.get(one.name, ""),
            )
            for one in fields
        ]
        lines += table(("given", "type", "limits", "default", "says"), rows)
        lines.append("")
    return [*lines, *_describe_answer(call.result_type)]


def _describe_answer(kind: type[Any]) -> list[str]:
    rows = list(_list_answer(kind, ""))
    return table(("answered", "type", "says"), rows) if rows else ["Answers `{}`."]


def _list_answer(kind: type[Any], within: str) -> Iterator[Sequence[str]]:
    """The fields of an answer, and those of the objects in its lists below them."""
    said = attribute_texts(kind)
    for one in msgspec.structs.fields(kind):
        yield f"`{within}{one.name}`", type_name(one.type), said.get(one.name, "")
        (inner,) = getattr(one.type, "__args__", ())[:1] or (None,)
        if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
            yield from _list_answer(inner, f"{within}{one.name}[].")


def _limit(kind: object) -> str:
    """The bounds of a type, as `1..100`; of texts and lists those of the length."""
    info = msgspec.inspect.type_info(kind)
    options = info.types if isinstance(info, msgspec.inspect.UnionType) else (info,)
    for one in options:
        bare = one.type if isinstance(one, msgspec.inspect.Metadata) else one
        if isinstance(bare, msgspec.inspect.EnumType):
            return ", ".join(f"`{word.value}`" for word in bare.cls if isinstance(word, Enum))
        low, high = _find(bare, "ge", "min_length"), _find(bare, "le", "max_length")
        if (low, high) != ("", ""):
            unit = " long" if _find(bare, "min_length", "max_length") else ""
            return f"{low}..{high}{unit}"
    return ""


def _find(bare: object, *names: str) -> str:
    found = [getattr(bare, name, None) for name in names]
    return next((f"{one:,}" for one in found if one is not None), "")


def _list_failures() -> Iterator[Sequence[str]]:
    families = read_families()
    for code, texts in sorted(read_texts().items()):
        if code.startswith("sandbox."):
            yield f"`{code}`", str(status_of(families[code](code))), texts["en"]
