"""What a browser sends: queries, forms and files, and commands filled from them."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
from multipart import MultipartError, MultipartParser, parse_options_header

from banyan.base.errors import Invalid
from banyan.base.json import decode_special
from banyan.doors.http.reasons import read_reason
from banyan.doors.pages.shell.i18n import mark

T = TypeVar("T", bound=msgspec.Struct)

FORM_BYTES_MAX = 1 << 17
"""Largest form without files."""
KEY_FIELD = "idempotency_key"
"""The hidden field by which sending a form twice acts once."""

_fields_max = 500
_parts_max = 600
_key = re.compile(r"[A-Za-z0-9_-]{8,40}")

_blank = mark("Please fill this in")
_malformed = mark("This is not in the right form")
_not_a_number = mark("Enter a number")
_hidden = mark("This holds characters that cannot be seen")
_mistakes = {
    "not_an_integer": _not_a_number,
    "not_a_number": _not_a_number,
    "too_short": mark("At least {bound} characters"),
    "too_long": mark("At most {bound} characters"),
    "too_small": mark("Not less than {bound}"),
    "too_large": mark("Not more than {bound}"),
    "hidden_characters": _hidden,
    "not_plain": _hidden,
}
"""What to write beside a field, by the reason that the API gives."""


class Minor(int):
    """So many of a currency's smallest unit: people read it as money."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody chose; its name is only what they say it is."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a query or a form, each as the texts given under its name."""

    values: Mapping[str, list[str]] = field(default_factory=dict)
    files: Mapping[str, list[Upload]] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """The last text under a name, without blank edges."""
        given = self.values.get(name)
        return given[-1].strip() if given else default

    def texts(self, name: str) -> list[str]:
        """Every text under a name, such as of ticked boxes, without blank edges and empty ones."""
        return [text for one in self.values.get(name, []) if (text := one.strip())]

    def flag(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.text(name))

    def number(self, name: str, default: int = 0) -> int:
        """A whole number of at most nine digits, or the default for anything else."""
        given = self.text(name)
        plain = given.removeprefix("-")
        is_number = plain.isascii() and plain.isdigit() and len(plain) <= 9  # noqa: PLR2004
        return int(given) if is_number else default

    def file(self, name: str) -> Upload | None:
        """The file chosen under a name; None when none was."""
        given = [one for one in self.files.get(name, []) if one.content or one.name]
        return given[-1] if given else None

    @property
    def key(self) -> str:
        """The idempotency key that the page put in; empty for a form without or with another's."""
        given = self.text(KEY_FIELD)
        return given if _key.fullmatch(given) else ""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a field: a sentence to translate, and what fills it in."""

    text: str
    params: Mapping[str, object] = field(default_factory=dict)


class Wrong(Invalid):
    """A form that does not fit its command: each mistake by the name of its field."""

    def __init__(self, errors: Mapping[str, Mistake]) -> None:
        super().__init__("request.invalid", field=", ".join(errors), reason="see_form")
        self.errors = dict(errors)


def fill(kind: type[T], /, **values: object) -> T:
    """A command from what was typed: texts become ids, numbers and the rest as its fields want.

    Fields that are not given keep their defaults. Raises Wrong with all mistakes at once; one that
    is of the form as a whole has an empty name.
    """
    types = _types(kind)
    unknown = set(values) - set(types)
    assert not unknown, f"{kind.__name__} has no {sorted(unknown)}"
    errors: dict[str, Mistake] = {}
    filled: dict[str, Any] = {}
    for name, value in values.items():
        try:
            filled[name] = msgspec.convert(
                value, types[name], strict=False, dec_hook=decode_special
            )
        except msgspec.ValidationError as error:
            own = getattr(value, "mistake", None)
            is_money = name.endswith("_fen")
            told = Mistake(_blank) if value == "" else explain(str(error), is_money=is_money)
            errors[name] = own or told
    if errors:
        raise Wrong(errors)
    try:
        return kind(**filled)
    except ValueError as error:
        raise Wrong(
            {"": Mistake(mark("This does not fit together: {why}"), {"why": error})}
        ) from None


@cache
def _types(kind: type[msgspec.Struct]) -> dict[str, Any]:
    return {one.name: one.type for one in msgspec.structs.fields(kind)}


def explain(why: str, *, is_money: bool = False) -> Mistake:
    """What a person should mend, from what the parser says about a value."""
    told: dict[str, object] = {**read_reason(why)}
    text = _mistakes.get(str(told.pop("reason")), _malformed)
    if is_money and isinstance(bound := told.get("bound"), int):
        told["bound"] = Minor(bound)
    return Mistake(text, told)


def parse_query(query: bytes) -> Form:
    """The fields of an address. Raises Invalid `request.malformed`."""
    return Form(_collect(query))


def parse_form(media_type: str, body: bytes) -> Form:
    """The fields and files of a form. Raises Invalid `request.malformed`."""
    kind, options = parse_options_header(media_type)
    if kind == "multipart/form-data":
        return _parse_multipart(options.get("boundary", ""), body)
    if kind == "application/x-www-form-urlencoded" or not body:
        return Form(_collect(body))
    raise Invalid("request.malformed", reason="not_a_form")


def _collect(data: bytes) -> dict[str, list[str]]:
    if len(data) > FORM_BYTES_MAX:
        raise Invalid("request.too_large", bytes_max=FORM_BYTES_MAX)
    try:
        pairs = parse_qsl(
            data.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_fields_max,
        )
    except ValueError:
        raise Invalid("request.malformed", reason="form_unreadable") from None
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(_check(value))
    return values


def _parse_multipart(boundary: str, body: bytes) -> Form:
    values: dict[str, list[str]] = {}
    files: dict[str, list[Upload]] = {}
    try:
        parser = MultipartParser(
            io.BytesIO(body),
            boundary,
            len(body),
            partsize_limit=len(body) + 1,
            memory_limit=len(body) + 1,
            spool_limit=len(body) + 1,
            part_limit=_parts_max,
            strict=True,
        )
        for part in parser:
            if part.filename is None:
                values.setdefault(part.name, []).append(_check(part.value))
            else:
                files.setdefault(part.name, []).append(Upload(part.filename[:200], part.raw))
    except (MultipartError, UnicodeError, LookupError):
        raise Invalid("request.malformed", reason="form_unreadable") from None
    return Form(values, files)


def _check(value: str) -> str:
    if "\0" in value:
        raise Invalid("request.malformed", reason="nul")
    return value
